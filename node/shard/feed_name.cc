#include "node/shard/feed_name.h"

#include <utility>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::shard {
namespace {

using Kind = FeedName::Kind;

std::optional<FeedName> of_user(Kind kind, const std::string& name) {
  if (!kernel::is_name(name)) return std::nullopt;
  return FeedName{kind, kernel::lower_name(name), base::BuzzId()};
}

std::optional<FeedName> of_topic(const std::string& written) {
  std::string topic = kernel::read_topic(written);
  if (topic.empty()) return std::nullopt;
  return FeedName{Kind::kTopic, std::move(topic), base::BuzzId()};
}

}  // namespace

std::optional<FeedName> name_feed(const proto::Feed& feed) {
  switch (feed.body_case()) {
    case proto::Feed::kHome:
      return of_user(Kind::kHome, feed.home());
    case proto::Feed::kAuthor:
      return of_user(Kind::kAuthor, feed.author());
    case proto::Feed::kMentions:
      return of_user(Kind::kMentions, feed.mentions());
    case proto::Feed::kTopic:
      return of_topic(feed.topic());
    case proto::Feed::kThread:
      if (feed.thread() == 0) return std::nullopt;
      return FeedName{Kind::kThread, {}, base::BuzzId(feed.thread())};
    case proto::Feed::BODY_NOT_SET:
      break;
  }
  return std::nullopt;
}

proto::ErrorCode flaw_of(const proto::Feed& feed) {
  const bool is_users = feed.has_home() || feed.has_author() || feed.has_mentions();
  return is_users ? proto::ErrorCode::kInvalidName : proto::ErrorCode::kBadRequest;
}

base::ShardId home_of(const FeedName& feed) {
  switch (feed.kind) {
    case Kind::kTopic:
      return kernel::shard_of_topic(feed.name);
    case Kind::kThread:
      return kernel::id_shard(feed.thread);
    case Kind::kHome:
    case Kind::kAuthor:
    case Kind::kMentions:
      break;
  }
  return kernel::shard_of_user(feed.name);
}

}  // namespace buzzer::shard
