// How a node's process ends: the signals that ask it to, and what is done when the disk does not let it stop in order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

namespace buzzer::node {

// SIGTERM and SIGINT, which are waited for instead of handled.
class StopSignals {
 public:
  // Blocks them for the calling thread and those it starts: make it before any other thread.
  StopSignals();

  // Waits for one and returns its number.
  [[nodiscard]] int wait() const;
  // Takes one if it has come already.
  [[nodiscard]] bool take() const;
  // Sends this process one. Any thread.
  static void send();

 private:
  sigset_t signals_{};
};

// Calls `expired` on a thread of its own unless it is destroyed within `most`. Destroying waits for a call that has
// begun.
class StopDeadline {
 public:
  StopDeadline(std::chrono::milliseconds most, std::function<void()> expired);
  StopDeadline(const StopDeadline&) = delete;
  StopDeadline& operator=(const StopDeadline&) = delete;
  ~StopDeadline();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace buzzer::node
