#include "tests/simulation/virtual_time.h"

#include <algorithm>
#include <utility>

namespace buzzer::simulation {

base::WallTime VirtualTime::wall_now(Duration ahead) const {
  // Virtual time begins on some day of 2026.
  constexpr std::chrono::seconds kEpoch{1'780'000'000};
  return base::WallTime(
      std::chrono::duration_cast<std::chrono::milliseconds>(kEpoch + now_.time_since_epoch() + ahead));
}

VirtualTime::Key VirtualTime::schedule(MonotonicTime at, std::function<void()> event, SimulatedLoop* loop) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  Key key;
  key.slot = free_slots_.back();
  key.number = ++scheduled_;
  free_slots_.pop_back();
  slots_[key.slot] = {std::move(event), loop, key.number};
  push(std::max(at, now_), key);
  return key;
}

void VirtualTime::push(MonotonicTime at, const Key& key) {
  due_.push_back({at, scheduled_, key});
  std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

void VirtualTime::release(std::uint32_t slot) {
  slots_[slot].number = 0;
  slots_[slot].loop = nullptr;
  slots_[slot].event = nullptr;
  free_slots_.push_back(slot);
}

void VirtualTime::cancel(const Key& key) {
  if (!is_there(key)) return;
  // What the event holds may cancel others when it ends.
  const auto event = std::move(slots_[key.slot].event);
  release(key.slot);
}

void VirtualTime::run_for(Duration duration) {
  const MonotonicTime until = now_ + duration;
  while (!due_.empty() && due_.front().at <= until) {
    const Due next = due_.front();
    std::pop_heap(due_.begin(), due_.end(), std::greater<>());
    due_.pop_back();
    if (!is_there(next.key)) continue;
    now_ = next.at;
    Slot& slot = slots_[next.key.slot];
    if (slot.loop != nullptr && slot.loop->frozen_) {
      slot.loop->late_.push_back(next.key);
      continue;
    }
    // It may schedule, and with that move the slots, or destroy its loop.
    const auto event = std::move(slot.event);
    release(next.key.slot);
    event();
  }
  now_ = until;
}

class SimulatedLoop::SimulatedTimer final : public base::Timer {
 public:
  SimulatedTimer(VirtualTime& time, const VirtualTime::Key& key) : time_(time), key_(key) {}
  ~SimulatedTimer() override { time_.cancel(key_); }

 private:
  VirtualTime& time_;
  const VirtualTime::Key key_;
};

SimulatedLoop::~SimulatedLoop() {
  for (std::uint32_t slot = 0; slot < time_.slots_.size(); ++slot) {
    if (time_.slots_[slot].loop == this) time_.cancel({slot, time_.slots_[slot].number});
  }
}

std::unique_ptr<base::Timer> SimulatedLoop::call_after(Duration delay, std::function<void()> callback) {
  return std::make_unique<SimulatedTimer>(time_, time_.schedule(time_.now() + delay, std::move(callback), this));
}

void SimulatedLoop::thaw() {
  frozen_ = false;
  for (const VirtualTime::Key& key : std::exchange(late_, {})) {
    if (!time_.is_there(key)) continue;  // cancelled meanwhile
    ++time_.scheduled_;
    time_.push(time_.now(), key);
  }
}

}  // namespace buzzer::simulation
