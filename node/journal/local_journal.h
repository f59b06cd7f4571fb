// The journal of a node that keeps its shards itself: the store's own write-ahead log. It keeps no history, and nobody
// else can claim what lies on this disk; a claim only begins a new epoch.
//
// Belongs to the thread of the shards that use it.
#pragma once

#include "base/event_loop.h"
#include "node/journal/group_sync.h"
#include "node/journal/journal.h"
#include "node/store/store.h"

namespace buzzer::journal {

class LocalJournal final : public Journal {
 public:
  // All must outlive it.
  LocalJournal(store::Store& store, GroupSync& sync, base::EventLoop& loop) : store_(store), sync_(sync), loop_(loop) {}

  void claim(base::ShardId shard, ClaimCallback callback) override;
  [[nodiscard]] Entered append(const Append& append, AppendCallback callback) override;

 private:
  store::Store& store_;
  GroupSync& sync_;
  base::EventLoop& loop_;
};

}  // namespace buzzer::journal
