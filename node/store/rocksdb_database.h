// The store's calls on an open RocksDB. Internal to the folder: includes RocksDB; rocksdb_store.h is for all others.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/db.h>

#include "node/store/failure_latch.h"
#include "node/store/rocksdb_environment.h"
#include "node/store/store.h"
#include "node/store/store_view.h"
#include "node/store/witness_file.h"

namespace buzzer::store {

class RocksDbDatabase final : public Store {
 public:
  // `witness` is none for a database that is only read.
  RocksDbDatabase(std::unique_ptr<rocksdb::DB> database, std::unique_ptr<WitnessFile> witness)
      : witness_(std::move(witness)), database_(std::move(database)) {}

  // Keeps what the database refers to until after its end.
  void keep(std::unique_ptr<RocksDbEnvironment> environment) {
    environment_ = std::move(environment);
    environment_->near_keys().resume();
  }

  // The last marker that is there (witness_file.h); none before the first sync.
  [[nodiscard]] base::Result<std::optional<std::uint64_t>> marker() const;

  // What it consists of besides its log.
  [[nodiscard]] std::vector<TableFile> tables() const;

  // Whether a get() has met damaged bytes, so that reading again would not help.
  [[nodiscard]] bool saw_damage() const { return saw_damage_; }

  [[nodiscard]] base::Result<Sequence> write(const Batch& batch) override;
  [[nodiscard]] base::Result<Sequence> sync() override;
  [[nodiscard]] base::Result<bool> get(std::string_view key, std::string& value) const override;
  [[nodiscard]] std::unique_ptr<Cursor> scan(const Range& range, Direction direction) const override;
  [[nodiscard]] Sequence last_sequence() const override { return Sequence(database_->GetLatestSequenceNumber()); }
  [[nodiscard]] bool failed() const override { return failure_.failed(); }
  [[nodiscard]] std::string damage() const override { return damaged_ ? failure_.message() : std::string(); }

 private:
  [[nodiscard]] rocksdb::Status write(rocksdb::WriteBatch& batch, bool has_ranges);
  tl::unexpected<base::Error> fail(const char* what, const rocksdb::Status& status);

  // In this order, because they end in the reverse one.
  std::unique_ptr<RocksDbEnvironment> environment_;
  std::unique_ptr<WitnessFile> witness_;
  std::unique_ptr<rocksdb::DB> database_;
  FailureLatch failure_;
  std::atomic<bool> damaged_ = false;
  mutable std::atomic<bool> saw_damage_ = false;
  std::uint64_t covered_ = 0;  // by the last sync; the sync thread's
};

}  // namespace buzzer::store
