// The subscribers' way to the shards of this node.
#pragma once

#include "node/grid/feed_homes.h"
#include "node/grid/local_homes.h"

namespace buzzer::grid {

class FeedAccess final : public FeedHomes {
 public:
  // `homes` must outlive it.
  explicit FeedAccess(const LocalHomes& homes) : homes_(homes) {}

  void subscribe(base::ShardId shard, base::NodeId node, const proto::Subscribe& wish) override {
    if (shard::Shard* home = homes_.serving_shard(shard)) home->publisher().subscribe(node, wish);
  }
  void unsubscribe(base::ShardId shard, base::NodeId node, std::uint64_t number) override {
    if (shard::Shard* home = homes_.serving_shard(shard)) home->publisher().unsubscribe(node, number);
  }
  void taken(base::ShardId shard, base::NodeId node, std::uint64_t number, std::uint64_t position) override {
    if (shard::Shard* home = homes_.serving_shard(shard)) home->publisher().taken(node, number, position);
  }
  void node_gone(base::NodeId node) override {
    homes_.for_each_own([&](base::ShardId shard) {
      if (shard::Shard* home = homes_.serving_shard(shard)) home->publisher().node_gone(node);
    });
  }

 private:
  const LocalHomes& homes_;
};

}  // namespace buzzer::grid
