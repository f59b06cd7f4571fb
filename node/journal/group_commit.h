// Makes many batches durable with one write and one sync: what is handed over while a group is on its way to the disk
// is the next group.
#pragma once

#include <functional>

#include "base/status.h"
#include "node/store/batch.h"

namespace buzzer::journal {

class GroupCommit {
 public:
  using Callback = std::function<void(base::Result<void>)>;

  GroupCommit() = default;
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;
  virtual ~GroupCommit() = default;

  // Copies the batch. It enters the store soon, in the order of the calls, and with all of its group or none; then the
  // callback is told, on the caller's thread, never from within this call, and in the order of the calls: once it is
  // durable, or with the error of the write or sync that failed, after which nobody knows what is on disk.
  virtual void commit(const store::Batch& batch, Callback callback) = 0;
};

}  // namespace buzzer::journal
