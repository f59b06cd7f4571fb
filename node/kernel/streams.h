// Streams from shard to shard: what the kernel does with rows that arrive, with what the other end says of those that
// were sent, and with streams that break. Pure.
//
// A stream is the rows of one (sending shard, receiving shard), numbered 1, 2, 3 ... in the outbox of the sender. The
// receiver takes exactly the row after its watermark, in one entry with its effect, so each takes effect once and in
// order, however often it is sent. It tells its watermark once that is durable; then the sender forgets the rows before
// it (the row of the watermark itself stays, to be compared).
//
// A stream meets when the receiver's watermark names a row that the sender has, of the same *generation* (a random
// number that each beginning of a stream draws) and the same *life* (kernel.h). If not, one of the two stores was
// wiped, or put back to an older copy of itself: the stream is *broken*. Then the sender drops its rows and begins a
// new generation:
//
//   StreamBegin      the receiver enters a new epoch
//   ...              everything the receiver should have, in pieces as there is room (upkeep.h): each followed author's
//                    interest, asked anew, and the present version of each buzz that was ever sent there
//   StreamResynced   what was not declared or confirmed in this epoch goes by and by (sweeps.h): until then the
//                    receiver sends what nobody there wants any more, and it is not kept
//
// What happens meanwhile takes its place between these rows. A stream that never was begins with StreamBegin and
// StreamResynced at once.
//
// A store that is wiped, or has accepted a loss, is of a new *incarnation*, which the shard tells all peers before
// anything else. What they had from it counts no more, whatever the numbers say: they begin their
// streams to it anew, and forget how far they had come with its own. (Life is for stores that were put back in secret.)
#pragma once

#include <cstdint>
#include <vector>

#include "node/kernel/kernel.h"

namespace buzzer::kernel {

// The buzzes that an author's home sends to a shard that begins to follow.
inline constexpr std::size_t kBackfill = 200;
inline constexpr std::size_t kBackfillPerRow = 25;

// How far a stream has come at its receiver. Nothing yet: all zero.
struct StreamPlace {
  std::uint64_t generation = 0;
  std::uint64_t number = 0;
  std::uint64_t life = 0;

  friend bool operator==(const StreamPlace&, const StreamPlace&) = default;
};

[[nodiscard]] StreamPlace stream_place(const StateView& state, ShardId from);

// A row that has arrived.
struct Received {
  ShardId from;
  std::uint64_t incarnation = 0;  // of that shard
  std::uint64_t generation = 0;
  std::uint64_t number = 0;
  const proto::Delivery* delivery = nullptr;
};

// An entry without events: it is not the next row; the sender is to be told where its stream stands. So is a row from
// an incarnation that this shard has not heard of (decide_peer_incarnation), unless it begins a stream.
void decide_delivery(const StateView& state, const Received& received, const Moment& moment, Decision& decision);

enum class Meeting {
  kMeets,          // rows after that place follow
  kFromBeginning,  // the receiver has nothing of this generation yet, and all of its rows are there: from 1
  kBroken,
};

// Whether what the receiver says fits the stream's rows. There need be no stream: then a receiver that has nothing
// fits, and one that has something is told that it is void. So a receiver should say how far it is without being asked,
// when it hears that the sender serves: a sender that was put back to when it had nothing for it would never ask.
[[nodiscard]] Meeting judge_stream(const StateView& state, ShardId to, const StreamPlace& place);

// The receiver, of that incarnation, has taken all up to `place`: rows before it go, a few hundred in one entry.
// Without events if there is nothing to do, if the place does not meet, or if the incarnation is not the one that is
// known.
void decide_acknowledged(const StateView& state, ShardId to, std::uint64_t incarnation, const StreamPlace& place,
                         const Moment& moment, Decision& decision);

// The stream is broken: it begins anew, with that generation, random and never 0.
void decide_stream_begin(const StateView& state, ShardId to, std::uint64_t generation, const Moment& moment,
                         Decision& decision);

// A shard says which incarnation it is. Not the one that this shard knows: what came from it counts no more (a new
// epoch), and the stream to it begins anew, with that generation. Without events if all is as it was.
void decide_peer_incarnation(const StateView& state, ShardId peer, std::uint64_t incarnation, std::uint64_t generation,
                             const Moment& moment, Decision& decision);

// Rows from `first` on, ready to be sent: each buzz in its present version. At least one, if there is any, and no more
// than that many bytes, if it can be.
void collect_rows(const StateView& state, ShardId to, std::uint64_t first, std::size_t most_bytes,
                  std::vector<proto::Delivery>& rows);

}  // namespace buzzer::kernel
