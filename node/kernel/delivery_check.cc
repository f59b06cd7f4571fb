#include "node/kernel/delivery_check.h"

#include <algorithm>
#include <string>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::Delivery;

// More than there can be users.
constexpr std::uint64_t kMostFollowers = 1ULL << 40;

// Folded is more than it was written as: a letter may become several. So it is not held against what may be written.
constexpr std::size_t kMostTopicBytes = 16UL << 10;

bool is_sound(const proto::Entity& entity) {
  if (entity.kind() == proto::Entity::MENTION) return is_lower_name(entity.value());
  if (entity.kind() != proto::Entity::TOPIC) return true;
  const std::string& topic = entity.value();
  // The bytes 0x00 and 0x01 mean something in a topic's keys (store/key_schema.h).
  return !topic.empty() && topic.size() <= kMostTopicBytes && static_cast<unsigned char>(topic.front()) > 0x01 &&
         topic.find('\0') == std::string::npos;
}

// Oldest first, and none twice.
bool is_sound(const proto::Backfill& backfill, ShardId from) {
  std::uint64_t last = 0;
  return std::all_of(backfill.buzzes().begin(), backfill.buzzes().end(), [&](const proto::Buzz& buzz) {
    const bool ascends = buzz.id() > last;
    last = buzz.id();
    return ascends && is_sound_buzz(buzz, from);
  });
}

bool is_sound(const proto::InterestAnswer& answer, ShardId from) {
  return is_lower_name(answer.author()) && shard_of_user(answer.author()) == from &&
         (answer.name().empty() || (is_name(answer.name()) && LowerName(answer.name()).view() == answer.author()));
}

}  // namespace

bool is_lower_name(std::string_view name) { return is_name(name) && LowerName(name).view() == name; }

bool is_sound_buzz(const proto::Buzz& buzz, ShardId from) {
  if (buzz.id() == 0 || id_shard(BuzzId(buzz.id())) != from || !is_name(buzz.author())) return false;
  if (shard_of_user(LowerName(buzz.author()).view()) != from) return false;
  return std::all_of(buzz.entities().begin(), buzz.entities().end(),
                     [](const proto::Entity& entity) { return is_sound(entity); });
}

bool is_sound(const proto::Delivery& delivery, ShardId from, ShardId here) {
  switch (delivery.body_case()) {
    case Delivery::kBuzz:
      return is_sound_buzz(delivery.buzz(), from);
    case Delivery::kBackfill:
      return is_sound(delivery.backfill(), from);
    case Delivery::kInterest:
      return is_lower_name(delivery.interest().author()) && shard_of_user(delivery.interest().author()) == here &&
             delivery.interest().followers() < kMostFollowers;
    case Delivery::kInterestAnswer:
      return is_sound(delivery.interest_answer(), from);
    case Delivery::kBegin:
    case Delivery::kResynced:
    case Delivery::BODY_NOT_SET:
      return true;
  }
  return true;
}

}  // namespace buzzer::kernel
