#include "node/kernel/queries.h"

#include <algorithm>
#include <limits>
#include <string>

#include "node/kernel/query_parts.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::kernel {
namespace {

FeedPlace end_of_feed(Direction direction) {
  if (direction == Direction::kNewer) return {0, BuzzId(0)};
  return {std::numeric_limits<std::int64_t>::max(), BuzzId(std::numeric_limits<std::uint64_t>::max())};
}

void answer_author_feed(const Question& question, const proto::AuthorFeedQuery& query) {
  if (!question.has_account(query.author())) return;
  std::optional<FeedPlace> from;
  if (query.from_id() != 0) {
    from = FeedPlace{query.from_posted_ms(), BuzzId(query.from_id())};
    const proto::Buzz* buzz = query.from_posted_ms() == 0 ? question.state.buzz(from->id) : nullptr;
    if (query.from_posted_ms() == 0 && buzz == nullptr) {
      return question.refuse(proto::ErrorCode::kUnknownBuzz, "no such buzz: " + std::to_string(query.from_id()));
    }
    if (buzz != nullptr) from->posted_ms = buzz->posted_ms();
  }
  FeedPage page = author_feed(question.state, query.author(), from,
                              query.newer() ? Direction::kNewer : Direction::kOlder, query.limit());
  for (proto::Buzz& buzz : page.buzzes) *question.answer.add_buzzes() = std::move(buzz);
  question.answer.set_more(page.more);
}

void answer_users(const Question& question, const proto::UsersQuery& query) {
  if (!query.prefix().empty() && !is_name(query.prefix())) {
    return question.refuse(proto::ErrorCode::kInvalidName, "a prefix of names is at most 30 of A-Z a-z 0-9 _");
  }
  if (!query.after().empty() && !is_name(query.after())) {
    return question.refuse(proto::ErrorCode::kInvalidName, "`after` goes with a name, 1 to 30 of A-Z a-z 0-9 _");
  }
  UserPage page = users_by_prefix(question.state, query.prefix(), query.after(), query.limit());
  for (proto::Account& user : page.users) *question.answer.add_users() = std::move(user);
  question.answer.set_more(page.more);
}

// None for those that have no pages.
std::optional<std::uint32_t> limit_of(const proto::Query& query) {
  switch (query.body_case()) {
    case proto::Query::kAuthorFeed:
      return query.author_feed().limit();
    case proto::Query::kUsers:
      return query.users().limit();
    case proto::Query::kFollowers:
      return query.followers().limit();
    case proto::Query::kFollowees:
      return query.followees().limit();
    case proto::Query::kFeed:
      return query.feed().limit();
    case proto::Query::kThread:
      return query.thread().limit();
    case proto::Query::kUser:
    case proto::Query::kBuzz:
    case proto::Query::kOwed:
    case proto::Query::kCredential:
    case proto::Query::kSession:
    case proto::Query::kInspection:  // its own limits (query_inspection.cc)
    case proto::Query::BODY_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace

FeedPage author_feed(const StateView& state, std::string_view author, std::optional<FeedPlace> from,
                     Direction direction, std::size_t limit) {
  limit = std::min(limit, kMostPageSize);
  FeedPage page;
  if (!is_name(author)) return page;
  if (from) from->posted_ms = std::max<std::int64_t>(from->posted_ms, 0);
  std::vector<BuzzId> ids;
  state.visit_author(lower_name(author), from.value_or(end_of_feed(direction)), direction, [&](const FeedPlace& place) {
    page.more = ids.size() == limit;
    if (page.more) return false;
    ids.push_back(place.id);
    return true;
  });
  page.buzzes.reserve(ids.size());
  std::size_t bytes = 0;
  for (const BuzzId id : ids) {
    // Null only when the state cannot be read; then its owner knows, and the page counts for nothing.
    const proto::Buzz* buzz = state.buzz(id);
    if (buzz == nullptr) continue;
    bytes += buzz->ByteSizeLong();
    if (bytes > kMostPageBytes && !page.buzzes.empty()) {
      page.more = true;
      break;
    }
    page.buzzes.push_back(*buzz);
    page.buzzes.back().clear_sent_to();
  }
  return page;
}

UserPage users_by_prefix(const StateView& state, std::string_view prefix, std::string_view after, std::size_t limit) {
  limit = std::min(limit, kMostPageSize);
  const std::string lower_prefix = lower_name(prefix);
  const std::string lower_after = lower_name(after);
  UserPage page;
  if ((!prefix.empty() && !is_name(prefix)) || (!after.empty() && !is_name(after))) return page;
  state.visit_accounts(std::max(lower_prefix, lower_after), [&](const proto::Account& account) {
    const std::string name = lower_name(account.name());
    if (name.compare(0, lower_prefix.size(), lower_prefix) != 0) return false;
    if (!lower_after.empty() && name <= lower_after) return true;
    page.more = page.users.size() == limit;
    if (page.more) return false;
    page.users.push_back(account);
    return true;
  });
  return page;
}

void answer_query(const StateView& state, const proto::Query& query, ShardId shard, proto::Answer& answer) {
  answer.Clear();
  const Question question{state, shard, answer};
  if (const auto limit = limit_of(query); limit && !is_limit(*limit)) {
    return question.refuse(proto::ErrorCode::kBadRequest,
                           "a page has 1 to 200 entries; asked for were " + std::to_string(*limit));
  }
  switch (query.body_case()) {
    case proto::Query::kAuthorFeed:
      return answer_author_feed(question, query.author_feed());
    case proto::Query::kUsers:
      return answer_users(question, query.users());
    case proto::Query::kUser:
      return answer_user(question, query.user());
    case proto::Query::kFollowers:
      return answer_followers(question, query.followers());
    case proto::Query::kFollowees:
      return answer_followees(question, query.followees());
    case proto::Query::kFeed:
      return answer_feed(question, query.feed());
    case proto::Query::kBuzz:
      return answer_buzz(question, query.buzz());
    case proto::Query::kThread:
      return answer_thread(question, query.thread());
    case proto::Query::kCredential:
      return answer_credential(question, query.credential());
    case proto::Query::kInspection:
      return answer_inspection(question, query.inspection());
    case proto::Query::kSession:
      return answer_session(question, query.session());
    case proto::Query::kOwed:  // nodes answer it, not their shards
    case proto::Query::BODY_NOT_SET:
      break;
  }
  question.refuse(proto::ErrorCode::kBadRequest, "a query of no known kind");
}

}  // namespace buzzer::kernel
