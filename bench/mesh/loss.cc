// How soon a node that is gone is off every other node's alive set: killed (SIGKILL) and frozen (SIGSTOP), in grids of
// 3 and of 8 real nodes with the default heartbeats. A round ends when the last of the others says so at its control
// port; each round is another node's turn, and begins with all of them up.
//
//   mesh_loss [--repetitions=N] [--seconds=S]   (--seconds means nothing here)
#include <chrono>
#include <string>

#include "bench/mesh/mesh_grid.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::uint32_t kSizes[] = {3, 8};

void told(const char* what, std::uint32_t nodes, base::Duration took, const char* aim) {
  Sample sample;
  sample.measure = std::string(what) + ", seen by all of " + std::to_string(nodes - 1) + " others";
  sample.value = std::chrono::duration<double, std::milli>(took).count();
  sample.unit = "ms";
  sample.aim = aim;
  print(sample);
}

void measure(MeshGrid& grid, std::uint32_t nodes, std::uint32_t victim) {
  base::MonotonicTime begun = std::chrono::steady_clock::now();
  grid.kill(victim);
  told("killed", nodes, grid.await_without(victim) - begun, "under 100 ms");
  grid.start(victim);
  static_cast<void>(grid.await_whole());

  begun = std::chrono::steady_clock::now();
  grid.freeze(victim);
  told("frozen", nodes, grid.await_without(victim) - begun, "under 700 ms");
  grid.thaw(victim);
  static_cast<void>(grid.await_whole());
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  for (const std::uint32_t nodes : kSizes) {
    MeshGrid grid(nodes);
    grid.start_all();
    static_cast<void>(grid.await_whole());
    for (int i = 0; i < options->repetitions; ++i) measure(grid, nodes, static_cast<std::uint32_t>(i) % nodes);
  }
  return 0;
}
