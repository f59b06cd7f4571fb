// What a feed lets through of its shard's arrival log. Pure: the same rule for what has just arrived and for what is
// read again from the log.
#pragma once

#include <cstdint>

#include "node/shard/feed_name.h"
#include "proto/records.pb.h"

namespace buzzer::shard {

// `edge_since` is asked of home feeds alone: at which position the edge from the feed's reader to the entry's author
// that stands now took effect; 0: there is none, or it is pending. What came before it is not the reader's; nor is it
// the reader's because of an edge that stood then and is gone.
[[nodiscard]] bool passes(const FeedName& feed, std::uint64_t position, const proto::Arrival& arrival,
                          std::uint64_t edge_since);

// Whether it tells of a buzz, and not of a follow.
[[nodiscard]] inline bool tells_of_buzz(const proto::Arrival& arrival) {
  return arrival.kind() == proto::Arrival::POSTED || arrival.kind() == proto::Arrival::EDITED ||
         arrival.kind() == proto::Arrival::DELETED;
}

}  // namespace buzzer::shard
