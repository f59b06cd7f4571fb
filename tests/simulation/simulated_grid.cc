#include "tests/simulation/simulated_grid.h"

#include <sstream>

#include "base/check.h"

namespace buzzer::simulation {
namespace {

constexpr const char* kGridId = "simulated";

class HealthyNode final : public linkmgr::HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override {
    return {std::chrono::milliseconds(1)};
  }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

}  // namespace

class SimulatedGrid::TraceLog final : public base::Log {
 public:
  TraceLog(SimulatedGrid& grid, NodeId id) : grid_(grid), id_(id) {}
  void write(base::LogLevel level, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    if (level >= base::LogLevel::kInfo) grid_.note(base::format_text(id_, component, message, fields));
  }

 private:
  SimulatedGrid& grid_;
  const NodeId id_;
};

// One life of one node.
class SimulatedGrid::Node final : private linkmgr::MeshEvents {
 public:
  Node(SimulatedGrid& grid, std::uint32_t id, std::uint32_t life)
      : grid_(grid),
        id_(id),
        life_(life),
        log_(grid, NodeId(id)),
        loop_(grid.time_, grid.wall_offsets_[id]),
        transport_(grid.network_, id, loop_),
        links_(grid.link_options(id), linkmgr::MeshServices{loop_, transport_, grid.random_, log_, health_}, *this) {
    BUZZER_CHECK(links_.start().has_value());
  }

  void broadcast() {
    proto::LinkFrame frame;
    frame.mutable_room_line()->set_text(std::to_string(life_) + ' ' + std::to_string(++lines_));
    const auto encoded = proto::encode_frame(frame);
    for (const NodeId peer : links_.alive()) static_cast<void>(links_.send(peer, encoded));
  }

  [[nodiscard]] linkmgr::LinkManager& links() { return links_; }
  [[nodiscard]] SimulatedLoop& loop() { return loop_; }
  [[nodiscard]] std::vector<ReceivedLine>& received(std::uint32_t from) { return received_[from]; }
  bool frozen = false;

 private:
  void on_alive_changed(const std::vector<NodeId>& alive) override {
    std::string text = "node=" + std::to_string(id_) + " alive";
    for (const NodeId id : alive) text += ' ' + std::to_string(id.value());
    grid_.note(text);
  }
  void on_clock_offset(std::optional<std::chrono::milliseconds> /*offset*/) override {}
  void on_frame(NodeId from, proto::LinkFrame&& frame) override {
    std::istringstream text(frame.room_line().text());
    ReceivedLine line{};
    text >> line.life >> line.number;
    received_[from.value()].push_back(line);
    grid_.note("node=" + std::to_string(id_) + " line from " + std::to_string(from.value()) + ": " +
               frame.room_line().text());
  }

  SimulatedGrid& grid_;
  const std::uint32_t id_;
  const std::uint32_t life_;
  TraceLog log_;
  HealthyNode health_;
  SimulatedLoop loop_;
  SimulatedTransport transport_;
  std::map<std::uint32_t, std::vector<ReceivedLine>> received_;
  std::uint32_t lines_ = 0;
  linkmgr::LinkManager links_;
};

SimulatedGrid::SimulatedGrid(const GridOptions& options)
    : options_(options), random_(options.seed), network_(time_, random_, options.network) {}

SimulatedGrid::~SimulatedGrid() { nodes_.clear(); }

linkmgr::LinkOptions SimulatedGrid::link_options(std::uint32_t id) const {
  linkmgr::LinkOptions link;
  link.self = NodeId(id);
  link.grid_size = options_.size;
  link.grid_id = kGridId;
  link.grid_key.fill(7);
  link.encryption = options_.encryption;
  for (std::uint32_t host = 0; host < options_.size; ++host) {
    const base::Endpoint endpoint{std::to_string(host), kMeshPort};
    if (host == id) {
      link.listen = endpoint;
    } else {
      link.peers.emplace(NodeId(host), endpoint);
    }
  }
  if (options_.adjust) options_.adjust(id, link);
  return link;
}

void SimulatedGrid::start(std::uint32_t id) {
  BUZZER_CHECK(!runs(id));
  note("start " + std::to_string(id));
  nodes_[id] = std::make_unique<Node>(*this, id, ++lives_[id]);
}

void SimulatedGrid::start_all() {
  for (std::uint32_t id = 0; id < options_.size; ++id) start(id);
}

void SimulatedGrid::crash(std::uint32_t id) {
  note("crash " + std::to_string(id));
  nodes_.erase(id);
}

void SimulatedGrid::lose_power(std::uint32_t id) {
  note("power lost at " + std::to_string(id));
  network_.vanish(id);
  nodes_.erase(id);
}

void SimulatedGrid::freeze(std::uint32_t id) {
  note("freeze " + std::to_string(id));
  nodes_.at(id)->frozen = true;
  nodes_.at(id)->loop().freeze();
}

void SimulatedGrid::thaw(std::uint32_t id) {
  note("thaw " + std::to_string(id));
  nodes_.at(id)->frozen = false;
  nodes_.at(id)->loop().thaw();
}

bool SimulatedGrid::frozen(std::uint32_t id) const { return nodes_.at(id)->frozen; }

void SimulatedGrid::block(std::uint32_t id, std::uint32_t peer, linkmgr::Block block) {
  BUZZER_CHECK(nodes_.at(id)->links().block(NodeId(peer), block).has_value());
}

void SimulatedGrid::unblock(std::uint32_t id, std::uint32_t peer) {
  BUZZER_CHECK(nodes_.at(id)->links().unblock(NodeId(peer)).has_value());
}

void SimulatedGrid::broadcast(std::uint32_t id) { nodes_.at(id)->broadcast(); }

std::vector<std::uint32_t> SimulatedGrid::alive(std::uint32_t id) const {
  std::vector<std::uint32_t> alive;
  for (const NodeId peer : nodes_.at(id)->links().alive()) alive.push_back(peer.value());
  return alive;
}

bool SimulatedGrid::sees(std::uint32_t id, std::uint32_t peer) const {
  for (const std::uint32_t seen : alive(id)) {
    if (seen == peer) return true;
  }
  return false;
}

bool SimulatedGrid::whole() const {
  std::vector<std::uint32_t> running;
  for (const auto& [id, node] : nodes_) running.push_back(id);
  for (const std::uint32_t id : running) {
    if (alive(id) != running) return false;
  }
  return true;
}

linkmgr::MeshStatus SimulatedGrid::status(std::uint32_t id) const { return nodes_.at(id)->links().status(); }

const std::vector<ReceivedLine>& SimulatedGrid::received(std::uint32_t id, std::uint32_t from) const {
  return nodes_.at(id)->received(from);
}

void SimulatedGrid::note(const std::string& what) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time_.now().time_since_epoch()).count();
  trace_ += std::to_string(us) + "us " + what + '\n';
}

}  // namespace buzzer::simulation
