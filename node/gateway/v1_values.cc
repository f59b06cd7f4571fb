#include "node/gateway/v1_values.h"

#include "node/gateway/cursor.h"
#include "node/shard/feed_entry.h"
#include "proto/v1/problems.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;

v1::EntityKind to_v1(proto::Entity::Kind kind) {
  switch (kind) {
    case proto::Entity::MENTION:
      return v1::EntityKind::kMention;
    case proto::Entity::TOPIC:
      return v1::EntityKind::kTopic;
    default:
      return v1::EntityKind::kLink;
  }
}

proto::Feed make_feed(const v1::UserFeed& feed) {
  proto::Feed made;
  switch (feed.kind) {
    case v1::UserFeedKind::kHome:
      made.set_home(feed.of);
      break;
    case v1::UserFeedKind::kAuthor:
      made.set_author(feed.of);
      break;
    case v1::UserFeedKind::kMentions:
      made.set_mentions(feed.of);
      break;
  }
  return made;
}

proto::Feed make_feed(const v1::TopicFeed& feed) {
  proto::Feed made;
  made.set_topic(feed.of);
  return made;
}

proto::Feed make_feed(const v1::ThreadFeed& feed) {
  proto::Feed made;
  made.set_thread(feed.of.value());
  return made;
}

const std::string& user_of(const proto::Feed& feed) {
  return feed.has_home() ? feed.home() : feed.has_author() ? feed.author() : feed.mentions();
}

v1::BuzzEntryKind kind_of(const proto::FeedEntry& entry) {
  switch (entry.kind()) {
    case proto::Arrival::EDITED:
      return v1::BuzzEntryKind::kEdited;
    case proto::Arrival::DELETED:
      return v1::BuzzEntryKind::kDeleted;
    case shard::kLeft:
      return v1::BuzzEntryKind::kLeft;
    default:
      return v1::BuzzEntryKind::kPosted;
  }
}

}  // namespace

v1::Buzz to_v1(const proto::Buzz& buzz) {
  v1::Buzz made;
  made.id = base::BuzzId(buzz.id());
  made.author = buzz.author();
  made.text = buzz.text();
  made.version = buzz.version();
  made.posted_ms = buzz.posted_ms();
  if (buzz.edited_ms() != 0) made.edited_ms = buzz.edited_ms();
  if (buzz.in_reply_to() != 0) made.in_reply_to = base::BuzzId(buzz.in_reply_to());
  if (buzz.root() != 0) made.root = base::BuzzId(buzz.root());
  made.entities.reserve(static_cast<std::size_t>(buzz.entities_size()));
  for (const proto::Entity& entity : buzz.entities()) {
    made.entities.push_back({to_v1(entity.kind()), entity.begin(), entity.end(), entity.value()});
  }
  made.deleted = buzz.deleted();
  return made;
}

v1::User to_v1(const proto::Account& account) {
  v1::User made;
  made.name = account.name();
  if (account.registered_ms() == 0) return made;  // of a list of followers
  made.registered_ms = account.registered_ms();
  made.buzzes = account.buzzes();
  made.followers = account.followers();
  made.following = account.following();
  return made;
}

v1::Entry to_v1(const proto::FeedEntry& entry) {
  if (entry.kind() == proto::Arrival::FOLLOWED || entry.kind() == proto::Arrival::UNFOLLOWED) {
    const bool begins = entry.kind() == proto::Arrival::FOLLOWED;
    return v1::FollowEntry{begins ? v1::FollowEntryKind::kFollowed : v1::FollowEntryKind::kUnfollowed, entry.follower(),
                           entry.author()};
  }
  v1::BuzzEntry made{kind_of(entry), to_v1(entry.buzz())};
  if (made.kind == v1::BuzzEntryKind::kDeleted) made.buzz.deleted = true;
  return made;
}

v1::Problem to_v1(const Refusal& refusal) {
  v1::Problem made = v1::problem(refusal.code, refusal.message);
  if (refusal.retry_after.count() > 0) made.retry_after_ms = static_cast<std::uint32_t>(refusal.retry_after.count());
  return made;
}

proto::Feed to_core(const v1::Feed& feed) {
  return std::visit([](const auto& body) { return make_feed(body); }, feed);
}

proto::Feed to_core(const v1::PagedFeed& feed) {
  return std::visit([](const auto& body) { return make_feed(body); }, feed);
}

Refusal refusal_of_feed(const proto::Feed& feed, proto::ErrorCode why) {
  switch (why) {
    case proto::ErrorCode::kUnknownUser:
      return {why, "no such user: " + user_of(feed)};
    case proto::ErrorCode::kUnknownBuzz:
      return {why, "no such buzz: " + std::to_string(feed.thread())};
    case proto::ErrorCode::kInvalidName:
      return {why, "a name is 1 to 30 of A-Z a-z 0-9 _"};
    case proto::ErrorCode::kTooManySubscriptions:
      return {why, "its node serves as many subscriptions as it can"};
    case proto::ErrorCode::kBadRequest:
      if (!feed.has_thread()) break;
      return {why, "a thread is named by its first buzz: the `root` of " + std::to_string(feed.thread())};
    default:
      break;
  }
  return {why, "there can be no such feed"};
}

Refusal nothing_found() {
  return {proto::ErrorCode::kUnavailable, "the node where that is at home has answered nothing", {}};
}

const std::string* owner_of_home(const proto::Feed& feed) { return feed.has_home() ? &feed.home() : nullptr; }

std::optional<std::string> encode_push_body(const proto::Position& position, const proto::FeedEntry& entry) {
  if (entry.unchanged()) return std::nullopt;
  std::string body;
  v1::append_push_body(body, encode_position(to_feed_position(position)), to_v1(entry));
  return body;
}

std::string at_position(std::string push_body, const proto::Position& position) {
  constexpr std::string_view kBefore = R"("position":")";  // a body begins with it (proto/v1/messages.h)
  return push_body.replace(kBefore.size(), kPositionChars, encode_position(to_feed_position(position)));
}

}  // namespace buzzer::gateway
