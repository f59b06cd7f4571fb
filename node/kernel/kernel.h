// The rules of Buzzer, pure: a command and the present state give events and a reply; events change the state.
//
// No I/O, clock, thread or randomness: the same state, command and time give the same decision, and applying the same
// entries in order gives the same state, on every machine. All that is decided is in the events: ids, times, positions,
// the numbers of rows, which keys are forgotten.
//
// Commands are one way in. The others, for what comes from other shards and for what is done by and by, are in
// streams.h and upkeep.h. Each makes one entry of one input: deciding looks at the state as it was before the entry.
#pragma once

#include <cstdint>

#include "node/kernel/buzz_id.h"
#include "node/kernel/decision.h"
#include "node/kernel/state.h"
#include "proto/commands.pb.h"
#include "proto/errors.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

// How long after a key's creation a command may be repeated with it; an older one is refused (key_expired), so that
// forgetting keys never repeats a command.
inline constexpr std::int64_t kKeyLifeMs = 24LL * 60 * 60 * 1000;
// How far a client's clock may be ahead of the shard's.
inline constexpr std::int64_t kKeyAheadMs = 60LL * 60 * 1000;
inline constexpr std::size_t kMostKeyBytes = 64;
// Expired keys that one command sweeps out: more than one, so that they do not pile up.
inline constexpr int kKeysForgottenPerCommand = 2;

// How many an account may follow: a page of its home feed is merged from all of them.
inline constexpr std::uint64_t kMostFollowed = 5000;

// Bytes of a password's hash that are kept, and of a token's hash.
inline constexpr std::size_t kMostPasswordHashBytes = 128;
inline constexpr std::size_t kTokenHashBytes = 32;
// Of a user; a further one ends the one that expires first.
inline constexpr std::size_t kMostSessions = 50;

// When and where something is decided.
struct Moment {
  std::int64_t now_ms = 0;  // the node's wall clock; the shard's own never goes back behind what its entries have said
  ShardId shard;
  // Of the shard: random, never 0, new each time that it is claimed. Rows and arrivals carry it, so that of two
  // histories that have the same numbers (a store was put back to an older copy of itself) it shows which is which; as
  // terms do in Raft (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 2014).
  std::uint64_t life = 0;
};

// What a command comes to. Replaces what the decision held.
void decide(const StateView& state, const proto::Command& command, const Moment& moment, Decision& decision);

// Changes the state by what was decided. The entry must be the next one of this shard. False, with the state half
// changed, if it does not fit the state: then either the state could not be read, or the entry is not this shard's
// next.
[[nodiscard]] bool apply(StateEditor& state, const proto::Entry& entry);

}  // namespace buzzer::kernel
