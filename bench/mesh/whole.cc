// How soon a grid that starts is whole: real nodes, started one right after the other, until each has said at its
// control port that it sees all of them.
//
//   mesh_whole [--repetitions=N] [--seconds=S]   (--seconds means nothing here)
#include <chrono>
#include <string>

#include "bench/mesh/mesh_grid.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::uint32_t kSizes[] = {3, 8, 16};

void measure(std::uint32_t nodes) {
  MeshGrid grid(nodes);
  const auto first = std::chrono::steady_clock::now();
  grid.start_all();
  const auto last = std::chrono::steady_clock::now();
  const base::MonotonicTime whole = grid.await_whole();
  const auto told = [&](const char* since, base::MonotonicTime begun, const char* aim) {
    Sample sample;
    sample.measure = "whole, " + std::to_string(nodes) + " nodes, from the " + since + " start";
    sample.value = std::chrono::duration<double, std::milli>(whole - begun).count();
    sample.unit = "ms";
    sample.aim = aim;
    print(sample);
  };
  told("first", first, "");
  told("last", last, "under 2,000 ms");
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  for (int i = 0; i < options->repetitions; ++i) {
    for (const std::uint32_t nodes : kSizes) measure(nodes);
  }
  return 0;
}
