#include "node/grid/feed_service.h"

#include <algorithm>

#include "node/grid/placement.h"

namespace buzzer::grid {
namespace {

base::ShardId shard_of(std::uint32_t number) { return base::ShardId(static_cast<std::uint8_t>(number)); }

}  // namespace

FeedService::FeedService(base::NodeId self, std::uint32_t nodes, FeedHomes& homes)
    : self_(self), nodes_(nodes), homes_(homes) {}

bool FeedService::is_own(std::uint32_t shard) const {
  return shard < base::kShardCount && node_of_shard(shard_of(shard), nodes_) == self_;
}

void FeedService::frame_arrived(base::NodeId from, const proto::LinkFrame& frame) {
  if (frame.has_subscribe() && is_own(frame.subscribe().shard())) {
    homes_.subscribe(shard_of(frame.subscribe().shard()), from, frame.subscribe());
  } else if (frame.has_unsubscribe() && is_own(frame.unsubscribe().shard())) {
    homes_.unsubscribe(shard_of(frame.unsubscribe().shard()), from, frame.unsubscribe().number());
  } else if (frame.has_pushes_taken() && is_own(frame.pushes_taken().shard())) {
    for (const auto& taken : frame.pushes_taken().taken()) {
      homes_.taken(shard_of(frame.pushes_taken().shard()), from, taken.number(), taken.position());
    }
  }
}

void FeedService::alive_changed(const std::vector<base::NodeId>& alive) {
  for (const base::NodeId node : alive_) {
    if (node != self_ && std::find(alive.begin(), alive.end(), node) == alive.end()) homes_.node_gone(node);
  }
  alive_ = alive;
}

}  // namespace buzzer::grid
