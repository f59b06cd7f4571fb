// Which shard a user or a topic is at home in. Pure; fixed for good, since stores hold what it says.
//
//   shard of a user  = XXH64("u/" + name in lower case, seed 0) mod 64
//   shard of a topic = XXH64("t/" + folded topic, seed 0) mod 64
#pragma once

#include <string_view>

#include "base/ids.h"

namespace buzzer::kernel {

// `name` in lower case (text.h).
[[nodiscard]] base::ShardId shard_of_user(std::string_view name);

// `topic` folded (text.h).
[[nodiscard]] base::ShardId shard_of_topic(std::string_view topic);

}  // namespace buzzer::kernel
