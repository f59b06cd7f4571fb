// Keeps a store that nobody has to wait for, on the thread of its shards: in memory (--ephemeral), or simulated, where
// an opening or a sync takes as long as the simulation says, on virtual time.
#pragma once

#include <deque>
#include <memory>
#include <utility>

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
  void wait_for(store::Sequence written, Callback callback) override;

 private:
  void open_store(OpenCallback callback);
  void begin_sync();
  void sync(store::Sequence covered);

  base::EventLoop& loop_;
  const StoreOpener opener_;
  const Takes takes_;
  std::unique_ptr<store::Store> store_;
  std::deque<std::pair<store::Sequence, Callback>> waiting_;  // in the order of the calls
  std::unique_ptr<base::Timer> under_way_;                    // an opening or a sync
};

}  // namespace buzzer::journal
