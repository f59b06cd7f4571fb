#include "node/shard/feed_entry.h"

#include "node/kernel/buzz_id.h"
#include "node/shard/feed_filter.h"
#include "proto/link.pb.h"

namespace buzzer::shard {

const proto::Buzz* present_buzz(const kernel::StateView& state, base::ShardId shard, const proto::Arrival& arrival) {
  if (!tells_of_buzz(arrival)) return nullptr;
  const base::BuzzId id(arrival.id());
  if (kernel::id_shard(id) == shard) return state.buzz(id);
  const proto::Copy* copy = state.copy(arrival.author(), id);
  return copy == nullptr ? nullptr : &copy->buzz();
}

void encode_feed_entry(const proto::Arrival& arrival, const proto::Buzz* present, std::string& encoded) {
  thread_local proto::FeedEntry entry;  // kept for its memory
  entry.Clear();
  entry.set_kind(arrival.kind());
  const std::string& author = arrival.author_name().empty() ? arrival.author() : arrival.author_name();
  entry.set_author(author);
  if (!tells_of_buzz(arrival)) {
    entry.set_follower(arrival.follower_name().empty() ? arrival.follower() : arrival.follower_name());
    entry.set_unchanged(arrival.unchanged());
    entry.SerializeToString(&encoded);
    return;
  }
  entry.set_id(arrival.id());
  proto::Buzz& buzz = *entry.mutable_buzz();
  const bool is_deleted = arrival.kind() == proto::Arrival::DELETED || (present != nullptr && present->deleted());
  if (is_deleted) {
    entry.set_kind(proto::Arrival::DELETED);
  } else if (present == nullptr) {
    entry.set_kind(kLeft);
  }
  if (present != nullptr && !is_deleted) {
    buzz = *present;
    buzz.clear_sent_to();
  } else {
    buzz.set_id(arrival.id());
    buzz.set_author(present != nullptr ? present->author() : author);
    buzz.set_version(present != nullptr ? present->version() : arrival.version());
  }
  entry.SerializeToString(&encoded);
}

}  // namespace buzzer::shard
