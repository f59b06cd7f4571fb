// The sync thread on virtual time: one sync at a time, each taking a while, for all that waits when it begins.
#pragma once

#include <deque>
#include <utility>

#include "base/event_loop.h"
#include "base/random.h"
#include "node/journal/group_sync.h"
#include "node/store/store.h"

namespace buzzer::simulation {

class SimulatedSync final : public journal::GroupSync {
 public:
  // All must outlive it.
  SimulatedSync(store::Store& store, base::EventLoop& loop, base::Random& random)
      : store_(store), loop_(loop), random_(random) {}

  void wait_for(store::Sequence written, Callback callback) override {
    waiting_.emplace_back(written, std::move(callback));
    begin();
  }

 private:
  void begin() {
    if (timer_ != nullptr || waiting_.empty()) return;
    // What is written while it runs is left to the next one.
    const store::Sequence covered = store_.last_sequence();
    const auto takes = std::chrono::microseconds(100 + random_.next() % 3000);
    timer_ = loop_.call_after(takes, [this, covered] {
      timer_.reset();
      const auto synced = store_.sync();
      const base::Result<void> result = synced ? base::Result<void>() : tl::unexpected(synced.error());
      while (!waiting_.empty() && (!synced || waiting_.front().first <= covered)) {
        const auto callback = std::move(waiting_.front().second);
        waiting_.pop_front();
        callback(result);
      }
      begin();
    });
  }

  store::Store& store_;
  base::EventLoop& loop_;
  base::Random& random_;
  std::deque<std::pair<store::Sequence, Callback>> waiting_;
  std::unique_ptr<base::Timer> timer_;
};

}  // namespace buzzer::simulation
