// Waiting with a deadline, for tests on real threads and sockets.
#pragma once

#include <chrono>
#include <functional>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "base/asio_event_loop.h"

namespace buzzer::tests {

// Longer than anything takes on a busy machine under a sanitizer; only a failing test waits for it.
inline constexpr std::chrono::seconds kTestDeadline{30};

// Turns the loop on this thread until the condition holds; false if it does not before the deadline.
[[nodiscard]] inline bool run_until(base::AsioEventLoop& loop, const std::function<bool()>& condition) {
  const auto guard = asio::make_work_guard(loop.context());
  const auto deadline = loop.now() + kTestDeadline;
  loop.context().restart();
  while (!condition()) {
    if (loop.now() > deadline) return false;
    loop.context().run_one_for(std::chrono::milliseconds(100));
  }
  return true;
}

}  // namespace buzzer::tests
