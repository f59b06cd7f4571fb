// What a shard does by and by, in small entries of its own, so that nobody has to wait for it: sweeps (sweeps.h), going
// through what a broken stream's receiver should have, trimming the arrival log. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "node/kernel/kernel.h"

namespace buzzer::kernel {

struct UpkeepOptions {
  // The arrival log keeps no more than this (and what came since the last upkeep), and nothing older.
  std::uint64_t most_arrivals = 100'000;
  std::chrono::milliseconds oldest_arrival = std::chrono::hours(72);
  // In one entry.
  std::uint32_t most_swept = 200;       // copies that go, authors whose interest does or who are asked about
  std::uint32_t most_looked_at = 2000;  // buzzes, authors or copies
  std::uint32_t most_rows_queued = 50;
  // A resync waits while so many of the stream's rows have not been acknowledged: a receiver that is down costs no disk
  // for what it can be told later.
  std::uint64_t most_rows_owed = 200;
};

// The next piece of it; an entry without events if there is nothing to do at the moment.
void decide_upkeep(const StateView& state, const UpkeepOptions& options, const Moment& moment, Decision& decision);

}  // namespace buzzer::kernel
