#include "node/journal/sync_thread.h"

#include <pthread.h>

#include "base/check.h"

namespace buzzer::journal {

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
  waiting_.clear();
  sync_wanted_ = false;
  ++opening_;
  {
    const std::lock_guard lock(mutex_);
    BUZZER_CHECK(!to_open_);
    to_open_ = std::move(callback);
    opening_wanted_ = opening_;
    to_sync_ = false;
  }
  wake_.notify_one();
}

void SyncThread::wait_for(store::Sequence written, Callback callback) {
  waiting_.emplace_back(written, std::move(callback));
  if (std::exchange(sync_wanted_, true)) return;
  // After this turn, so that one sync serves all that the turn has written.
  post_to_owner([this, opening = opening_] {
    if (opening == opening_) want_sync();
  });
}

void SyncThread::want_sync() {
  {
    const std::lock_guard lock(mutex_);
    to_sync_ = true;
  }
  wake_.notify_one();
}

void SyncThread::synced(std::uint64_t opening, const base::Result<store::Sequence>& covered) {
  if (opening != opening_) return;  // of a store that has been closed since
  sync_wanted_ = false;
  const base::Result<void> result = covered ? base::Result<void>() : tl::unexpected(covered.error());
  while (!waiting_.empty() && (!covered || waiting_.front().first <= *covered)) {
    const Callback callback = std::move(waiting_.front().second);
    waiting_.pop_front();
    callback(result);
    if (opening != opening_) return;
  }
  if (waiting_.empty() || std::exchange(sync_wanted_, true)) return;
  want_sync();
}

void SyncThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || to_open_ || to_sync_; });
    if (stopping_) break;
    if (to_open_) {
      open_store(lock);
    } else {
      sync_store(lock);
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

void SyncThread::sync_store(std::unique_lock<std::mutex>& lock) {
  to_sync_ = false;
  lock.unlock();
  BUZZER_CHECK(store_ != nullptr);
  auto covered = store_->sync();
  post_to_owner([this, opening = opening_done_, covered = std::move(covered)] { synced(opening, covered); });
  lock.lock();
}

}  // namespace buzzer::journal
