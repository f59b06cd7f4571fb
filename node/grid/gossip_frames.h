// Gossip on its way out: gathers what one turn of the loop makes for a node into one frame, or a few if it is much.
// What is for this node itself is handed over in a later turn, as it is, without encoding.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/here.h"
#include "node/grid/mesh_sender.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

// Beyond this the next frame begins; far below what a link takes (linkmgr/frame_codec.h), so that heartbeats and
// commands get between.
inline constexpr std::size_t kMostGossipFrameBytes = 256UL << 10;

class GossipFrames {
 public:
  using HereCallback = std::function<void(const proto::Gossip&)>;
  using LostCallback = std::function<void(base::NodeId)>;

  // `here` takes what is for this node; `lost` is told of a node to which announcements could not be sent. Of all else
  // that could not be sent nobody is told: who waits for it asks again. Both are called in turns of their own.
  GossipFrames(base::NodeId self, base::EventLoop& loop, MeshSender& mesh, HereCallback here, LostCallback lost);

  void add(base::NodeId to, proto::ShardServes&& serves);
  void add(base::NodeId to, proto::StreamQuestion&& question);
  void add(base::NodeId to, proto::StreamState&& state);
  void add(base::NodeId to, proto::StreamRows&& rows);

 private:
  struct Frame {
    proto::Gossip gossip;
    std::size_t bytes = 0;
  };

  // The frame that takes so many bytes more.
  [[nodiscard]] proto::Gossip& frame_for(base::NodeId to, std::size_t bytes);
  void flush();

  const base::NodeId self_;
  base::EventLoop& loop_;
  MeshSender& mesh_;
  const HereCallback take_here_;
  const LostCallback lost_;
  std::map<base::NodeId, std::vector<Frame>> waiting_;  // not empty: a flush is posted
  const Here here_;
};

}  // namespace buzzer::grid
