// scripts/simulate.sh's program: runs seeds one after the other, says which fail, and replays one.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "tests/simulation/grid_run.h"
#include "tests/simulation/replicated_run.h"

namespace buzzer::simulation {
namespace {

struct Wanted {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::uint64_t step = 1;  // from one seed to the next, when several processes share the work
  double minutes = 0;      // stop after that much real time; 0: after all seeds
  std::uint32_t nodes = 0;
  double trouble = 0;  // seconds of virtual time; 0: drawn
  bool trace = false;
  bool replicated = false;
  std::uint64_t replay = 0;  // this seed alone, with a trace; 0: none
};

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// The number of seeds that failed.
int run_seeds(const Wanted& wanted) {
  const auto begun = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return seconds_of(std::chrono::steady_clock::now() - begun); };
  double simulated = 0;
  double told = 0;
  int failed = 0;
  std::uint64_t run = 0;
  std::size_t done = 0;
  std::size_t given = 0;
  std::uint64_t faults = 0;
  for (; run < wanted.seeds; ++run) {
    const std::uint64_t seed = wanted.first + run * wanted.step;
    if (wanted.minutes > 0 && elapsed() > wanted.minutes * 60) break;
    RunOptions options;
    options.seed = seed;
    options.trace = wanted.trace;
    options.nodes = wanted.nodes;
    options.trouble = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(wanted.trouble));
    const RunResult result = wanted.replicated ? run_replicated_shard(options) : run_grid(options);
    simulated += seconds_of(result.simulated);
    done += result.done;
    given += result.given;
    faults += result.faults;
    if (wanted.trace) std::cout << result.trace;
    if (!result.problems.empty()) {
      ++failed;
      std::cout << "seed " << seed << " FAILED (" << result.nodes << " nodes)\n";
      for (const std::string& problem : result.problems) std::cout << "  " << problem << '\n';
      std::string more = wanted.replicated ? " --replicated" : "";
      if (wanted.nodes != 0) more += " --nodes " + std::to_string(wanted.nodes);
      if (wanted.trouble > 0) more += " --trouble " + std::to_string(wanted.trouble);
      std::cout << "  replay: scripts/simulate.sh --replay " << seed << more << std::endl;
    }
    if (elapsed() - told > 5) {
      told = elapsed();
      std::cout << "seed " << seed << ": " << run + 1 << " seeds, " << failed << " failed, "
                << static_cast<long>(simulated / elapsed()) << " simulated minutes per minute" << std::endl;
    }
  }
  std::cout << run << " seeds, " << failed << " failed; " << done << " commands done and " << given
            << " entries given through " << faults << " faults; " << static_cast<long>(simulated / 60)
            << " simulated minutes in " << static_cast<long>(elapsed())
            << " s: " << static_cast<long>(simulated / elapsed()) << " per minute" << std::endl;
  return failed;
}

}  // namespace
}  // namespace buzzer::simulation

int main(int argc, char** argv) {
  buzzer::simulation::Wanted wanted;
  CLI::App app("runs whole grids on virtual time, a grid for each seed");
  app.add_option("--first", wanted.first, "the first seed");
  app.add_option("--seeds", wanted.seeds, "how many seeds");
  app.add_option("--step", wanted.step, "from one seed to the next");
  app.add_option("--minutes", wanted.minutes, "begin no further seed after so many minutes");
  app.add_option("--nodes", wanted.nodes, "nodes of each grid, 1 to 7 (default: drawn)")->check(CLI::Range(1, 7));
  app.add_option("--trouble", wanted.trouble, "virtual seconds of faults (default: drawn)");
  app.add_flag("--replicated", wanted.replicated, "one shard over a replicated kind of journal instead of a grid");
  app.add_flag("--trace", wanted.trace, "print what happens");
  app.add_option("--replay", wanted.replay, "run this seed alone, and print what happens");
  CLI11_PARSE(app, argc, argv);
  if (wanted.replay != 0) {
    wanted.first = wanted.replay;
    wanted.seeds = 1;
    wanted.trace = true;
  }
  return buzzer::simulation::run_seeds(wanted) == 0 ? 0 : 1;
}
