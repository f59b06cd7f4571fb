// Keeps RocksDB from destroying what it could not read.
//
// RocksDB takes a log that it cannot read any further (a passing error of the disk is enough) for one that ends there:
// it goes on with what it has read, and deletes the log. So once reading has failed, nothing is made, renamed or
// deleted any more, and opening fails instead. Tables are opened only if their ends are sound (table_end.h).
// Internal to the folder: includes RocksDB.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace buzzer::store {

// Any thread.
class CautiousFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using Status = rocksdb::IOStatus;

  explicit CautiousFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}

  // The first error in listing a folder or in reading a file from its beginning to its end, as logs are; OK if there
  // was none. That something does not exist is no error.
  [[nodiscard]] Status read_error() const;
  // Returns what it is given.
  Status note(Status read);

  [[nodiscard]] const char* Name() const override { return "buzzer.CautiousFileSystem"; }
  Status NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSSequentialFile>* made, rocksdb::IODebugContext* debug) override;
  Status NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                             rocksdb::IODebugContext* debug) override;
  Status NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                         std::unique_ptr<rocksdb::FSWritableFile>* made, rocksdb::IODebugContext* debug) override;
  Status GetChildren(const std::string& path, const rocksdb::IOOptions& options, std::vector<std::string>* names,
                     rocksdb::IODebugContext* debug) override;
  Status DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override;
  Status RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override;

 private:
  mutable std::mutex mutex_;
  Status read_error_;
};

}  // namespace buzzer::store
