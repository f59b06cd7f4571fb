// An event loop for tests of what threads post to it: turns run when the test asks for them, on the test's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "base/event_loop.h"

namespace buzzer::gateway {

// Knows no timers; its wall clock says what the test says.
class RecordedLoop final : public base::EventLoop {
 public:
  [[nodiscard]] base::MonotonicTime now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] base::WallTime wall_now() const override { return wall; }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration /*delay*/,
                                                        std::function<void()> /*callback*/) override {
    return nullptr;
  }
  void post(std::function<void()> callback) override {
    {
      const std::lock_guard lock(mutex_);
      turns_.push_back(std::move(callback));
    }
    wake_.notify_one();
  }

  // Runs turns until the condition holds; false if that takes longer than ten seconds.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      std::unique_lock lock(mutex_);
      if (!wake_.wait_until(lock, deadline, [this] { return !turns_.empty(); })) return false;
      auto turn = std::move(turns_.front());
      turns_.pop_front();
      lock.unlock();
      turn();
    }
    return true;
  }

  // Runs all that is there.
  void run_posted() {
    std::unique_lock lock(mutex_);
    while (!turns_.empty()) {
      auto turn = std::move(turns_.front());
      turns_.pop_front();
      lock.unlock();
      turn();
      lock.lock();
    }
  }

  base::WallTime wall{std::chrono::milliseconds(1'800'000'000'000)};

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> turns_;
};

}  // namespace buzzer::gateway
