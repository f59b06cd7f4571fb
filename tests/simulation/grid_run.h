// One run of a whole grid: everything about it, from the number of its nodes to the last fault, follows from its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

struct RunOptions {
  std::uint64_t seed = 1;
  bool trace = false;
  std::uint32_t nodes = 0;              // 0: drawn, 1 to 7
  Duration trouble = Duration::zero();  // how long faults happen; zero: drawn, some 5 to 15 s
};

struct RunResult {
  std::vector<std::string> problems;
  std::string trace;
  Duration simulated{};  // virtual time that passed
  std::uint32_t nodes = 0;
  std::size_t done = 0;   // commands acknowledged
  std::size_t given = 0;  // entries of feeds that subscribers were given
  std::uint64_t faults = 0;
};

[[nodiscard]] RunResult run_grid(const RunOptions& options);

}  // namespace buzzer::simulation
