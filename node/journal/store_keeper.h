// Who has the node's store in hand: opens it, commits to it for all that wait, and after a failure closes it and opens
// it again, which is the only way on (node/store/store.h).
//
// Two of them: SyncThread, for a store on a disk that one must wait for, and InlineKeeper, for one in memory and for
// the simulation.
#pragma once

#include <functional>
#include <memory>

#include "node/journal/group_commit.h"
#include "node/store/store.h"

namespace buzzer::journal {

// Opens the node's store; may take its time.
using StoreOpener = std::function<store::OpenResult<std::unique_ptr<store::Store>>()>;

class StoreKeeper : public GroupCommit {
 public:
  // The store, which stays until the next open() or the keeper's end.
  using OpenCallback = std::function<void(store::OpenResult<store::Store*>)>;

  // Closes the store that is open, if any, and opens it anew; calls back on the caller's thread, never from within this
  // call. The former store must not be used any more, and who waits for a commit to it is not called back. One opening
  // at a time.
  virtual void open(OpenCallback callback) = 0;
};

}  // namespace buzzer::journal
