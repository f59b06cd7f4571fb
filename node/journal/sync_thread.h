// The sync thread: the only one that waits for the disk. It opens, closes and syncs the node's store; one sync serves
// everybody whose write was there when it began, so the longer a sync takes the more it is worth.
//
// All calls come from one thread, the owner's, on whose loop the callbacks are made.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "base/event_loop.h"
#include "node/journal/store_keeper.h"

namespace buzzer::journal {

class SyncThread final : public StoreKeeper {
 public:
  // `loop` is the owner's and outlives this. `opener` is called on the sync thread.
  SyncThread(base::EventLoop& loop, StoreOpener opener);
  // Waits for what the thread is at, then closes the store.
  ~SyncThread() override;

  void open(OpenCallback callback) override;
  void wait_for(store::Sequence written, Callback callback) override;

 private:
  void run();
  void open_store(std::unique_lock<std::mutex>& lock);
  void sync_store(std::unique_lock<std::mutex>& lock);
  // Calls the function on the owner's thread, if this is still there.
  template <class Function>
  void post_to_owner(Function function);
  void want_sync();
  void synced(std::uint64_t opening, const base::Result<store::Sequence>& covered);

  base::EventLoop& loop_;
  const StoreOpener opener_;

  // The owner's.
  std::deque<std::pair<store::Sequence, Callback>> waiting_;  // in the order of the calls
  bool sync_wanted_ = false;                                  // the thread has been asked, or will be after this turn
  std::uint64_t opening_ = 0;                                 // counts the calls of open()
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();

  // Shared.
  std::mutex mutex_;
  std::condition_variable wake_;
  OpenCallback to_open_;  // set while an opening is wanted
  bool to_sync_ = false;
  bool stopping_ = false;
  std::uint64_t opening_wanted_ = 0;

  // The sync thread's.
  std::unique_ptr<store::Store> store_;
  std::uint64_t opening_done_ = 0;

  std::thread thread_;
};

}  // namespace buzzer::journal
