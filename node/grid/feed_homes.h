// The shards of a node as subscribers see them. Declared here; implemented over LocalHomes, and by plain objects in
// tests.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

// Shards are this node's; what is said to one that does not serve is without effect. Calls may push from within.
class FeedHomes {
 public:
  FeedHomes() = default;
  FeedHomes(const FeedHomes&) = delete;
  FeedHomes& operator=(const FeedHomes&) = delete;
  virtual ~FeedHomes() = default;

  // As shard::Publisher has them, of the shard's.
  virtual void subscribe(base::ShardId shard, base::NodeId node, const proto::Subscribe& wish) = 0;
  virtual void unsubscribe(base::ShardId shard, base::NodeId node, std::uint64_t number) = 0;
  virtual void taken(base::ShardId shard, base::NodeId node, std::uint64_t number, std::uint64_t position) = 0;
  // Of all of this node's shards.
  virtual void node_gone(base::NodeId node) = 0;
};

}  // namespace buzzer::grid
