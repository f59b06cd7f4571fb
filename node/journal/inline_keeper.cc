#include "node/journal/inline_keeper.h"

namespace buzzer::journal {

void InlineKeeper::open(OpenCallback callback) {
  waiting_.clear();
  store_.reset();
  under_way_ = loop_.call_after(takes_(), [this, callback = std::move(callback)] { open_store(callback); });
}

// By value: the closure that holds the callback ends with the timer.
void InlineKeeper::open_store(OpenCallback callback) {  // NOLINT(performance-unnecessary-value-param)
  under_way_.reset();
  auto opened = opener_();
  if (!opened) return callback(tl::unexpected(std::move(opened).error()));
  store_ = *std::move(opened);
  callback(store_.get());
}

void InlineKeeper::wait_for(store::Sequence written, Callback callback) {
  waiting_.emplace_back(written, std::move(callback));
  begin_sync();
}

void InlineKeeper::begin_sync() {
  if (under_way_ != nullptr || waiting_.empty()) return;
  // What is written while it runs is left to the next one.
  under_way_ = loop_.call_after(takes_(), [this, covered = store_->last_sequence()] { sync(covered); });
}

void InlineKeeper::sync(store::Sequence covered) {
  under_way_.reset();
  const auto synced = store_->sync();
  const base::Result<void> result = synced ? base::Result<void>() : tl::unexpected(synced.error());
  // A callback may open the store again, and with that nobody waits any more.
  while (!waiting_.empty() && (!synced || waiting_.front().first <= covered)) {
    const Callback callback = std::move(waiting_.front().second);
    waiting_.pop_front();
    callback(result);
  }
  begin_sync();
}

}  // namespace buzzer::journal
