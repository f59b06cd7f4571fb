#include "bench/core/work_folder.h"

#include <cstdlib>
#include <string>

#include "base/check.h"

namespace buzzer::bench {
namespace {

constexpr std::uint16_t kFirstPort = 21500;

std::uint16_t port_of(std::uint32_t id, std::uint32_t nodes) {
  return static_cast<std::uint16_t>(kFirstPort + 10 * nodes + id);
}

}  // namespace

WorkFolder::WorkFolder() {
  std::string name = "bench-XXXXXX";
  BUZZER_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = std::filesystem::absolute(name);
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

node::NodeOptions node_options(const std::filesystem::path& folder, std::uint32_t id, std::uint32_t nodes) {
  node::NodeOptions options;
  options.id = id;
  options.grid_size = nodes;
  options.grid = "bench";
  options.run_folder = folder / ("node-" + std::to_string(id));
  options.mesh_port = port_of(id, nodes);
  options.control_port = static_cast<std::uint16_t>(options.mesh_port + 1000);
  for (std::uint32_t peer = 0; peer < nodes; ++peer) {
    if (peer != id)
      options.peers.push_back(std::to_string(peer) + "=127.0.0.1:" + std::to_string(port_of(peer, nodes)));
  }
  options.grid_key_file = folder / "grid.key";
  options.no_clients = true;
  std::filesystem::create_directories(options.run_folder);
  const auto completed = node::complete(options);
  BUZZER_CHECK(completed.has_value());
  return *completed;
}

}  // namespace buzzer::bench
