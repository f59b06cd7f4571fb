// The files of a RocksDB on a disk that misbehaves: a test option, over any file system of RocksDB's.
//
// Bytes that were written and not synced stay in memory, so they are gone when the process is killed; crash() plays a
// crash within the process, and chooses which of them reach the disk. Errors and a full disk come from faults().
// With sync_slowly() some of them are on disk and others not for as long as a sync takes, so that a kill leaves a torn
// file.
//
// A sync hands the bytes to the file system below and leaves it at that: they outlive the process, which is all that
// can be played here, and thousands of crashes take seconds.
//
// Not played: names. A file that was made, renamed or deleted is so at once, whether its folder was synced or not
// (unsynced_names.h plays those).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

#include "base/random.h"
#include "node/store/disk_faults.h"
#include "node/store/unsynced_bytes.h"

namespace buzzer::store {

// Any thread.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}

  // Every operation on files, folders and their contents is one call to the disk; unlocking never fails.
  [[nodiscard]] DiskFaults& faults() { return faults_; }

  // The machine (or with kAll only the process) goes down: what survives of the unsynced bytes is written, and from
  // then on nothing is, whatever RocksDB still tries to do. Destroy the store, then restart().
  [[nodiscard]] rocksdb::IOStatus crash(Survival survival, base::Random& random);
  void restart();

  // From now on every second sync takes a while, up to `longest`. While it does, a beginning of the bytes, or some of
  // their sectors, have reached the disk; which ones and for how long follows from the seed and the order of the syncs.
  void sync_slowly(std::chrono::microseconds longest, std::uint64_t seed);

  // The following is for its files (faulty_files.h).
  struct File {
    UnsyncedBytes unsynced;
  };
  using Lock = std::unique_lock<std::mutex>;
  // Guards every File.
  [[nodiscard]] Lock lock() { return Lock(mutex_); }
  // What a call begins with: its fault, if it has one.
  [[nodiscard]] rocksdb::IOStatus call(std::uint64_t bytes = 0);
  // How a sync begins, with the lock held: the part of it that sync_slowly() wants. Gives the lock up meanwhile.
  void begin_sync(const std::string& path, const File& file, Lock& held);
  // Whether nothing may be written any more.
  [[nodiscard]] bool is_down() const { return down_; }

  [[nodiscard]] const char* Name() const override { return "buzzer.FaultyFileSystem"; }
  using Text = std::string;
  using Io = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;
  using Status = rocksdb::IOStatus;
  template <class F>
  using Made = std::unique_ptr<F>;
  Status NewSequentialFile(const Text& path, const rocksdb::FileOptions& options, Made<rocksdb::FSSequentialFile>* made,
                           Debug* debug) override;
  Status NewRandomAccessFile(const Text& path, const rocksdb::FileOptions& options,
                             Made<rocksdb::FSRandomAccessFile>* made, Debug* debug) override;
  Status NewWritableFile(const Text& path, const rocksdb::FileOptions& options, Made<rocksdb::FSWritableFile>* made,
                         Debug* debug) override;
  Status ReopenWritableFile(const Text& path, const rocksdb::FileOptions& options, Made<rocksdb::FSWritableFile>* made,
                            Debug* debug) override;
  Status ReuseWritableFile(const Text& path, const Text& old_path, const rocksdb::FileOptions& options,
                           Made<rocksdb::FSWritableFile>* made, Debug* debug) override;
  Status NewRandomRWFile(const Text& path, const rocksdb::FileOptions& options, Made<rocksdb::FSRandomRWFile>* made,
                         Debug* debug) override;
  Status NewDirectory(const Text& path, const Io& options, Made<rocksdb::FSDirectory>* made, Debug* debug) override;
  Status FileExists(const Text& path, const Io& options, Debug* debug) override;
  Status GetChildren(const Text& path, const Io& options, std::vector<Text>* names, Debug* debug) override;
  Status GetFileSize(const Text& path, const Io& options, std::uint64_t* size, Debug* debug) override;
  Status DeleteFile(const Text& path, const Io& options, Debug* debug) override;
  Status RenameFile(const Text& from, const Text& to, const Io& options, Debug* debug) override;
  Status LinkFile(const Text& from, const Text& to, const Io& options, Debug* debug) override;
  Status Truncate(const Text& path, std::size_t size, const Io& options, Debug* debug) override;
  Status CreateDir(const Text& path, const Io& options, Debug* debug) override;
  Status CreateDirIfMissing(const Text& path, const Io& options, Debug* debug) override;
  Status LockFile(const Text& path, const Io& options, rocksdb::FileLock** held, Debug* debug) override;

 private:
  // Under the lock: the file's, made when this is the first time that it is written.
  std::shared_ptr<File> file(const Text& path, std::uint64_t durable);
  // The file as a reader sees it while it has unsynced bytes; none if it has none.
  Status read_unsynced(const Text& path, std::unique_ptr<Text>& content);

  // Writes them where they belong, whatever else of the file is there.
  Status write_pieces(const Text& path, const std::vector<Piece>& pieces);

  DiskFaults faults_;
  std::mutex mutex_;
  std::atomic<bool> down_ = false;
  std::chrono::microseconds longest_sync_{};
  std::unique_ptr<base::Random> slowness_;       // none: syncs take no time
  std::map<Text, std::shared_ptr<File>> files_;  // those with, or with a chance of, unsynced bytes
};

}  // namespace buzzer::store
