// Whether an entry from outside may be given to apply(), which trusts what decide() has made: a name that is none, or
// a kept reply that cannot be read, would end the process. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "base/status.h"
#include "node/kernel/buzz_id.h"
#include "proto/records.pb.h"

namespace buzzer::python {

// Far beyond what one command makes; keeps every record below what a store takes.
inline constexpr std::size_t kMostEntryBytes = 1UL << 20;
// Times of entries and commands are 0 to this (in 2094, a year before ids reach 2^53).
inline constexpr std::int64_t kLatestMs = kernel::kIdEpochMs + (1LL << 41) - (1LL << 35);

// Reads the bytes of an entry of that shard. Fails, saying what is wrong with it, unless all that can be known without
// the state is as decide() makes it; whether it is the next entry is for apply() to say.
[[nodiscard]] base::Result<proto::Entry> read_entry(std::string_view bytes, base::ShardId shard);

}  // namespace buzzer::python
