// One shard in memory: the kernel's rules over the state and the store that a node uses, without journal, network or
// clock. What Python's `Kernel` is made of.
//
// One thread at a time. Nothing that it is given ends the process.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/ids.h"
#include "base/status.h"
#include "node/kernel/kernel.h"
#include "node/shard/overlay.h"
#include "node/shard/shard_state.h"
#include "node/store/memory_disk.h"
#include "node/store/store.h"

namespace buzzer::python {

class Model {
 public:
  // A shard in which nothing has happened.
  explicit Model(base::ShardId shard);

  [[nodiscard]] base::ShardId shard() const { return shard_; }

  // What a command would come to now; changes nothing. Valid until the next call. `now_ms` is 0 to kLatestMs
  // (entry_check.h).
  [[nodiscard]] base::Result<const kernel::Decision*> decide(const proto::Command& command, std::int64_t now_ms);

  // Decides, and applies what was decided.
  [[nodiscard]] base::Result<const kernel::Decision*> execute(const proto::Command& command, std::int64_t now_ms);

  // Applies the bytes of an entry, as a replica would; none at all change nothing. Fails, with the state as it was, if
  // they are not this shard's next entry.
  [[nodiscard]] base::Result<void> apply(std::string_view entry);

  // The state to read from, until the next call that changes it.
  [[nodiscard]] const kernel::StateView& state();

 private:
  [[nodiscard]] base::Result<void> apply(const proto::Entry& entry);

  const base::ShardId shard_;
  store::MemoryDisk disk_;
  std::unique_ptr<store::Store> store_;
  const shard::Overlay nothing_in_flight_;
  std::unique_ptr<shard::ShardState> state_;
  kernel::Decision decision_;
};

}  // namespace buzzer::python
