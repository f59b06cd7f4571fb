// Sweeps: copies of other shards' buzzes are looked through by and by, in small entries, and those that are no longer
// wanted go. There are two kinds, of an author whom nobody here follows any more, and of a shard whose stream has been
// gone through again (streams.h). For this folder alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "node/kernel/decider.h"
#include "node/kernel/upkeep.h"

namespace buzzer::kernel {

// Begins a sweep, or lets the one there is begin again.
void sweep_author(Decider& decider, std::string_view author);
// Of copies that an earlier epoch than this one brought.
void sweep_shard(Decider& decider, ShardId from, std::uint64_t epoch);

// A piece of the first sweep there is; nothing if there is none.
void go_on_sweeping(Decider& decider, const UpkeepOptions& options);

}  // namespace buzzer::kernel
