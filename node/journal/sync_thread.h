// The sync thread: the only one that waits for writes to reach the disk (what is read, the shards' thread reads). It
// opens and closes the node's store, writes to it and syncs it; one write and one sync serve everybody whose batch was
// there when they began, so the longer they take the more they are worth. The thread of the shards goes on meanwhile.
//
// All calls come from one thread, the owner's, on whose loop the callbacks are made.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

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
  void commit(const store::Batch& batch, Callback callback) override;

 private:
  // Batches in one, and who waits for them.
  struct Group {
    store::Batch batch;
    std::vector<Callback> waiting;

    void append(Group&& later);
    void clear();
  };

  void run();
  void open_store(std::unique_lock<std::mutex>& lock);
  void commit_group(std::unique_lock<std::mutex>& lock);
  // Calls the function on the owner's thread, if this is still there.
  template <class Function>
  void post_to_owner(Function function);
  void hand_over();
  void committed(std::uint64_t opening, const std::vector<Callback>& waiting, const base::Result<void>& result);

  base::EventLoop& loop_;
  const StoreOpener opener_;

  // The owner's.
  Group gathering_;            // of this turn
  std::uint64_t opening_ = 0;  // counts the calls of open()
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();

  // Shared.
  std::mutex mutex_;
  std::condition_variable wake_;
  OpenCallback to_open_;  // set while an opening is wanted
  std::uint64_t opening_wanted_ = 0;
  Group to_commit_;
  bool stopping_ = false;

  // The sync thread's.
  std::unique_ptr<store::Store> store_;
  std::uint64_t opening_done_ = 0;
  Group committing_;

  std::thread thread_;
};

}  // namespace buzzer::journal
