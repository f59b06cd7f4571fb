// What a JSON session reads, and follows live.
#include <array>

#include "node/gateway/json_session.h"
#include "node/gateway/v1_values.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;
using proto::ErrorCode;

Refusal bad_cursor() {
  return {ErrorCode::kBadRequest, "`cursor` is not one that an answer to such a request has given"};
}

// The place that the cursor names; nothing without one. False: it is no cursor of that kind.
template <class Place>
bool read_cursor(const std::optional<std::string>& text, std::optional<Place>& place) {
  if (!text) return true;
  const auto cursor = parse_cursor(*text);
  const Place* found = cursor ? std::get_if<Place>(&*cursor) : nullptr;
  if (found != nullptr) place = *found;
  return found != nullptr;
}

std::string cursor_at(std::uint64_t id) { return encode_cursor(IdCursor{id}); }

std::vector<v1::Buzz> all_to_v1(const google::protobuf::RepeatedPtrField<proto::Buzz>& buzzes) {
  std::vector<v1::Buzz> made;
  made.reserve(static_cast<std::size_t>(buzzes.size()));
  for (const proto::Buzz& buzz : buzzes) made.push_back(to_v1(buzz));
  return made;
}

}  // namespace

void JsonSession::take(Id id, v1::GetUserRequest&& request) {
  ask_user(id, std::move(request.name), [id](JsonSession& self, const proto::Account& user) {
    self.answer(v1::UserAnswer{id, to_v1(user)});
  });
}

void JsonSession::answer_users(Id id, proto::Query query) {
  ask(id, std::move(query), [id](JsonSession& self, const proto::Answer& answer) {
    v1::UsersAnswer users;
    users.id = id;
    for (const proto::Account& user : answer.users()) users.users.push_back(to_v1(user));
    if (answer.more() && !users.users.empty()) users.next = encode_cursor(NameCursor{users.users.back().name});
    users.partial = answer.partial();
    self.answer(users);
  });
}

void JsonSession::take(Id id, v1::GetUsersRequest&& request) {
  std::optional<NameCursor> after;
  if (!read_cursor(request.cursor, after)) return refuse(id, bad_cursor());
  proto::Query query;
  query.mutable_users()->set_prefix(request.prefix.value_or(""));
  if (after) query.mutable_users()->set_after(after->name);
  query.mutable_users()->set_limit(request.limit);
  answer_users(id, std::move(query));
}

void JsonSession::take(Id id, v1::GetFollowersRequest&& request) {
  std::optional<NameCursor> after;
  if (!read_cursor(request.cursor, after)) return refuse(id, bad_cursor());
  proto::Query query;
  query.mutable_followers()->set_user(std::move(request.name));
  if (after) query.mutable_followers()->set_after(after->name);
  query.mutable_followers()->set_limit(request.limit);
  answer_users(id, std::move(query));
}

void JsonSession::take(Id id, v1::GetFolloweesRequest&& request) {
  std::optional<NameCursor> after;
  if (!read_cursor(request.cursor, after)) return refuse(id, bad_cursor());
  proto::Query query;
  query.mutable_followees()->set_user(std::move(request.name));
  if (after) query.mutable_followees()->set_after(after->name);
  query.mutable_followees()->set_limit(request.limit);
  answer_users(id, std::move(query));
}

void JsonSession::take(Id id, v1::GetFeedRequest&& request) {
  std::optional<IdCursor> from;
  if (!read_cursor(request.cursor, from)) return refuse(id, bad_cursor());
  const bool newer = request.direction == v1::Direction::kNewer;
  proto::Query query;
  proto::FeedQuery& page = *query.mutable_feed();
  *page.mutable_feed() = to_core(request.feed);
  if (!is_own_home(id, page.feed())) return;
  if (from) page.set_from_id(from->id);
  page.set_newer(newer);
  page.set_limit(request.limit);
  ask(id, std::move(query), [id, newer, cursor = request.cursor](JsonSession& self, const proto::Answer& answer) {
    v1::FeedAnswer feed;
    feed.id = id;
    feed.buzzes = all_to_v1(answer.buzzes());
    const bool empty = answer.buzzes().empty();
    const std::uint64_t first = empty ? 0 : answer.buzzes().begin()->id();
    const std::uint64_t last = empty ? 0 : answer.buzzes().rbegin()->id();
    // Of an empty page one goes on from where it began.
    if (newer) {
      feed.newer = empty ? cursor : cursor_at(last);
      feed.older = empty ? cursor : cursor_at(first);
    } else {
      feed.newer = empty ? cursor : cursor_at(first);
      if (answer.more() && !empty) feed.older = cursor_at(last);
    }
    self.answer(feed);
  });
}

void JsonSession::take(Id id, const v1::GetBuzzRequest& request) {
  proto::Query query;
  query.mutable_buzz()->set_id(request.buzz_id.value());
  ask(id, std::move(query), [id](JsonSession& self, const proto::Answer& answer) {
    if (answer.buzzes().empty()) return self.refuse(id, nothing_found());
    self.answer(v1::BuzzAnswer{id, to_v1(answer.buzzes(0))});
  });
}

void JsonSession::take(Id id, v1::GetThreadRequest&& request) {
  std::optional<IdCursor> from;
  if (!read_cursor(request.cursor, from)) return refuse(id, bad_cursor());
  proto::Query query;
  query.mutable_thread()->set_id(request.buzz_id.value());
  if (from) query.mutable_thread()->set_from_id(from->id);
  query.mutable_thread()->set_limit(request.limit);
  ask(id, std::move(query), [id](JsonSession& self, const proto::Answer& answer) {
    v1::ThreadAnswer thread;
    thread.id = id;
    thread.path = all_to_v1(answer.path());
    thread.replies = all_to_v1(answer.buzzes());
    if (answer.more()) thread.next = cursor_at(answer.last_id());
    self.answer(thread);
  });
}

bool JsonSession::has_room_for_subscription(Id id) {
  if (feeds_.count() + grid_.count() < limits_.most_subscriptions) return true;
  refuse(id,
         {ErrorCode::kTooManySubscriptions,
          "a connection has at most " + std::to_string(limits_.most_subscriptions) + " subscriptions: end one first"});
  return false;
}

void JsonSession::take(Id id, v1::SubscribeRequest&& request) {
  std::optional<FeedPosition> after;
  if (request.after) {
    after = parse_position(*request.after);
    if (!after) return refuse(id, {ErrorCode::kBadRequest, "`after` is not a position that a node has given"});
  }
  const proto::Feed feed = to_core(request.feed);
  if (!is_own_home(id, feed)) return;
  if (!has_room_for_subscription(id)) return;
  answer(v1::SubscribedAnswer{id, feeds_.open(feed, after)});
}

void JsonSession::take(Id id, const v1::UnsubscribeRequest& request) {
  if (!feeds_.close(request.subscription) && !grid_.close(request.subscription)) {
    return refuse(id, {ErrorCode::kUnknownSubscription,
                       "there is no subscription " + std::to_string(request.subscription) + " on this connection"});
  }
  answer(v1::UnsubscribedAnswer{id, request.subscription});
}

void JsonSession::take(Id id, const v1::PingRequest& /*request*/) { answer(v1::PongAnswer{id, now().count()}); }

}  // namespace buzzer::gateway
