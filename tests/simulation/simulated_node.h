// One life of one node of a simulated grid: the node's own link manager, router, homes, shards and journal, wired as in
// node/node_core.h, but on one loop of virtual time and over a disk in memory that outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "linkmgr/link_manager.h"
#include "node/grid/microblog.h"
#include "node/journal/inline_keeper.h"
#include "node/store/memory_disk.h"
#include "tests/simulation/simulated_network.h"
#include "tests/simulation/trace.h"

namespace buzzer::simulation {

// What stays when a process ends.
struct Machine {
  store::MemoryDisk disk;
  Duration wall_offset{0};
  // The most that an opening or a sync takes, when the disk is well and now.
  Duration usual_disk = std::chrono::milliseconds(3);
  Duration slowest_disk = usual_disk;
  shard::ShardOptions shards;
  std::uint32_t lives = 0;
};

// The store of that node of such a grid, on its disk.
[[nodiscard]] store::OpenResult<std::unique_ptr<store::Store>> open_disk(std::uint32_t id, std::uint32_t grid_size,
                                                                         store::MemoryDisk& disk);

// What the nodes of a grid have in common; all of it outlives them.
struct Surroundings {
  VirtualTime& time;
  SimulatedNetwork& network;
  base::Random& random;
  Trace& trace;
};

// A line that one node broadcast, as the room does: its sender's life and its number in that life.
struct HeardLine {
  std::uint32_t from = 0;
  std::uint32_t life = 0;
  std::uint32_t number = 0;
};

class SimulatedNode final : private linkmgr::MeshEvents, private grid::MeshSender {
 public:
  using HeardCallback = std::function<void(const HeardLine&)>;

  SimulatedNode(std::uint32_t id, std::uint32_t grid_size, Machine& machine, const Surroundings& around,
                HeardCallback heard);
  ~SimulatedNode() override;

  // Sends the next line to all that it believes are alive.
  void say_line();

  [[nodiscard]] SimulatedLoop& loop() { return loop_; }
  [[nodiscard]] grid::Router& router() { return microblog_.router(); }
  [[nodiscard]] grid::Subscriptions& subscriptions() { return microblog_.subscriptions(); }
  [[nodiscard]] const grid::LocalHomes& homes() const { return microblog_.homes(); }
  [[nodiscard]] const grid::Gossip& gossip() const { return microblog_.gossip(); }
  [[nodiscard]] const linkmgr::Mesh& mesh() const { return links_; }
  // Why it must not serve its store; never, if all is right.
  [[nodiscard]] const std::optional<std::string>& refused() const { return refused_; }

 private:
  void on_alive_changed(const std::vector<base::NodeId>& alive) override;
  void on_frame(base::NodeId from, proto::LinkFrame&& frame) override;
  void on_clock_offset(std::optional<std::chrono::milliseconds> offset) override {
    microblog_.clock_offset_changed(offset);
  }
  [[nodiscard]] bool send_to(base::NodeId peer, proto::EncodedFrame frame) override;
  [[nodiscard]] Duration disk_takes();

  class Health;

  const std::uint32_t id_;
  Machine& machine_;
  const Surroundings around_;
  const HeardCallback heard_;
  const std::uint32_t life_;
  std::uint32_t lines_ = 0;
  std::optional<std::string> refused_;
  TraceLog log_;
  const std::unique_ptr<const linkmgr::HealthSource> health_;
  SimulatedLoop loop_;
  SimulatedTransport transport_;
  journal::InlineKeeper keeper_;
  grid::Microblog microblog_;
  linkmgr::LinkManager links_;
};

}  // namespace buzzer::simulation
