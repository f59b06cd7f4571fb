// Whether a row says what a row can say: that no peer, whatever it sends, brings a shard to what it cannot apply. For
// this folder alone.
#pragma once

#include "node/kernel/buzz_id.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

// A shard speaks of its own authors' buzzes and names, and of interest in authors of the shard that it speaks to; names
// are in lower case where they are keys, topics folded.
[[nodiscard]] bool is_sound(const proto::Delivery& delivery, ShardId from, ShardId here);

}  // namespace buzzer::kernel
