// One run of a shard alone over a replicated kind of journal (replica_journal.h), with the clients and the checker of
// whole grids: what is in flight, refused or unknown is exercised here, until grids have such a journal.
#pragma once

#include "tests/simulation/grid_run.h"

namespace buzzer::simulation {

// `options.nodes` means nothing here: there is one.
[[nodiscard]] RunResult run_replicated_shard(const RunOptions& options);

}  // namespace buzzer::simulation
