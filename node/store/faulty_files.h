// The open files of a FaultyFileSystem. Each call may fail; what is written waits in memory for a sync.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

#include "node/store/faulty_file_system.h"

namespace buzzer::store {

using FaultyFile = std::shared_ptr<FaultyFileSystem::File>;

// `system` must outlive them all; RocksDB sees to that. `path` is the file's for as long as it is open.
[[nodiscard]] std::unique_ptr<rocksdb::FSWritableFile> make_faulty_writable(
    FaultyFileSystem& system, const std::string& path, FaultyFile file,
    std::unique_ptr<rocksdb::FSWritableFile> target);
[[nodiscard]] std::unique_ptr<rocksdb::FSRandomRWFile> make_faulty_random_rw(
    FaultyFileSystem& system, const std::string& path, FaultyFile file,
    std::unique_ptr<rocksdb::FSRandomRWFile> target);
[[nodiscard]] std::unique_ptr<rocksdb::FSSequentialFile> make_faulty_sequential(
    FaultyFileSystem& system, std::unique_ptr<rocksdb::FSSequentialFile> target);
[[nodiscard]] std::unique_ptr<rocksdb::FSRandomAccessFile> make_faulty_random_access(
    FaultyFileSystem& system, std::unique_ptr<rocksdb::FSRandomAccessFile> target);
[[nodiscard]] std::unique_ptr<rocksdb::FSDirectory> make_faulty_directory(FaultyFileSystem& system,
                                                                          std::unique_ptr<rocksdb::FSDirectory> target);

// Readers of a file whose unsynced bytes are in memory.
[[nodiscard]] std::unique_ptr<rocksdb::FSSequentialFile> make_sequential_of(std::unique_ptr<std::string> content);
[[nodiscard]] std::unique_ptr<rocksdb::FSRandomAccessFile> make_random_access_of(std::unique_ptr<std::string> content);

}  // namespace buzzer::store
