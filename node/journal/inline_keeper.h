// Keeps a store that nobody has to wait for, on the thread of its shards: in memory (--ephemeral), or simulated, where
// an opening or a sync takes as long as the simulation says, on virtual time.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "node/journal/store_keeper.h"

namespace buzzer::journal {

class InlineKeeper final : public StoreKeeper {
 public:
  // How long the next opening or sync takes.
  using Takes = std::function<base::Duration()>;

  // `loop` must outlive it.
  InlineKeeper(base::EventLoop& loop, StoreOpener opener, Takes takes)
      : loop_(loop), opener_(std::move(opener)), takes_(std::move(takes)) {}

  void open(OpenCallback callback) override;
  void commit(const store::Batch& batch, Callback callback) override;

 private:
  void open_store(OpenCallback callback);
  void begin_commit();
  void end_commit(const base::Result<store::Sequence>& written);
  void tell(const base::Result<void>& result);

  base::EventLoop& loop_;
  const StoreOpener opener_;
  const Takes takes_;
  std::unique_ptr<store::Store> store_;
  std::uint64_t opening_ = 0;               // counts the calls of open()
  store::Batch gathered_;                   // the next group, and
  std::vector<Callback> waiting_;           // who waits for it
  std::vector<Callback> waiting_for_sync_;  // of the group that is on its way
  std::unique_ptr<base::Timer> under_way_;  // an opening or a commit
};

}  // namespace buzzer::journal
