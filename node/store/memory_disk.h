// The disk under a MemoryStore: one log of checksummed records, and the witness beside it. It outlives the store, as a
// disk outlives a process.
//
//   log    = record*
//   record = size:u32 checksum:u64 payload      of the payload (FNV-1a), so that a torn record is known for one
//
// Deterministic; one thread. Records that are synced are folded into a checkpoint from time to time, so that a long
// simulation's log stays small.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/status.h"
#include "node/store/batch.h"
#include "node/store/disk_faults.h"

namespace buzzer::store {

using MemoryTable = std::map<std::string, std::string, std::less<>>;

class MemoryDisk {
 public:
  // What goes wrong. Each append, sync, witness and recovery is one call to the disk.
  [[nodiscard]] DiskFaults& faults() { return faults_; }

  // Adds one batch, not yet durable. A failed one may have left a part of a record, and nothing may follow it.
  [[nodiscard]] base::Result<void> append(std::uint64_t sequence, const Batch& batch);

  // After it all that was appended is durable.
  [[nodiscard]] base::Result<void> sync();

  // Writes the witness: the sequence that a sync has covered. Durable at the latest with the next sync.
  [[nodiscard]] base::Result<void> write_witness(std::uint64_t sequence);

  struct Recovered {
    MemoryTable table;
    std::uint64_t sequence = 0;  // of the last whole record
    std::uint64_t witness = 0;
  };
  // Reads what is there, up to the first record that is not whole, and cuts the log off behind it; all that is left is
  // durable afterwards.
  [[nodiscard]] base::Result<Recovered> recover();

  // What happens to the unsynced bytes when process or machine go down. The store above must be gone.
  void crash(Survival survival, base::Random& random);

  // Somebody accepted the loss: the witness forgets what is not there.
  void lower_witness(std::uint64_t sequence);

  // A copy of what is durable.
  struct Image {
    MemoryTable checkpoint;
    std::uint64_t checkpoint_sequence = 0;
    std::string log;
    std::uint64_t witness = 0;
  };
  [[nodiscard]] Image image() const;
  // Replaces everything by such a copy; by a new Image, everything is wiped. The store above must be gone.
  void put_back(const Image& image);

 private:
  [[nodiscard]] base::Result<void> call(std::uint64_t bytes, const char* what);
  void fold_synced();

  DiskFaults faults_;
  MemoryTable checkpoint_;  // what all records before log_ have made
  std::uint64_t checkpoint_sequence_ = 0;
  std::string log_;
  std::size_t synced_ = 0;  // bytes of log_ that are durable
  std::uint64_t witness_ = 0;
  std::uint64_t synced_witness_ = 0;
  std::string scratch_;
};

}  // namespace buzzer::store
