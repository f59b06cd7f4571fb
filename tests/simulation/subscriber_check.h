// Whether a subscriber was given what its feed's filter lets through of its home's arrival log, from where it began to
// the log's end: computed plainly from the log itself. Edges are those of today, and those that entries of the log tell
// of.
//
// What came while an edge stood that is gone by now may have been given or not: it depends on when it was looked at.
#pragma once

#include "tests/simulation/shard_records.h"
#include "tests/simulation/subscriber.h"

namespace buzzer::simulation {

void check_subscriber(const Subscriber& subscriber, const GridRecords& records, History& history);

}  // namespace buzzer::simulation
