// The receiving end of gossip's streams: hands rows and questions to the shards of this node, and their answers back.
//
// What a node has sent and the shards have not taken yet is bounded at twice what a node of the same options would
// send; what comes beyond is dropped, and its sender asks again.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "base/ids.h"
#include "node/grid/gossip_frames.h"
#include "node/grid/gossip_options.h"
#include "node/grid/gossip_shards.h"
#include "node/grid/here.h"

namespace buzzer::grid {

class InStreams {
 public:
  // All must outlive it.
  InStreams(const GossipOptions& options, GossipShards& shards, GossipFrames& frames);

  // Of the shard `from` of that node to the shard `to` of this one.
  void asked(base::NodeId node, base::ShardId from, base::ShardId to, const proto::StreamQuestion& question);
  // Says unasked how far that stream has come: its sender may have been put back to when it had none, and would not
  // ask.
  void tell_unasked(base::NodeId node, base::ShardId from, base::ShardId to);
  void rows_arrived(base::NodeId node, base::ShardId to, const proto::StreamRows& rows);

 private:
  void answer(base::NodeId node, std::uint64_t question, const proto::StreamState& state);
  // Counts as held until it is destroyed, as the shard does with what it does not answer.
  [[nodiscard]] std::shared_ptr<void> hold(base::NodeId node, std::size_t bytes);

  const GossipOptions options_;
  GossipShards& shards_;
  GossipFrames& frames_;
  std::map<base::NodeId, std::shared_ptr<std::size_t>> held_;  // bytes
  // By shard asked and shard asking: the number of the question whose answer is under way.
  std::map<std::pair<base::ShardId, base::ShardId>, std::weak_ptr<std::uint64_t>> asked_;
  const Here here_;
};

}  // namespace buzzer::grid
