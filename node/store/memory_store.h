// A store in memory over a MemoryDisk: for the simulation, where every fault is drawn from a seed, and for --ephemeral.
// Deterministic; one thread.
#pragma once

#include <cstdint>
#include <memory>

#include "node/store/failure_latch.h"
#include "node/store/memory_disk.h"
#include "node/store/schema.h"
#include "node/store/store.h"

namespace buzzer::store {

struct MemoryStoreOptions {
  GridIdentity identity;
  Schema schema = present_schema();
  bool accept_loss = false;  // as in RocksDbStoreOptions
};

class MemoryStore final : public Store {
 public:
  // `disk` must outlive it; no two stores at once on one disk.
  [[nodiscard]] static OpenResult<std::unique_ptr<Store>> open(const MemoryStoreOptions& options, MemoryDisk& disk);

  [[nodiscard]] base::Result<Sequence> write(const Batch& batch) override;
  [[nodiscard]] base::Result<Sequence> sync() override;
  [[nodiscard]] base::Result<bool> get(std::string_view key, std::string& value) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction) const override;
  [[nodiscard]] Sequence last_sequence() const override { return Sequence(sequence_); }
  [[nodiscard]] bool failed() const override { return failure_.failed(); }

 private:
  class MemoryCursor;

  MemoryStore(MemoryDisk& disk, MemoryDisk::Recovered recovered);

  MemoryDisk& disk_;
  MemoryTable table_;
  std::uint64_t sequence_;
  std::uint64_t synced_sequence_;
  FailureLatch failure_;
  mutable int cursors_ = 0;
};

}  // namespace buzzer::store
