// An event loop that a test turns by hand: time stands still unless the test advances it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "base/event_loop.h"

namespace buzzer::tests {

// One thread. Its timers may outlive it.
class ManualLoop final : public base::EventLoop {
 public:
  [[nodiscard]] base::MonotonicTime now() const override { return now_; }
  [[nodiscard]] base::WallTime wall_now() const override {
    return base::WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()));
  }

  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration delay, std::function<void()> callback) override {
    return std::make_unique<ManualTimer>(add(now_ + delay, std::move(callback)));
  }

  void post(std::function<void()> callback) override { add(now_, std::move(callback)); }

  // Lets time pass, and calls back whatever becomes due, earliest first.
  void advance(base::Duration duration) {
    const base::MonotonicTime until = now_ + duration;
    while (!calls_.empty() && calls_.begin()->first.first <= until) {
      auto call = calls_.extract(calls_.begin());
      now_ = call.key().first;
      if (*call.mapped()) std::exchange(*call.mapped(), nullptr)();
    }
    now_ = until;
  }

  // Calls back what is due now, and what that makes due.
  void settle() { advance(base::Duration::zero()); }

 private:
  using Call = std::shared_ptr<std::function<void()>>;  // empty once taken back

  class ManualTimer final : public base::Timer {
   public:
    explicit ManualTimer(Call call) : call_(std::move(call)) {}
    ~ManualTimer() override { *call_ = nullptr; }

   private:
    const Call call_;
  };

  Call add(base::MonotonicTime due, std::function<void()> callback) {
    auto call = std::make_shared<std::function<void()>>(std::move(callback));
    calls_.emplace(std::pair(due, ++last_call_), call);
    return call;
  }

  base::MonotonicTime now_{std::chrono::hours(1)};
  std::map<std::pair<base::MonotonicTime, std::uint64_t>, Call> calls_;
  std::uint64_t last_call_ = 0;
};

}  // namespace buzzer::tests
