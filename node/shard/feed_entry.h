// What a feed's subscribers are told of an entry of the arrival log: with the buzz as it is now.
#pragma once

#include <string>

#include "node/kernel/state.h"
#include "proto/records.pb.h"

namespace buzzer::shard {

// The buzz that an entry tells of, of this shard or a copy, in its present version; null if it is not here any more,
// and of entries that tell of none. Valid until the next call of the view.
[[nodiscard]] const proto::Buzz* present_buzz(const kernel::StateView& state, base::ShardId shard,
                                              const proto::Arrival& arrival);

// Replaces `encoded` by a proto::FeedEntry. Of a buzz that is deleted by now, whatever the entry, its deletion; of one
// that is not here any more likewise: nobody can show it, and its version is the entry's.
void encode_feed_entry(const proto::Arrival& arrival, const proto::Buzz* present, std::string& encoded);

}  // namespace buzzer::shard
