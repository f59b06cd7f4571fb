// Virtual time: what happens when, in an order that depends on nothing but what was scheduled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::simulation {

using base::Duration;
using base::MonotonicTime;

class SimulatedLoop;

class VirtualTime {
 public:
  // Of something scheduled, for taking it back.
  struct Key {
    std::uint32_t slot = 0;
    std::uint64_t number = 0;
  };

  [[nodiscard]] MonotonicTime now() const { return now_; }
  // What a clock shows that is so far ahead of the right time.
  [[nodiscard]] base::WallTime wall_now(Duration ahead = Duration::zero()) const;
  // What is scheduled for a loop waits while that is frozen, and is forgotten with it.
  Key schedule(MonotonicTime at, std::function<void()> event, SimulatedLoop* loop = nullptr);
  // Does nothing if it has happened.
  void cancel(const Key& key);
  // Runs what is due up to now() + duration, in order of time, then of scheduling.
  void run_for(Duration duration);

 private:
  friend class SimulatedLoop;

  struct Slot {
    std::function<void()> event;
    SimulatedLoop* loop = nullptr;
    std::uint64_t number = 0;  // of what is in it; 0: nothing
  };
  // A heap of these; one whose number is not its slot's any more has been taken back.
  struct Due {
    MonotonicTime at;
    std::uint64_t order;
    Key key;
    friend bool operator>(const Due& one, const Due& other) {
      return one.at != other.at ? one.at > other.at : one.order > other.order;
    }
  };
  void push(MonotonicTime at, const Key& key);
  void release(std::uint32_t slot);
  [[nodiscard]] bool is_there(const Key& key) const { return slots_[key.slot].number == key.number; }

  MonotonicTime now_{std::chrono::hours(1)};
  std::uint64_t scheduled_ = 0;
  std::vector<Due> due_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
};

// The event loop of one life of one simulated process. When it is destroyed its events are forgotten; while it is
// frozen (SIGSTOP) they wait, and run late, in order, once it thaws.
class SimulatedLoop final : public base::EventLoop {
 public:
  // `wall_offset` is read at each look at the wall clock, so that it can be stepped from outside.
  SimulatedLoop(VirtualTime& time, const Duration& wall_offset) : time_(time), wall_offset_(wall_offset) {}
  ~SimulatedLoop() override;

  [[nodiscard]] MonotonicTime now() const override { return time_.now(); }
  [[nodiscard]] base::WallTime wall_now() const override { return time_.wall_now(wall_offset_); }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(Duration delay, std::function<void()> callback) override;
  void post(std::function<void()> callback) override { run_at(time_.now(), std::move(callback)); }

  // Like post, at a time to come.
  void run_at(MonotonicTime at, std::function<void()> callback) { time_.schedule(at, std::move(callback), this); }

  void freeze() { frozen_ = true; }
  void thaw();

 private:
  friend class VirtualTime;
  class SimulatedTimer;

  VirtualTime& time_;
  const Duration& wall_offset_;
  std::vector<VirtualTime::Key> late_;  // became due while frozen
  bool frozen_ = false;
};

}  // namespace buzzer::simulation
