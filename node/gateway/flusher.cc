#include "node/gateway/flusher.h"

#include <algorithm>
#include <utility>

namespace buzzer::gateway {
namespace {

constexpr base::Duration kShortestTick = std::chrono::milliseconds(5);
constexpr base::Duration kLongestTick = std::chrono::milliseconds(25);

}  // namespace

void Flusher::soon(std::weak_ptr<Flushed> who) {
  if (soon_.empty()) {
    loop_.post([this, here = std::weak_ptr<const char>(here_)] {
      if (!here.expired()) flush_all(soon_);
    });
  }
  soon_.push_back(std::move(who));
}

void Flusher::at_tick(std::weak_ptr<Flushed> who) {
  if (timer_ == nullptr) {
    timer_ = loop_.call_after(tick_, [this] { take_turn(); });
  }
  at_tick_.push_back(std::move(who));
}

void Flusher::take_turn() {
  timer_.reset();
  const base::MonotonicTime begin = loop_.now();
  flush_all(at_tick_);
  tick_ = std::clamp(2 * (loop_.now() - begin), kShortestTick, kLongestTick);
}

void Flusher::flush_all(std::vector<std::weak_ptr<Flushed>>& all) {
  flushing_.swap(all);
  for (const auto& who : flushing_) {
    if (const auto there = who.lock()) there->flush();
  }
  flushing_.clear();
}

}  // namespace buzzer::gateway
