// Waiting from outside for what happens on a loop.
#pragma once

#include <chrono>
#include <functional>

#include "base/event_loop.h"

namespace buzzer::bench {

// Calls `begin` on the loop and waits until the callback that it is given has been called; ends the program when that
// takes too long. Not from the loop's own thread.
void await_on(base::EventLoop& loop, const std::function<void(std::function<void()> done)>& begin,
              std::chrono::seconds most = std::chrono::minutes(1));

// As a measure's options give it.
[[nodiscard]] base::Duration to_duration(double seconds);

}  // namespace buzzer::bench
