// Makes many writes durable with one sync: whoever waits is told once a sync has begun after their write and ended.
#pragma once

#include <functional>

#include "base/status.h"
#include "node/store/store_ids.h"

namespace buzzer::journal {

class GroupSync {
 public:
  using Callback = std::function<void(base::Result<void>)>;

  GroupSync() = default;
  GroupSync(const GroupSync&) = delete;
  GroupSync& operator=(const GroupSync&) = delete;
  virtual ~GroupSync() = default;

  // Calls back on the caller's thread, never from within this call, once the store's writes up to that sequence are
  // durable, or with the error of the sync that failed. Callbacks come in the order of the calls.
  virtual void wait_for(store::Sequence written, Callback callback) = 0;
};

}  // namespace buzzer::journal
