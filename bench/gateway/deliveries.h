// What the authors of a bench have posted, and what became of it at their followers.
//
// A buzz is told by the number that its text begins with. The numbers of author a of A are A + a, 2 * A + a, and so on:
// a follower who was there from the first knows which comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::bench {

struct Deliveries {
  std::size_t authors = 1;
  std::vector<base::MonotonicTime> sent;  // by number
  std::uint64_t count = 0;                // pushes of buzzes, each the one that was to come next
  std::uint64_t bytes = 0;                // of them
  std::uint64_t to_stalled = 0;           // likewise, at those who had stopped reading; not in `count`
  bool wants_times = false;
  std::vector<float> took_ms;  // from sending the post to its push, of each in `count`; if wanted
};

}  // namespace buzzer::bench
