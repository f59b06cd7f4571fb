// Virtual time: what happens when, in an order that depends on nothing but what was scheduled.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::simulation {

using base::Duration;
using base::MonotonicTime;

class VirtualTime {
 public:
  using Key = std::pair<MonotonicTime, std::uint64_t>;

  [[nodiscard]] MonotonicTime now() const { return now_; }
  Key schedule(MonotonicTime at, std::function<void()> event);
  void cancel(const Key& key) { events_.erase(key); }
  // Runs what is due up to now() + duration, in order of time, then of scheduling.
  void run_for(Duration duration);

 private:
  MonotonicTime now_{std::chrono::hours(1)};
  std::uint64_t scheduled_ = 0;
  std::map<Key, std::function<void()>> events_;
};

// The event loop of one life of one simulated process. When it is destroyed its events are forgotten; while it is
// frozen (SIGSTOP) they wait, and run late, in order, once it thaws.
class SimulatedLoop final : public base::EventLoop {
 public:
  // `wall_offset` is read at each look at the wall clock, so that it can be stepped from outside.
  SimulatedLoop(VirtualTime& time, const Duration& wall_offset) : time_(time), wall_offset_(wall_offset) {}
  ~SimulatedLoop() override;

  [[nodiscard]] MonotonicTime now() const override { return time_.now(); }
  [[nodiscard]] base::WallTime wall_now() const override;
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(Duration delay, std::function<void()> callback) override;
  void post(std::function<void()> callback) override { run_at(time_.now(), std::move(callback)); }

  // Like post, at a time to come; returns what cancel() takes.
  std::uint64_t run_at(MonotonicTime at, std::function<void()> callback);
  void cancel(std::uint64_t number);

  void freeze() { frozen_ = true; }
  void thaw();

 private:
  class SimulatedTimer;
  struct Pending {
    VirtualTime::Key key;
    std::function<void()> callback;
  };
  void due(std::uint64_t number);

  VirtualTime& time_;
  const Duration& wall_offset_;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Pending> pending_;
  std::vector<std::uint64_t> late_;  // became due while frozen
  bool frozen_ = false;
};

}  // namespace buzzer::simulation
