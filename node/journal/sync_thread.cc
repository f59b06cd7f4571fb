#include "node/journal/sync_thread.h"

#include <pthread.h>

#include <utility>

#include "base/check.h"
#include "base/planted_mistakes.h"

namespace buzzer::journal {

void SyncThread::Group::append(Group&& later) {
  if (waiting.empty()) return std::swap(*this, later);
  batch.append(later.batch);
  for (Callback& callback : later.waiting) waiting.push_back(std::move(callback));
}

void SyncThread::Group::clear() {
  batch.clear();
  waiting.clear();
}

template <class Function>
void SyncThread::post_to_owner(Function function) {
  loop_.post([here = std::weak_ptr<const char>(here_), function = std::move(function)] {
    if (!here.expired()) function();
  });
}

SyncThread::SyncThread(base::EventLoop& loop, StoreOpener opener) : loop_(loop), opener_(std::move(opener)) {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "sync");
    run();
  });
}

SyncThread::~SyncThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void SyncThread::open(OpenCallback callback) {
  gathering_.clear();
  ++opening_;
  {
    const std::lock_guard lock(mutex_);
    BUZZER_CHECK(!to_open_);
    to_open_ = std::move(callback);
    opening_wanted_ = opening_;
    to_commit_.clear();
  }
  wake_.notify_one();
}

void SyncThread::commit(const store::Batch& batch, Callback callback) {
  const bool first = gathering_.waiting.empty();
  gathering_.batch.append(batch);
  gathering_.waiting.push_back(std::move(callback));
  // After this turn, so that one group holds all that the turn commits.
  if (first) post_to_owner([this] { hand_over(); });
}

void SyncThread::hand_over() {
  if (gathering_.waiting.empty()) return;  // a new store was opened meanwhile
  {
    const std::lock_guard lock(mutex_);
    to_commit_.append(std::move(gathering_));
  }
  gathering_.clear();
  wake_.notify_one();
}

void SyncThread::committed(std::uint64_t opening, const std::vector<Callback>& waiting,
                           const base::Result<void>& result) {
  for (const Callback& callback : waiting) {
    if (opening != opening_) return;  // the store has been closed since
    callback(result);
  }
}

void SyncThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || to_open_ || !to_commit_.waiting.empty(); });
    if (stopping_) break;
    if (to_open_) {
      open_store(lock);
    } else {
      commit_group(lock);
    }
  }
  lock.unlock();
  store_.reset();
}

void SyncThread::open_store(std::unique_lock<std::mutex>& lock) {
  OpenCallback callback = std::exchange(to_open_, nullptr);
  opening_done_ = opening_wanted_;
  lock.unlock();
  store_.reset();
  auto opened = opener_();
  store::OpenResult<store::Store*> result = nullptr;
  if (opened) {
    store_ = *std::move(opened);
    result = store_.get();
  } else {
    result = tl::unexpected(std::move(opened).error());
  }
  post_to_owner([callback = std::move(callback), result = std::move(result)] { callback(result); });
  lock.lock();
}

void SyncThread::commit_group(std::unique_lock<std::mutex>& lock) {
  std::swap(committing_, to_commit_);  // both keep the memory of their batches
  lock.unlock();
  BUZZER_CHECK(store_ != nullptr);
  const auto tell = [this](const base::Result<void>& result) {
    post_to_owner([this, opening = opening_done_, waiting = std::exchange(committing_.waiting, {}), result] {
      committed(opening, waiting, result);
    });
  };
  base::Result<void> result;
  const auto written = store_->write(committing_.batch);
  if (is_planted(base::Mistake::kAcknowledgeBeforeSync)) tell({});
  if (!written) {
    result = tl::unexpected(written.error());
  } else if (const auto synced = store_->sync(); !synced) {
    result = tl::unexpected(synced.error());
  }
  tell(result);
  committing_.clear();
  lock.lock();
}

}  // namespace buzzer::journal
