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

// The kind of a FeedEntry, of no arrival: the buzz does not belong to this feed any more, as far as this shard knows.
// It has left with an edit, or is deleted, which an entry behind this one tells. It has an id, an author and the
// arrival's version, but no text: elsewhere it may live on.
inline constexpr proto::Arrival::Kind kLeft = proto::Arrival::UNSPECIFIED;

// Replaces `encoded` by a proto::FeedEntry. Of a buzz that is deleted by now, whatever the arrival, its deletion; of
// one that is not here any more, which nobody here can show: kLeft, if the arrival is not the deletion itself.
void encode_feed_entry(const proto::Arrival& arrival, const proto::Buzz* present, std::string& encoded);

}  // namespace buzzer::shard
