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
#include <filesystem>
#include <memory>

#include "base/log.h"
#include "node/store/schema.h"
#include "node/store/store.h"

namespace rocksdb {
class FileSystem;
}

namespace buzzer::store {

struct RocksDbStoreOptions {
  std::filesystem::path folder;  // made if missing; its parent must be there
  GridIdentity identity;
  Schema schema = present_schema();

  // Open although not all that was synced is there. What can be recovered up to the first damaged place is kept, the
  // rest is given up for good, and every shard gets a new incarnation. Only ever by a person's decision.
  bool accept_loss = false;

  std::size_t write_buffer_bytes = 64UL << 20;  // in memory before a table is written; the log is about as long
  std::size_t block_cache_bytes = 64UL << 20;   // for reading
  int background_jobs = 2;                      // threads that write and merge tables

  // RocksDB's warnings; none: they are dropped. Must outlive the store.
  base::Log* log = nullptr;

  // None: the system's. Tests put a FaultyFileSystem here.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

[[nodiscard]] OpenResult<std::unique_ptr<Store>> open_rocksdb_store(const RocksDbStoreOptions& options);

}  // namespace buzzer::store
