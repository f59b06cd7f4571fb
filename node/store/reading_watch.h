// Remembers whether the disk failed while something was read.
//
// RocksDB reports some of these errors as damage: it cannot ask for the size of a table, and says that the table is
// corrupt. Damage is for a person to decide about, a disk that fails for a while is not; so whoever is told of damage
// asks here whether all could be read. Internal to the folder: includes RocksDB.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace buzzer::store {

// Any thread. Must outlive its files; RocksDB sees to that.
class ReadingWatch final : public rocksdb::FileSystemWrapper {
 public:
  explicit ReadingWatch(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}

  // Whether a file could not be found out about, opened or read, for another reason than that it is not there.
  [[nodiscard]] bool saw_failure() const { return saw_failure_; }

  // Looks at what a call has come to, and passes it on.
  rocksdb::IOStatus watched(rocksdb::IOStatus status);

  [[nodiscard]] const char* Name() const override { return "buzzer.ReadingWatch"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* made,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus FileExists(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& path, const rocksdb::IOOptions& options,
                                std::vector<std::string>* names, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* size,
                                rocksdb::IODebugContext* debug) override;

 private:
  std::atomic<bool> saw_failure_ = false;
};

}  // namespace buzzer::store
