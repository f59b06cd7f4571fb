// A store on disk: one RocksDB for all shards of the node, with one log and one sync for all that waits.
//
// In its folder
//   db/      RocksDB's own files
//   synced   the witness (witness_file.h): how far the log has been synced. RocksDB opens without complaint when synced
//            records are gone (a flipped bit, a cut, a deleted log); the witness tells that from the torn tail of a
//            crash.
//   lock     held while a process has the store open
//
// Opening looks before it touches: everything is read once without writing anything, and a store that is refused is
// left as it was found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/log.h"
#include "node/store/schema.h"
#include "node/store/store.h"

namespace rocksdb {
class FileSystem;
class SystemClock;
}  // namespace rocksdb

namespace buzzer::store {

struct RocksDbStoreOptions {
  std::filesystem::path folder;  // made if missing; its parent must be there
  GridIdentity identity;
  Schema schema = present_schema();

  // Open although not all that was synced is there. What can be recovered up to the first damaged place is kept, the
  // rest is given up for good, and every shard gets a new incarnation. Only ever by a person's decision.
  bool accept_loss = false;

  std::size_t write_buffer_bytes = 16UL << 20;  // in memory before a table is written; bounds what a restart replays
  std::size_t block_cache_bytes = 64UL << 20;   // for reading
  int background_jobs = 2;                      // threads that write and merge tables

  // RocksDB's warnings; none: they are dropped. Must outlive the store.
  base::Log* log = nullptr;

  // None: the system's. Tests put a FaultyFileSystem here.
  std::shared_ptr<rocksdb::FileSystem> file_system;

  // None: the system's. By it RocksDB waits a second after it could not write a table, also when it is being closed.
  std::shared_ptr<rocksdb::SystemClock> clock;
};

[[nodiscard]] OpenResult<std::unique_ptr<Store>> open_rocksdb_store(const RocksDbStoreOptions& options);

// What a store says of itself, whatever it has lost.
struct StoreSurvey {
  GridIdentity identity;
  // Up to where it was synced; none if its witness is missing or damaged.
  std::optional<std::uint64_t> synced;
  // Up to where all that was written can be recovered; some of what came later may be there as well.
  std::uint64_t recovered = 0;

  [[nodiscard]] bool whole() const { return synced && recovered >= *synced; }
};

// Looks without changing anything in it, under the store's lock; the identity of `options` is not asked for. Fails with
// kDamaged when too little is left to tell whose it is.
[[nodiscard]] OpenResult<StoreSurvey> survey_rocksdb_store(const RocksDbStoreOptions& options);

}  // namespace buzzer::store
