// Whether shards that owe each other nothing have what they should have: everything that one shard keeps of another is
// worked out anew, naively, from what is at the homes alone.
#pragma once

#include <string>

#include "tests/unit/kernel/kernel_grid.h"

namespace buzzer::kernel {

// What is wrong, one thing a line; empty if nothing is. For grids where every author has posted fewer than kBackfill.
[[nodiscard]] std::string whats_wrong(KernelGrid& grid);

}  // namespace buzzer::kernel
