// Whether every door shows in the end what the homes' disks hold: home, topic, mentions and thread feeds, who follows
// whom, and counts. Together with gossip_check.h (do the disks agree?) and final_check.h (do they hold what happened?)
// it says that everybody sees what they should.
#pragma once

#include "tests/simulation/history.h"
#include "tests/simulation/reader.h"
#include "tests/simulation/shard_records.h"

namespace buzzer::simulation {

// Runs virtual time. `thorough`: every feed; otherwise home feeds alone.
void check_door(Reader& reader, const GridRecords& records, History& history, bool thorough);

}  // namespace buzzer::simulation
