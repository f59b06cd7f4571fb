#include "bench/mesh/mesh_grid.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>

#include "base/check.h"
#include "base/random.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/free_ports.h"
#include "node/grid_key.h"

namespace buzzer::bench {
namespace {

constexpr auto kMostWaiting = std::chrono::minutes(1);
constexpr ::useconds_t kBetweenQuestions = 500;

void signal(const NodeProcess& process, int number) { BUZZER_CHECK(::kill(process.pid(), number) == 0); }

}  // namespace

MeshGrid::MeshGrid(std::uint32_t nodes) : nodes_(nodes) {
  const std::uint16_t first_port = free_ports(2UL * nodes);
  const auto mesh_port = [&](std::uint32_t id) { return static_cast<std::uint16_t>(first_port + id); };
  for (std::uint32_t id = 0; id < nodes; ++id) {
    node::NodeOptions& options = nodes_[id].options;
    options = node_options(folder_.path(), id, nodes);
    options.mesh_port = mesh_port(id);
    options.control_port = static_cast<std::uint16_t>(first_port + nodes + id);
    options.peers.clear();
    for (std::uint32_t peer = 0; peer < nodes; ++peer) {
      if (peer != id) options.peers.push_back(std::to_string(peer) + "=127.0.0.1:" + std::to_string(mesh_port(peer)));
    }
    options.ephemeral = true;
    options.log_level = base::LogLevel::kError;
    nodes_[id].control = std::make_unique<ControlLine>(options.control_port);
  }
  base::SystemRandom random;
  if (!node::load_or_make_grid_key(nodes_[0].options.grid_key_file, random)) give_up("there is no grid key");
}

void MeshGrid::start(std::uint32_t node) {
  nodes_[node].process = std::make_unique<NodeProcess>(node_program(), nodes_[node].options);
}

void MeshGrid::start_all() {
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) start(node);
}

void MeshGrid::kill(std::uint32_t node) {
  nodes_[node].control->close();
  signal(*nodes_[node].process, SIGKILL);
}

void MeshGrid::freeze(std::uint32_t node) { signal(*nodes_[node].process, SIGSTOP); }

void MeshGrid::thaw(std::uint32_t node) { signal(*nodes_[node].process, SIGCONT); }

base::MonotonicTime MeshGrid::await_whole() { return await_answer(alive_without(nodes_.size()), nodes_.size()); }

base::MonotonicTime MeshGrid::await_without(std::uint32_t node) { return await_answer(alive_without(node), node); }

std::string MeshGrid::alive_without(std::size_t node) const {
  std::string answer = "alive ";
  for (std::size_t id = 0; id < nodes_.size(); ++id) {
    if (id == node) continue;
    if (answer.back() != ' ') answer += ',';
    answer += std::to_string(id);
  }
  return answer;
}

base::MonotonicTime MeshGrid::await_answer(const std::string& wanted, std::size_t but) {
  const base::MonotonicTime until = std::chrono::steady_clock::now() + kMostWaiting;
  // One after the other: who has got there before it is asked costs no time any more.
  for (std::size_t id = 0; id < nodes_.size(); ++id) {
    if (id == but) continue;
    while (nodes_[id].control->ask("alive") != wanted) {
      if (std::chrono::steady_clock::now() > until) give_up("node " + std::to_string(id) + " does not say: " + wanted);
      ::usleep(kBetweenQuestions);
    }
  }
  return std::chrono::steady_clock::now();
}

}  // namespace buzzer::bench
