// Whose home is where: users and topics to shards, shards to nodes. Pure; fixed for good, since stores hold what it
// says.
//
//   shard of a user  = XXH64("u/" + name in lower case, seed 0) mod 64
//   shard of a topic = XXH64("t/" + folded topic, seed 0) mod 64
//   node of a shard  = shard mod number of nodes             (--journal local)
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace buzzer::grid {

// `name` in lower case (kernel/text.h).
[[nodiscard]] base::ShardId shard_of_user(std::string_view name);

// `topic` folded (kernel/text.h).
[[nodiscard]] base::ShardId shard_of_topic(std::string_view topic);

// `nodes` is 1 to base::kMaxGridSize.
[[nodiscard]] constexpr base::NodeId node_of_shard(base::ShardId shard, std::uint32_t nodes) {
  return base::NodeId(shard.value() % nodes);
}

}  // namespace buzzer::grid
