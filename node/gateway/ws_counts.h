// What the connections of a worker have done since its start, for the metrics.
#pragma once

#include <cstdint>

namespace buzzer::gateway {

struct WsCounts {
  std::uint64_t received = 0;     // messages of clients
  std::uint64_t messages = 0;     // given to the system: answers, and what is told unasked, but for pushes
  std::uint64_t pushes = 0;       // likewise
  std::uint64_t bytes = 0;        // likewise, all in all
  std::uint64_t closed_slow = 0;  // for not reading
  std::uint64_t closed_idle = 0;  // for giving no sign of life
};

}  // namespace buzzer::gateway
