#include "node/grid/shard_access.h"

#include <utility>

namespace buzzer::grid {
namespace {

base::ShardId shard_id(std::uint32_t number) { return base::ShardId(static_cast<std::uint8_t>(number)); }

// What makes a place the state of the stream between those two, told by the receiver.
shard::Shard::PlaceCallback as_state(base::ShardId from, base::ShardId to, std::uint64_t incarnation,
                                     GossipShards::StateCallback told) {
  return [from, to, incarnation, told = std::move(told)](const kernel::StreamPlace& place) {
    proto::StreamState state;
    state.set_from(from.value());
    state.set_to(to.value());
    state.set_incarnation(incarnation);
    state.set_generation(place.generation);
    state.set_number(place.number);
    state.set_life(place.life);
    told(state);
  };
}

}  // namespace

std::uint64_t ShardAccess::incarnation(base::ShardId shard) const {
  const shard::Shard* found = homes_.serving_shard(shard);
  return found == nullptr ? 0 : found->incarnation();
}

void ShardAccess::deliver(const proto::StreamRows& rows, StateCallback told) {
  shard::Shard* receiver = homes_.serving_shard(shard_id(rows.to()));
  if (receiver == nullptr) return;
  const base::ShardId from = shard_id(rows.from());
  receiver->deliver(from, rows.incarnation(), rows.generation(), rows.first(), rows.rows(),
                    as_state(from, shard_id(rows.to()), receiver->incarnation(), std::move(told)));
}

void ShardAccess::tell_stream(base::ShardId from, base::ShardId to, StateCallback told) {
  if (shard::Shard* receiver = homes_.serving_shard(to)) {
    receiver->tell_stream(from, as_state(from, to, receiver->incarnation(), std::move(told)));
  }
}

bool ShardAccess::peer_serves(base::ShardId shard, base::ShardId peer, std::uint64_t incarnation) {
  shard::Shard* own = homes_.serving_shard(shard);
  return own != nullptr && own->peer_serves(peer, incarnation);
}

std::vector<base::ShardId> ShardAccess::streams_of(base::ShardId shard) const {
  const shard::Shard* own = homes_.serving_shard(shard);
  return own == nullptr ? std::vector<base::ShardId>() : own->streams();
}

kernel::Span ShardAccess::rows(base::ShardId from, base::ShardId to) const {
  const shard::Shard* own = homes_.serving_shard(from);
  return own == nullptr ? kernel::Span() : own->rows(to);
}

kernel::Meeting ShardAccess::heard(base::ShardId from, base::ShardId to, std::uint64_t incarnation,
                                   const kernel::StreamPlace& place) {
  shard::Shard* own = homes_.serving_shard(from);
  return own == nullptr ? kernel::Meeting::kMeets : own->heard(to, incarnation, place);
}

void ShardAccess::read_rows(base::ShardId from, base::ShardId to, std::uint64_t first, std::size_t most_bytes,
                            RowsCallback callback) {
  if (shard::Shard* own = homes_.serving_shard(from)) own->read_rows(to, first, most_bytes, std::move(callback));
}

}  // namespace buzzer::grid
