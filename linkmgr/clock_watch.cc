#include "linkmgr/clock_watch.h"

#include <algorithm>

namespace buzzer::linkmgr {

std::optional<std::chrono::milliseconds> median_offset(std::vector<std::chrono::milliseconds> offsets) {
  if (offsets.empty()) return std::nullopt;
  std::sort(offsets.begin(), offsets.end());
  const auto upper = offsets[offsets.size() / 2];
  const auto lower = offsets[(offsets.size() - 1) / 2];
  return std::chrono::abs(lower) < std::chrono::abs(upper) ? lower : upper;
}

}  // namespace buzzer::linkmgr
