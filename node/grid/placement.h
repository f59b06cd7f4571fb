// Whose home is where: shards to nodes; users and topics to shards is the kernel's (kernel/home_shard.h). Pure; fixed
// for good, since stores hold what it says.
//
//   node of a shard  = shard mod number of nodes             (--journal local)
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "node/kernel/home_shard.h"

namespace buzzer::grid {

using kernel::shard_of_topic;
using kernel::shard_of_user;

// `nodes` is 1 to base::kMaxGridSize.
[[nodiscard]] constexpr base::NodeId node_of_shard(base::ShardId shard, std::uint32_t nodes) {
  return base::NodeId(shard.value() % nodes);
}

}  // namespace buzzer::grid
