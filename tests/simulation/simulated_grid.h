// A whole mesh in one process on virtual time: the node's own link manager on simulated clocks and connections.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "linkmgr/link_manager.h"
#include "tests/simulation/simulated_network.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

using base::NodeId;

inline constexpr std::uint16_t kMeshPort = 3000;

struct GridOptions {
  std::uint32_t size = 3;
  std::uint64_t seed = 1;
  NetworkOptions network;
  linkmgr::LinkEncryption encryption = linkmgr::LinkEncryption::kOffLoopback;
  // What one node is told differently from the others.
  std::function<void(std::uint32_t id, linkmgr::LinkOptions&)> adjust = nullptr;
};

// What one node took from another, in order: the sender's life and its count of lines.
struct ReceivedLine {
  std::uint32_t life;
  std::uint32_t number;
  friend auto operator<=>(const ReceivedLine&, const ReceivedLine&) = default;
};

class SimulatedGrid {
 public:
  explicit SimulatedGrid(const GridOptions& options);
  ~SimulatedGrid();

  void start(std::uint32_t id);
  void start_all();
  // The process dies, as by SIGKILL: its machine closes its connections.
  void crash(std::uint32_t id);
  // The machine loses its power: nobody closes anything.
  void lose_power(std::uint32_t id);
  void freeze(std::uint32_t id);
  void thaw(std::uint32_t id);
  void step_clock(std::uint32_t id, Duration by) { wall_offsets_[id] += by; }
  void block(std::uint32_t id, std::uint32_t peer, linkmgr::Block block);
  void unblock(std::uint32_t id, std::uint32_t peer);
  // Sends the node's next line to all that it believes are alive.
  void broadcast(std::uint32_t id);

  void run_for(Duration duration) { time_.run_for(duration); }
  // Runs until the condition holds; false if it does not within `most`.
  template <class Condition>
  [[nodiscard]] bool run_until(Condition condition, Duration most) {
    const MonotonicTime until = time_.now() + most;
    while (!condition()) {
      if (time_.now() >= until) return false;
      time_.run_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  [[nodiscard]] bool runs(std::uint32_t id) const { return nodes_.count(id) > 0; }
  [[nodiscard]] bool frozen(std::uint32_t id) const;
  [[nodiscard]] std::vector<std::uint32_t> alive(std::uint32_t id) const;
  [[nodiscard]] bool sees(std::uint32_t id, std::uint32_t peer) const;
  // Whether every running node lists exactly the running ones.
  [[nodiscard]] bool whole() const;
  [[nodiscard]] linkmgr::MeshStatus status(std::uint32_t id) const;
  // Since the receiver's start.
  [[nodiscard]] const std::vector<ReceivedLine>& received(std::uint32_t id, std::uint32_t from) const;

  // What the nodes are told, and a fresh host's means, for a stranger that speaks to the mesh without being a node.
  [[nodiscard]] linkmgr::LinkOptions link_options(std::uint32_t id) const;
  [[nodiscard]] base::Random& random() { return random_; }
  [[nodiscard]] VirtualTime& time() { return time_; }
  [[nodiscard]] SimulatedNetwork& network() { return network_; }
  [[nodiscard]] MonotonicTime now() const { return time_.now(); }
  [[nodiscard]] const GridOptions& options() const { return options_; }
  // All that was logged and done, with virtual times, for a person to read.
  [[nodiscard]] const std::string& trace() const { return trace_; }
  void note(const std::string& what);

 private:
  class Node;
  class TraceLog;

  const GridOptions options_;
  VirtualTime time_;
  base::SeededRandom random_;
  SimulatedNetwork network_;
  std::string trace_;
  std::map<std::uint32_t, Duration> wall_offsets_;
  std::map<std::uint32_t, std::uint32_t> lives_;  // how often each was started
  std::map<std::uint32_t, std::unique_ptr<Node>> nodes_;
};

}  // namespace buzzer::simulation
