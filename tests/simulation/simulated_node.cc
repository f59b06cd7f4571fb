#include "tests/simulation/simulated_node.h"

#include <cstdio>

#include "base/check.h"
#include "node/store/memory_store.h"

namespace buzzer::simulation {
namespace {

constexpr const char* kGridId = "simulated";
constexpr std::uint16_t kPort = 3000;

linkmgr::LinkOptions link_options(std::uint32_t id, std::uint32_t grid_size) {
  linkmgr::LinkOptions options;
  options.self = base::NodeId(id);
  options.grid_size = grid_size;
  options.grid_id = kGridId;
  options.grid_key.fill(7);
  for (std::uint32_t host = 0; host < grid_size; ++host) {
    const base::Endpoint endpoint{std::to_string(host), kPort};
    if (host == id) {
      options.listen = endpoint;
    } else {
      options.peers.emplace(base::NodeId(host), endpoint);
    }
  }
  return options;
}

}  // namespace

store::OpenResult<std::unique_ptr<store::Store>> open_disk(std::uint32_t id, std::uint32_t grid_size,
                                                           store::MemoryDisk& disk) {
  return store::MemoryStore::open({{kGridId, base::NodeId(id), grid_size}}, disk);
}

class SimulatedNode::Health final : public linkmgr::HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override {
    return {std::chrono::milliseconds(1)};
  }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

SimulatedNode::SimulatedNode(std::uint32_t id, std::uint32_t grid_size, Machine& machine, const Surroundings& around,
                             HeardCallback heard)
    : id_(id),
      machine_(machine),
      around_(around),
      heard_(std::move(heard)),
      life_(++machine.lives),
      log_(around.trace, base::NodeId(id)),
      health_(std::make_unique<Health>()),
      loop_(around.time, machine.wall_offset),
      transport_(around.network, id, loop_),
      keeper_(
          loop_, [&machine, id, grid_size] { return open_disk(id, grid_size, machine.disk); },
          [this] { return disk_takes(); }),
      microblog_({base::NodeId(id), grid_size, machine.shards}, {keeper_, loop_, around.random, log_, *this},
                 [this](const store::OpenError& error) { refused_ = error.message; }),
      links_(link_options(id, grid_size), linkmgr::MeshServices{loop_, transport_, around_.random, log_, *health_},
             *this) {
  BUZZER_CHECK(links_.start().has_value());
  microblog_.start();
}

SimulatedNode::~SimulatedNode() = default;

Duration SimulatedNode::disk_takes() {
  const auto most = static_cast<std::uint64_t>(machine_.slowest_disk.count());
  return std::chrono::microseconds(100) + Duration(static_cast<Duration::rep>(around_.random.next() % most));
}

void SimulatedNode::say_line() {
  proto::LinkFrame frame;
  frame.mutable_room_line()->set_text(std::to_string(life_) + ' ' + std::to_string(++lines_));
  const auto encoded = proto::encode_frame(frame);
  for (const base::NodeId peer : links_.alive()) static_cast<void>(links_.send(peer, encoded));
}

void SimulatedNode::on_alive_changed(const std::vector<base::NodeId>& alive) {
  around_.trace.note([&] {
    std::string text = "node " + std::to_string(id_) + "  alive:";
    for (const base::NodeId id : alive) text += ' ' + std::to_string(id.value());
    return text;
  });
  microblog_.alive_changed(alive);
}

void SimulatedNode::on_frame(base::NodeId from, proto::LinkFrame&& frame) {
  if (!frame.has_room_line()) return microblog_.frame_arrived(from, frame, loop_.now());
  HeardLine line;
  line.from = from.value();
  BUZZER_CHECK(std::sscanf(frame.room_line().text().c_str(), "%u %u", &line.life, &line.number) == 2);
  heard_(line);
}

bool SimulatedNode::send_to(base::NodeId peer, proto::EncodedFrame frame) {
  return links_.send(peer, frame) == linkmgr::SendResult::kQueued;
}

}  // namespace buzzer::simulation
