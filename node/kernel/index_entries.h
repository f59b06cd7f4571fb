// The index entries that a buzz has in this shard: topics at home here, mentions of users here, and its place in a
// thread whose root is at home here. For apply() alone.
#pragma once

#include "node/kernel/state.h"

namespace buzzer::kernel {

// From those of the former version to those of the present one; null: there was none, or there is none any more. A
// deleted one has no topics and mentions, but stays in its thread. Neither may be a record of the state's.
void reindex(StateEditor& state, ShardId here, const proto::Buzz* former, const proto::Buzz* present);

}  // namespace buzzer::kernel
