// What the disks must hold in the end of passwords and sessions: those that were acknowledged, none that was refused or
// ended, and nobody else's.
#pragma once

#include "tests/simulation/history.h"
#include "tests/simulation/shard_records.h"

namespace buzzer::simulation {

// Only where nothing acknowledged was lost by a wipe or an older copy.
void check_sessions(const GridRecords& records, History& history);

}  // namespace buzzer::simulation
