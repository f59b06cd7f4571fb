// Small sums over what was measured.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bench/node_process.h"

namespace buzzer::bench {

// `part` 0.5 is the median. Reorders the values; 0 if there are none.
inline float percentile(std::vector<float>& values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// Of the load generator, which is this process.
inline double own_cpu_seconds() { return cpu_seconds(::getpid()); }

}  // namespace buzzer::bench
