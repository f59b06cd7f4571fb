// The shards of a node as gossip sees them. Implemented by LocalHomes; by plain objects in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/ids.h"
#include "node/kernel/streams.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

// Each callback comes at most once, never from within the call that it answers; never, if the shard stops serving
// before. Shards named as `shard`, `from` of what is sent and `to` of what is received are this node's; what is said to
// one that does not serve is without effect.
class GossipShards {
 public:
  // Without incarnation, generation or number if the shard has nothing; credit is for gossip to fill in.
  using StateCallback = std::function<void(const proto::StreamState&)>;
  // Durable rows from the one asked for on; none if there are none, or they cannot be read.
  using RowsCallback = std::function<void(std::uint64_t generation, std::vector<proto::Delivery>&& rows)>;

  GossipShards() = default;
  GossipShards(const GossipShards&) = delete;
  GossipShards& operator=(const GossipShards&) = delete;
  virtual ~GossipShards() = default;

  [[nodiscard]] virtual bool serves(base::ShardId shard) const = 0;
  [[nodiscard]] virtual std::uint64_t incarnation(base::ShardId shard) const = 0;

  // Receiving. Takes those rows that are next; tells where the stream stands once that is durable.
  virtual void deliver(const proto::StreamRows& rows, StateCallback told) = 0;
  virtual void tell_stream(base::ShardId from, base::ShardId to, StateCallback told) = 0;
  // A peer's shard is of that incarnation. True if the shard has taken rows of the peer's stream.
  [[nodiscard]] virtual bool peer_serves(base::ShardId shard, base::ShardId peer, std::uint64_t incarnation) = 0;

  // Sending. The shards that it has ever had rows for.
  [[nodiscard]] virtual std::vector<base::ShardId> streams_of(base::ShardId shard) const = 0;
  // The rows there are, durable or about to be.
  [[nodiscard]] virtual kernel::Span rows(base::ShardId from, base::ShardId to) const = 0;
  // What the receiver says of a stream. Broken: it will begin anew by itself. Otherwise the rows before that place go.
  virtual kernel::Meeting heard(base::ShardId from, base::ShardId to, std::uint64_t incarnation,
                                const kernel::StreamPlace& place) = 0;
  virtual void read_rows(base::ShardId from, base::ShardId to, std::uint64_t first, std::size_t most_bytes,
                         RowsCallback callback) = 0;
};

}  // namespace buzzer::grid
