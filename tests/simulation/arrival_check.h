// Whether arrival logs tell of all that has arrived, to everybody whom it concerns, once. Subscribers are held against
// the log (subscriber_check.h); this holds the log against what there is, so that nothing is left out of both.
//
// Of a run in which no disk has lost anything it is demanded that
//
// * an author's home has told of the present version of each buzz, and so has each shard with a copy: to whom it
//   mentions, its topics and its thread; and to the author's followers, if one of them had been answered before that
//   version was asked for (who begins to follow finds in the feed what there is by then, and need not be told of it);
// * whoever was told of a version has been told of what became of it, be it an edit that no longer mentions them, or a
//   deletion;
// * nobody has been told of a version twice, nor of one that there never was, nor of a deletion that was none.
//
// The first is asked only of logs of which nothing has been trimmed.
#pragma once

#include "tests/simulation/buzz_reasons.h"

namespace buzzer::simulation {

void check_arrivals(const GridRecords& records, const BuzzReasons& reasons, History& history);

}  // namespace buzzer::simulation
