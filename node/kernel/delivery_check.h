// Whether a row says what a row can say: that no peer, whatever it sends, brings a shard to what it cannot apply. For
// this folder alone.
#pragma once

#include <string_view>

#include "node/kernel/buzz_id.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

// A shard speaks of its own authors' buzzes and names, and of interest in authors of the shard that it speaks to; names
// are in lower case where they are keys, topics folded.
[[nodiscard]] bool is_sound(const proto::Delivery& delivery, ShardId from, ShardId here);

// The same of a buzz at home in `from`.
[[nodiscard]] bool is_sound_buzz(const proto::Buzz& buzz, ShardId from);
// Whether it can be a key: a name, in lower case.
[[nodiscard]] bool is_lower_name(std::string_view name);

}  // namespace buzzer::kernel
