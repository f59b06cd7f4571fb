// What all decisions have in common: an entry in the making, and the numbers that its events take. For this folder
// alone.
//
// Visits of the state do not see what the entry will change, nor do reads: whoever decides looks at the state as it
// was, and adds each event once.
#pragma once

#include <array>
#include <cstdint>

#include "node/kernel/decision.h"
#include "node/kernel/kernel.h"
#include "node/kernel/state.h"

namespace buzzer::kernel {

// A set of shards.
using ShardBits = std::uint64_t;
static_assert(base::kShardCount == 64);

[[nodiscard]] constexpr ShardBits bit_of(ShardId shard) { return ShardBits{1} << shard.value(); }

class Decider {
 public:
  // All must outlive it; the decision is cleared.
  Decider(const StateView& state, const Moment& moment, Decision& decision);

  [[nodiscard]] const StateView& state() const { return state_; }
  [[nodiscard]] ShardId shard() const { return moment_.shard; }
  [[nodiscard]] const Moment& moment() const { return moment_; }
  // The shard's clock at this entry.
  [[nodiscard]] std::int64_t clock_ms() const { return clock_ms_; }
  [[nodiscard]] Decision& decision() { return decision_; }

  // Adds an event whose body is of that kind and empty.
  proto::Event& add(proto::Event::BodyCase kind) { return decision_.spare_events.add_to(decision_.entry, kind); }

  // Gives the next id of this shard.
  [[nodiscard]] BuzzId give_id(BuzzId named = BuzzId());

  // Appends to the arrival log. The arrival has its kind, and when it was; the rest is for the caller to say.
  proto::Arrival& note_arrival(proto::Arrival::Kind kind);
  // Of the arrival noted last.
  [[nodiscard]] std::uint64_t position() const { return last_arrival_; }

  // Appends a row, whose body the caller sets before it does anything else, to the stream to another shard. The first
  // row ever to a shard begins the stream: there is nothing to go through again.
  proto::Delivery& queue_row(ShardId to);
  // Puts a new generation in the place of the stream that there is, if there is any, and queues StreamBegin. Of one
  // that is not resyncing the end, StreamResynced, follows at once.
  void begin_stream(ShardId to, const proto::OutStream& stream, bool again);

  // The command that waits under that key, if it is still remembered, has come to this.
  void resolve_key(std::string_view account, std::string_view key, const proto::Reply& reply);

  // Ends the entry, if it has any events.
  void finish();

 private:
  const StateView& state_;
  const Moment moment_;
  Decision& decision_;
  std::int64_t clock_ms_;
  BuzzId last_id_;
  bool arrivals_known_ = false;
  std::uint64_t last_arrival_ = 0;
  ShardBits streams_known_ = 0;  // to which there is a stream, so that last_rows_ says its last row
  std::array<std::uint64_t, base::kShardCount> last_rows_{};
};

}  // namespace buzzer::kernel
