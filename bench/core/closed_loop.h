// A closed loop: so many commands in flight, and for each that is done the next. Measures how many a second, and how
// long each took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::bench {

class ClosedLoop {
 public:
  // Begins one command of that lane (0 .. in flight - 1); calls `done` once, on the loop, when it is done.
  using Begin = std::function<void(std::size_t lane, std::function<void()> done)>;

  ClosedLoop(base::EventLoop& loop, std::size_t in_flight, Begin begin)
      : loop_(loop), in_flight_(in_flight), begin_(std::move(begin)) {}

  // Keeps the lanes busy for a while, then calls `finished` when the last command is done. On the loop.
  void run(base::Duration duration, std::function<void()> finished) {
    finished_ = std::move(finished);
    took_us_.clear();
    cpu_started_ = cpu_time();
    started_ = loop_.now();
    until_ = started_ + duration;
    under_way_ = in_flight_;
    for (std::size_t lane = 0; lane < in_flight_; ++lane) next(lane);
  }

  [[nodiscard]] std::size_t count() const { return took_us_.size(); }
  [[nodiscard]] double per_second() const {
    return static_cast<double>(took_us_.size()) / std::chrono::duration<double>(ended_ - started_).count();
  }
  // Of all threads of this process, in microseconds: says more than time does on a machine that is busy.
  [[nodiscard]] double cpu_us_each() const {
    return std::chrono::duration<double, std::micro>(cpu_ended_ - cpu_started_).count() /
           static_cast<double>(std::max<std::size_t>(count(), 1));
  }
  // In microseconds; `part` 0.5 is the median.
  [[nodiscard]] double percentile(double part) {
    if (took_us_.empty()) return 0;
    const auto at = static_cast<std::size_t>(part * static_cast<double>(took_us_.size() - 1));
    std::nth_element(took_us_.begin(), took_us_.begin() + static_cast<std::ptrdiff_t>(at), took_us_.end());
    return took_us_[at];
  }

 private:
  [[nodiscard]] static base::Duration cpu_time() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  void next(std::size_t lane) {
    const base::MonotonicTime begun = loop_.now();
    begin_(lane, [this, lane, begun] {
      ended_ = loop_.now();
      took_us_.push_back(std::chrono::duration<double, std::micro>(ended_ - begun).count());
      if (ended_ < until_) return next(lane);
      if (--under_way_ > 0) return;
      cpu_ended_ = cpu_time();
      finished_();
    });
  }

  base::EventLoop& loop_;
  const std::size_t in_flight_;
  const Begin begin_;
  std::function<void()> finished_;
  std::vector<double> took_us_;
  base::Duration cpu_started_{0};
  base::Duration cpu_ended_{0};
  base::MonotonicTime started_;
  base::MonotonicTime until_;
  base::MonotonicTime ended_;
  std::size_t under_way_ = 0;
};

}  // namespace buzzer::bench
