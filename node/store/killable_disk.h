// A disk whose store can be tested with kill -9 as if the machine's power were cut: a kill by itself takes nothing that
// was given to the system, synced or not. A test option of a node (--test-lose-unsynced).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace buzzer::store {

// For the RocksDB store in `folder` (RocksDbStoreOptions::file_system). What a kill takes:
//   - bytes written and not synced: all of them. They are in memory (faulty_file_system.h); every second sync takes up
//     to 8 ms, and a kill meanwhile leaves a beginning of them, or some of their sectors;
//   - names made, renamed or deleted in a folder that was not synced since: some of the newest (unsynced_names.h). They
//     are undone here, in `unsynced-names` beside the store, so call this before the store is opened, and once.
// What is synced is given to the system alone: it outlives the process, not the machine. Who has once run on it goes on
// with it, or removes that folder: what stands there is undone by the next who does.
//
// What is taken follows from `seed` and from the moment of the kill. Throws std::filesystem::filesystem_error.
[[nodiscard]] std::shared_ptr<rocksdb::FileSystem> make_killable_disk(const std::filesystem::path& folder,
                                                                      std::uint64_t seed);

}  // namespace buzzer::store
