// Time and turns as a parameter: the same code runs on a real thread (asio_event_loop.h) and on virtual time
// (tests/simulation).
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace buzzer::base {

using Duration = std::chrono::nanoseconds;

// Never goes back, does not know what day it is; only differences mean something.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// May be stepped at any moment by whoever administers the machine: for people and for `posted`, not for waiting.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

// A call that is still to come. Destroying it takes the call back.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer() = default;
};

// One thread's turn-taking. Every call is made on the loop's own thread, one at a time, never from within another.
class EventLoop {
 public:
  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  virtual ~EventLoop() = default;

  [[nodiscard]] virtual MonotonicTime now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;

  // Calls back once, `delay` from now, unless the timer is destroyed first. Loop thread only.
  [[nodiscard]] virtual std::unique_ptr<Timer> call_after(Duration delay, std::function<void()> callback) = 0;

  // Calls back soon, after the present turn; cannot be taken back. Any thread.
  virtual void post(std::function<void()> callback) = 0;
};

}  // namespace buzzer::base
