#include "node/journal/inline_keeper.h"

#include "base/planted_mistakes.h"

namespace buzzer::journal {

void InlineKeeper::open(OpenCallback callback) {
  ++opening_;
  gathered_.clear();
  waiting_.clear();
  waiting_for_sync_.clear();
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

void InlineKeeper::commit(const store::Batch& batch, Callback callback) {
  gathered_.append(batch);
  waiting_.push_back(std::move(callback));
  begin_commit();
}

void InlineKeeper::begin_commit() {
  if (under_way_ != nullptr || waiting_.empty()) return;
  const auto written = store_->write(gathered_);
  gathered_.clear();
  waiting_for_sync_.swap(waiting_);
  under_way_ = loop_.call_after(takes_(), [this, written] { end_commit(written); });
  if (is_planted(base::Mistake::kAcknowledgeBeforeSync)) {
    loop_.post([waiting = std::exchange(waiting_for_sync_, {})] {
      for (const Callback& callback : waiting) callback({});
    });
  }
}

// The closure that called this, and what it refers to, ends with the timer.
void InlineKeeper::end_commit(const base::Result<store::Sequence>& written) {
  base::Result<void> result;
  if (!written) {
    result = tl::unexpected(written.error());
  } else if (const auto synced = store_->sync(); !synced) {
    result = tl::unexpected(synced.error());
  }
  under_way_.reset();
  tell(result);
  begin_commit();
}

void InlineKeeper::tell(const base::Result<void>& result) {
  const std::uint64_t opening = opening_;
  const std::vector<Callback> told = std::exchange(waiting_for_sync_, {});
  for (const Callback& callback : told) {
    callback(result);
    if (opening != opening_) return;  // it has opened the store again, and with that nobody waits any more
  }
}

}  // namespace buzzer::journal
