// Whether the shards of a grid agree in the end, as their disks show: what each keeps of the others is what those have
// now. Says nothing of how it came about, so it holds after every loss too.
//
// * every copy that there is a reason for is there, like the original, which knows that it was sent there; and no other
// * topics, mentions and threads are those of the buzzes and copies that are there
// * an author's home knows how many follow in each shard; accounts count right; nobody waits for an answer
// * every stream's receiver has taken all its rows; none is being repaired, nor ever was if no disk has lost anything
// * arrival logs have no holes, and tell of everything, once (arrival_check.h: if no disk has lost anything)
#pragma once

#include "tests/simulation/history.h"
#include "tests/simulation/shard_records.h"

namespace buzzer::simulation {

// What to look for in indexes: all that was ever spoken of.
[[nodiscard]] IndexKeys index_keys(const History& history, Vocabulary vocabulary);

void check_gossip(const GridRecords& records, History& history);

// Of edges, interest and counts alone (follow_check.cc).
void check_follows(const GridRecords& records, History& history);
// Of streams, logs and sweeps alone (stream_check.cc).
void check_streams(const GridRecords& records, History& history);

}  // namespace buzzer::simulation
