// What other nodes say of their subscriptions to feeds at home here: to the shard that it is for.
#pragma once

#include <vector>

#include "base/ids.h"
#include "node/grid/feed_homes.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

class FeedService {
 public:
  // `homes` must outlive it.
  FeedService(base::NodeId self, std::uint32_t nodes, FeedHomes& homes);

  // Frames of other kinds, and what is for a shard that is not this node's, are ignored.
  void frame_arrived(base::NodeId from, const proto::LinkFrame& frame);
  // What a peer has subscribed to ends with its link.
  void alive_changed(const std::vector<base::NodeId>& alive);

 private:
  [[nodiscard]] bool is_own(std::uint32_t shard) const;

  const base::NodeId self_;
  const std::uint32_t nodes_;
  FeedHomes& homes_;
  std::vector<base::NodeId> alive_;
};

}  // namespace buzzer::grid
