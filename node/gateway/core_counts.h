// What the core has done for the clients of this node since its start, for the metrics and for the rates of the grid.
//
// Plain values. Those of a node are counted, and read, on the thread of the core.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "base/event_loop.h"
#include "proto/errors.h"

namespace buzzer::gateway {

struct LatencyCounts {
  // Seconds; upper bounds, inclusive.
  static constexpr std::array<double, 12> kBounds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2};

  void add(base::Duration took) {
    const double seconds = std::chrono::duration<double>(took).count();
    const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
    ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
    sum += seconds;
  }

  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // of each bucket by itself
  double sum = 0;
};

// Requests of one kind by what became of them.
struct RequestCounts {
  // `error` as a reply has it.
  void add(std::uint32_t error, base::Duration took) {
    latency.add(took);
    if (error == 0) {
      ++done;
    } else {
      ++(proto::error_info(static_cast<proto::ErrorCode>(error)).definite ? refused : unknown);
    }
  }

  std::uint64_t done = 0;
  std::uint64_t refused = 0;  // definite: it did not happen
  std::uint64_t unknown = 0;  // indefinite: it may have happened
  LatencyCounts latency;      // from the core's inbox to the answer; of a command: until it is durable
};

struct CoreCounts {
  RequestCounts commands;
  RequestCounts reads;
  std::uint64_t posts = 0;   // buzzes posted; among the commands
  std::uint64_t pushes = 0;  // entries of feeds, for each subscription
};

}  // namespace buzzer::gateway
