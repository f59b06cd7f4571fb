// Waiting for as long as Python's caller said, with the interpreter seeing to its signals meanwhile.
#pragma once

#include <algorithm>
#include <chrono>

#include <pybind11/pybind11.h>

#include "python/unlocked.h"

namespace buzzer::python {

// A wait is cut into turns of this, between which the interpreter sees to its signals.
inline constexpr std::chrono::nanoseconds kTurn = std::chrono::milliseconds(50);

// Waits without the interpreter's lock: calls `turn` with how long it may take until it says that it is done, the time
// is over, or a signal's handler raises.
template <class Turn>
void wait(double seconds, Turn turn) {
  using Clock = std::chrono::steady_clock;
  using Nanoseconds = std::chrono::nanoseconds;
  const auto deadline = Clock::now() + std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
  while (true) {
    const Nanoseconds left = std::max<Nanoseconds>(deadline - Clock::now(), Nanoseconds::zero());
    {
      const Unlocked unlocked;
      if (turn(std::min(left, kTurn))) return;
    }
    if (PyErr_CheckSignals() != 0) throw pybind11::error_already_set();
    if (left == Nanoseconds::zero()) return;
  }
}

}  // namespace buzzer::python
