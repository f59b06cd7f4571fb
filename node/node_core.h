// The microblog's part of a node (grid/microblog.h) with its store. Lives on worker 0 and takes its part of the mesh's
// reports there; the sync thread is its own.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/random.h"
#include "node/grid/microblog.h"
#include "node/mesh_thread.h"
#include "node/node_options.h"
#include "node/store/memory_disk.h"

namespace buzzer::node {

// False when the mesh thread is too busy.
using TellMesh = std::function<bool(MeshMessage, std::size_t weight)>;

struct CoreStatus {
  bool store_open = false;
  std::size_t shards = 0;  // at home here
  std::size_t serving = 0;
  std::size_t requests_under_way = 0;  // asked here and not answered, by other nodes' homes or this one's own
};

class NodeCore final : private grid::MeshSender {
 public:
  using RefusedCallback = grid::LocalHomes::RefusedCallback;

  // `loop` is worker 0's; it, `random` and `log` outlive it. `tell_mesh` may be called until it ends; `refused` is told
  // of a store that this node must not serve, and then the node must stop.
  NodeCore(const NodeOptions& options, base::EventLoop& loop, base::Random& random, base::Log& log, TellMesh tell_mesh,
           RefusedCallback refused);
  NodeCore(const NodeCore&) = delete;
  NodeCore& operator=(const NodeCore&) = delete;
  ~NodeCore() override;

  // As LocalHomes::start.
  void start(std::function<void()> settled) { microblog_.start(std::move(settled)); }

  // Links of the lab's format carry nothing of the microblog: to it the other nodes are down then.
  void alive_changed(const AliveChanged& changed) {
    if (mesh_carries_microblog_) microblog_.alive_changed(changed.alive);
  }
  void frame_arrived(const FrameArrived& arrived) {
    microblog_.frame_arrived(arrived.from, arrived.frame, arrived.arrived);
  }
  void clock_offset_changed(const ClockOffsetChanged& changed) { microblog_.clock_offset_changed(changed.offset); }

  [[nodiscard]] grid::Router& router() { return microblog_.router(); }
  [[nodiscard]] grid::Subscriptions& subscriptions() { return microblog_.subscriptions(); }
  [[nodiscard]] CoreStatus status() const;
  // Any thread.
  [[nodiscard]] bool store_open() const { return microblog_.homes().open(); }

 private:
  [[nodiscard]] bool send_to(base::NodeId peer, proto::EncodedFrame frame) override;

  const TellMesh tell_mesh_;
  const bool mesh_carries_microblog_;
  store::MemoryDisk memory_;  // of an ephemeral node
  std::unique_ptr<journal::StoreKeeper> keeper_;
  grid::Microblog microblog_;
};

}  // namespace buzzer::node
