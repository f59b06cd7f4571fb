// How far this node's wall clock is from its peers'. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace buzzer::linkmgr {

// Beyond this from the median of its peers a node's clock is warned about.
inline constexpr std::chrono::milliseconds kClockWarning{1000};

// The median of the offsets `peer's clock - own clock`; of an even number, the one nearer to zero of the middle two,
// since with two peers one wrong clock shall not accuse a right one. None without peers.
[[nodiscard]] std::optional<std::chrono::milliseconds> median_offset(std::vector<std::chrono::milliseconds> offsets);

}  // namespace buzzer::linkmgr
