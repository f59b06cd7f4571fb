// The ids that keys are made of, and the number of a write.
#pragma once

#include <cstdint>

#include "base/ids.h"

namespace buzzer::store {

using base::BuzzId;
using base::kShardCount;
using base::ShardId;

// Where a write stands among all writes of a store; a later write has a larger one. Grows by more than one at times.
using Sequence = base::StrongId<struct SequenceTag, std::uint64_t>;

}  // namespace buzzer::store
