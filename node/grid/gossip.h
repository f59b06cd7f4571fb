// Gossip: brings the rows of every outbox on this node to the shards they are for, on this node and on all others, and
// the rows that arrive to the shards here. What a row does, and that it does it once, is the shards'
// (kernel/streams.h); here is who is asked when, and how much is under way.
//
//   sender                                     receiver
//     | <-- ShardServes ------------------------ |     whenever the link comes up or the shard begins to serve
//     | --- StreamQuestion --------------------> |     for each stream that has ever had rows
//     | <-- StreamState (durable place) -------- |     meets: go on behind it; broken: begin anew
//     | --- StreamRows (as credit allows) -----> |     one journal entry for each row
//     | <-- StreamState (acknowledgement) ------ |     once they are durable; the rows before go
//
// Rows are read from the store when they are sent, so what is owed to a node that is down costs disk and no memory.
// Bounds: `credit_bytes` of rows under way for each stream, given by the receiver with each StreamState (the next row
// is sent even if it is larger alone); `most_bytes_for_peer` for each receiving node, streams taking turns, so that a
// node that comes back is not drowned. What got lost on a link is sent again after `ask_again`, once the receiver has
// said how far it is.
//
// What this rests on: a link keeps the order of its frames, and nothing older is executed once a newer one counts; a
// shard answers in the order in which it was asked. So what is said of a stream never goes back, unless a store does.
//
// Start with out_streams.h (sending), in_streams.h (receiving) and gossip_frames.h (what leaves in one frame);
// serving_shards.h is who is there.
//
// Belongs to the thread of the shards of this node. May be destroyed at any moment but from within a call to it.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "base/event_loop.h"
#include "base/log.h"
#include "linkmgr/log_throttle.h"
#include "node/grid/gossip_frames.h"
#include "node/grid/gossip_options.h"
#include "node/grid/gossip_shards.h"
#include "node/grid/here.h"
#include "node/grid/in_streams.h"
#include "node/grid/mesh_sender.h"
#include "node/grid/out_streams.h"
#include "node/grid/serving_shards.h"

namespace buzzer::grid {

class Gossip {
 public:
  // All must outlive it.
  Gossip(const GossipOptions& options, base::EventLoop& loop, GossipShards& shards, MeshSender& mesh, base::Log& log);

  // One of this node's shards begins to serve, or serves no more. May be called from within the shard, like the next;
  // nothing calls the shard back from there.
  void shard_serves(base::ShardId shard);
  void shard_stopped(base::ShardId shard);
  // A shard of this node has rows for `to` that it had not before.
  void rows_queued(base::ShardId from, base::ShardId to);

  // Frames of kinds that are not gossip's are ignored, and those of nodes that are not alive.
  void frame_arrived(base::NodeId from, const proto::LinkFrame& frame);
  void alive_changed(const std::vector<base::NodeId>& alive);

  // What is owed.
  struct Owed {
    base::ShardId from;
    base::ShardId to;
    std::uint64_t rows = 0;  // not acknowledged, as far as is known
  };
  // By sending, then by receiving shard; of shards of this node that serve, those streams that owe something.
  [[nodiscard]] std::vector<Owed> owed() const;

 private:
  // Shards that have just begun announce themselves, here too.
  void introduce();
  void announce(base::ShardId shard, base::NodeId to);
  void announce_again();
  // A shard of this node, and one of this or another node: both serve.
  void acquaint(base::ShardId own, base::ShardId peer);
  // A shard of this or another node says that it serves.
  void announced(base::ShardId shard, std::uint64_t incarnation);
  void take(base::NodeId from, const proto::Gossip& gossip);
  void take_serves(base::NodeId from, const proto::ShardServes& serves);
  void take_state(base::NodeId from, const proto::StreamState& state);
  void ignore(base::NodeId from);

  const GossipOptions options_;
  base::EventLoop& loop_;
  GossipShards& shards_;
  base::Log& log_;
  linkmgr::LogThrottle throttle_;
  ServingShards who_;
  GossipFrames frames_;
  OutStreams out_;
  InStreams in_;
  std::set<base::ShardId> began_;                // not empty: introduce() is posted
  std::set<base::NodeId> not_announced_;         // to whom announcements could not be sent
  std::unique_ptr<base::Timer> announce_timer_;  // while there are any
  const Here here_;
};

}  // namespace buzzer::grid
