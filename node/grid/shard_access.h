// Gossip's way to the shards of this node.
#pragma once

#include <vector>

#include "node/grid/gossip_shards.h"
#include "node/grid/local_homes.h"

namespace buzzer::grid {

class ShardAccess final : public GossipShards {
 public:
  // `homes` must outlive it.
  explicit ShardAccess(const LocalHomes& homes) : homes_(homes) {}

  [[nodiscard]] bool serves(base::ShardId shard) const override { return homes_.serving_shard(shard) != nullptr; }
  [[nodiscard]] std::uint64_t incarnation(base::ShardId shard) const override;
  void deliver(const proto::StreamRows& rows, StateCallback told) override;
  void tell_stream(base::ShardId from, base::ShardId to, StateCallback told) override;
  [[nodiscard]] bool peer_serves(base::ShardId shard, base::ShardId peer, std::uint64_t incarnation) override;
  [[nodiscard]] std::vector<base::ShardId> streams_of(base::ShardId shard) const override;
  [[nodiscard]] kernel::Span rows(base::ShardId from, base::ShardId to) const override;
  kernel::Meeting heard(base::ShardId from, base::ShardId to, std::uint64_t incarnation,
                        const kernel::StreamPlace& place) override;
  void read_rows(base::ShardId from, base::ShardId to, std::uint64_t first, std::size_t most_bytes,
                 RowsCallback callback) override;

 private:
  const LocalHomes& homes_;
};

}  // namespace buzzer::grid
