// What a RocksDB runs in: its files, its log, what it is told to do. Internal to the folder: includes RocksDB.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/options.h>
#include <rocksdb/wal_filter.h>

#include "node/store/near_keys.h"
#include "node/store/reading_watch.h"
#include "node/store/rocksdb_store.h"

namespace buzzer::store {

// Ends the replay of the logs at the first gap: between two records, or between what the tables hold and the first
// record. RocksDB by itself stops only at records that it finds damaged. When the end of one log is gone without a
// trace and the next log is there (a power cut), or when its manifest has lost a table, it would apply the later
// without the earlier.
class WalGapFilter final : public rocksdb::WalFilter {
 public:
  // Lets no record through at the next replays: what is open then is what the tables hold.
  void stop_at_once() { most_ = 0; }
  // The first record must have a sequence of at most `sequence`; none is set in the beginning.
  void begin_at_most_at(std::uint64_t sequence) { most_ = sequence; }

  [[nodiscard]] const char* Name() const override { return "buzzer.WalGapFilter"; }
  // Called as a replay begins.
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>&,
                                const std::map<std::string, std::uint32_t>&) override {
    next_ = 0;
  }
  WalProcessingOption LogRecordFound(unsigned long long log, const std::string& path, const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* batch_changed) override;

 private:
  std::uint64_t most_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t next_ = 0;  // the sequence that must come; 0: the first is still to come
};

// Owns all that an open RocksDB refers to, and must be destroyed after it. Holds the store's lock while it lives.
class RocksDbEnvironment {
 public:
  [[nodiscard]] static OpenResult<std::unique_ptr<RocksDbEnvironment>> prepare(const RocksDbStoreOptions& options);
  RocksDbEnvironment(const RocksDbEnvironment&) = delete;
  RocksDbEnvironment& operator=(const RocksDbEnvironment&) = delete;
  ~RocksDbEnvironment();

  [[nodiscard]] rocksdb::FileSystem& files() const { return *files_; }
  [[nodiscard]] std::string database_path() const { return folder_ + "/db"; }
  [[nodiscard]] std::string witness_path() const { return folder_ + "/synced"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

  // Whether the disk failed so far while something was read: then nothing is known to be damaged, or lost.
  [[nodiscard]] bool reading_failed() const { return watch_->saw_failure(); }

  [[nodiscard]] WalGapFilter& gap_filter() { return gap_filter_; }
  [[nodiscard]] NearKeys& near_keys() { return *near_keys_; }

  // The same for each opening.
  [[nodiscard]] rocksdb::Options database_options();

  // For an opening of which nothing that RocksDB says is meant for anybody.
  [[nodiscard]] static std::shared_ptr<rocksdb::Logger> silent_logger();

 private:
  explicit RocksDbEnvironment(const RocksDbStoreOptions& options);

  const RocksDbStoreOptions options_;
  const std::string folder_;
  std::shared_ptr<ReadingWatch> watch_;
  std::shared_ptr<rocksdb::FileSystem> files_;
  std::unique_ptr<rocksdb::Env> env_;
  std::shared_ptr<rocksdb::Logger> logger_;
  WalGapFilter gap_filter_;
  const std::shared_ptr<NearKeys> near_keys_ = std::make_shared<NearKeys>();
  rocksdb::FileLock* lock_ = nullptr;
};

}  // namespace buzzer::store
