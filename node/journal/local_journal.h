// The journal of a node that keeps its shards itself: the store's own write-ahead log. It keeps no history, and nobody
// else can claim what lies on this disk; a claim only begins a new epoch.
//
// Belongs to the thread of the shards that use it.
#pragma once

#include <memory>

#include "node/journal/group_commit.h"
#include "node/journal/journal.h"
#include "node/store/store.h"

namespace buzzer::journal {

class LocalJournal final : public Journal {
 public:
  // Reads from `store`; writes to it through `commit`. All must outlive it.
  LocalJournal(const store::Store& store, GroupCommit& commit) : store_(store), commit_(commit) {}

  void claim(base::ShardId shard, ClaimCallback callback) override;
  [[nodiscard]] EntersBy append(const Append& append, AppendCallback callback) override;

 private:
  void begin_epoch(base::ShardId shard, const ClaimCallback& callback);

  const store::Store& store_;
  GroupCommit& commit_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::journal
