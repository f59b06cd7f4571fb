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

// A topic is what a buzz would mean by it.
std::optional<FeedName> of_topic(const std::string& topic) {
  const std::string text = !topic.empty() && topic.front() == '#' ? topic : '#' + topic;
  if (kernel::check_text(text) != proto::ErrorCode::kNone) return std::nullopt;
  kernel::Entities entities;
  kernel::find_entities(text, entities);
  if (entities.size() != 1 || entities[0].kind() != proto::Entity::TOPIC || entities[0].begin() != 0) {
    return std::nullopt;
  }
  std::size_t points = 0;
  for (const char byte : text) points += (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U ? 0 : 1;
  if (entities[0].end() != points) return std::nullopt;
  return FeedName{Kind::kTopic, std::move(*entities.Mutable(0)->mutable_value()), base::BuzzId()};
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
