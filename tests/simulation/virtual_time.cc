#include "tests/simulation/virtual_time.h"

#include <algorithm>

namespace buzzer::simulation {

VirtualTime::Key VirtualTime::schedule(MonotonicTime at, std::function<void()> event) {
  const Key key{std::max(at, now_), ++scheduled_};
  events_.emplace(key, std::move(event));
  return key;
}

void VirtualTime::run_for(Duration duration) {
  const MonotonicTime until = now_ + duration;
  while (!events_.empty() && events_.begin()->first.first <= until) {
    auto event = events_.extract(events_.begin());
    now_ = event.key().first;
    event.mapped()();
  }
  now_ = until;
}

class SimulatedLoop::SimulatedTimer final : public base::Timer {
 public:
  SimulatedTimer(SimulatedLoop& loop, std::uint64_t number) : loop_(loop), number_(number) {}
  ~SimulatedTimer() override { loop_.cancel(number_); }

 private:
  SimulatedLoop& loop_;
  const std::uint64_t number_;
};

SimulatedLoop::~SimulatedLoop() {
  for (const auto& [number, pending] : pending_) time_.cancel(pending.key);
}

base::WallTime SimulatedLoop::wall_now() const {
  // Virtual time begins on some day of 2026.
  constexpr std::chrono::seconds kEpoch{1'780'000'000};
  return base::WallTime(
      std::chrono::duration_cast<std::chrono::milliseconds>(kEpoch + time_.now().time_since_epoch() + wall_offset_));
}

std::unique_ptr<base::Timer> SimulatedLoop::call_after(Duration delay, std::function<void()> callback) {
  return std::make_unique<SimulatedTimer>(*this, run_at(time_.now() + delay, std::move(callback)));
}

std::uint64_t SimulatedLoop::run_at(MonotonicTime at, std::function<void()> callback) {
  const std::uint64_t number = ++last_number_;
  pending_[number] = {time_.schedule(at, [this, number] { due(number); }), std::move(callback)};
  return number;
}

void SimulatedLoop::cancel(std::uint64_t number) {
  const auto found = pending_.find(number);
  if (found == pending_.end()) return;
  time_.cancel(found->second.key);
  pending_.erase(found);
}

void SimulatedLoop::due(std::uint64_t number) {
  if (frozen_) return late_.push_back(number);
  // The callback may destroy this loop (a crash): touch nothing afterwards.
  const auto callback = std::move(pending_.extract(number).mapped().callback);
  callback();
}

void SimulatedLoop::thaw() {
  frozen_ = false;
  for (const std::uint64_t number : std::exchange(late_, {})) {
    const auto found = pending_.find(number);
    if (found == pending_.end()) continue;  // cancelled meanwhile
    found->second.key = time_.schedule(time_.now(), [this, number] { due(number); });
  }
}

}  // namespace buzzer::simulation
