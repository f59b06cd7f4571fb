#include "node/store/faulty_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace buzzer::store {
namespace {

using rocksdb::FSDirectory;
using rocksdb::FSRandomAccessFile;
using rocksdb::FSRandomRWFile;
using rocksdb::FSSequentialFile;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultyWritable final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritable(FaultyFileSystem& system, std::string path, FaultyFile file, std::unique_ptr<FSWritableFile> target)
      : FSWritableFileOwnerWrapper(std::move(target)),
        system_(system),
        path_(std::move(path)),
        file_(std::move(file)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    const auto held = system_.lock();
    IOStatus done = system_.call(data.size());
    // An append that fails may have come half way.
    if (!system_.is_down()) file_->unsynced.append({data.data(), done.ok() ? data.size() : data.size() / 2});
    return done;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    auto held = system_.lock();
    IOStatus done = system_.call();
    if (done.ok()) system_.begin_sync(path_, *file_, held);
    for (const Piece& piece : file_->unsynced.pieces()) {
      if (done.ok()) done = target()->Append(piece.bytes, options, debug);
    }
    if (done.ok()) file_->unsynced.synced();
    return done;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  [[nodiscard]] bool IsSyncThreadSafe() const override { return true; }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const auto held = system_.lock();
    IOStatus done = system_.call();
    IOStatus closed = target()->Close(options, debug);
    return done.ok() ? closed : done;
  }

  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    const auto held = system_.lock();
    return file_->unsynced.size();
  }

  // Hints, which promise nothing.
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  FaultyFileSystem& system_;
  const std::string path_;
  const FaultyFile file_;
};

class FaultyRandomRW final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomRW(FaultyFileSystem& system, std::string path, FaultyFile file, std::unique_ptr<FSRandomRWFile> target)
      : FSRandomRWFileOwnerWrapper(std::move(target)),
        system_(system),
        path_(std::move(path)),
        file_(std::move(file)) {}

  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions&, IODebugContext*) override {
    const auto held = system_.lock();
    IOStatus done = system_.call(data.size());
    if (done.ok()) file_->unsynced.overwrite(offset, {data.data(), data.size()});
    return done;
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    auto held = system_.lock();
    IOStatus done = system_.call();
    if (done.ok()) system_.begin_sync(path_, *file_, held);
    for (const Piece& piece : file_->unsynced.pieces()) {
      if (done.ok()) done = target()->Write(piece.offset, piece.bytes, options, debug);
    }
    if (done.ok()) file_->unsynced.synced();
    return done;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

  IOStatus Read(std::uint64_t, std::size_t, const IOOptions&, Slice*, char*, IODebugContext*) const override {
    return IOStatus::NotSupported("a faulty file opened for writing is not read");
  }

 private:
  FaultyFileSystem& system_;
  const std::string path_;
  const FaultyFile file_;
};

class FaultySequential final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FaultySequential(FaultyFileSystem& system, std::unique_ptr<FSSequentialFile> target)
      : FSSequentialFileOwnerWrapper(std::move(target)), system_(system) {}
  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    if (IOStatus fault = system_.call(); !fault.ok()) return fault;
    return target()->Read(size, options, result, scratch, debug);
  }

 private:
  FaultyFileSystem& system_;
};

class FaultyRandomAccess final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyRandomAccess(FaultyFileSystem& system, std::unique_ptr<FSRandomAccessFile> target)
      : FSRandomAccessFileOwnerWrapper(std::move(target)), system_(system) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    if (IOStatus fault = system_.call(); !fault.ok()) return fault;
    return target()->Read(offset, size, options, result, scratch, debug);
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    if (IOStatus fault = system_.call(); !fault.ok()) return fault;
    return target()->MultiRead(requests, count, options, debug);
  }

 private:
  FaultyFileSystem& system_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(FaultyFileSystem& system, std::unique_ptr<FSDirectory> target)
      : FSDirectoryWrapper(std::move(target)), system_(system) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return system_.call(); }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*, const rocksdb::DirFsyncOptions&) override {
    return system_.call();
  }

 private:
  FaultyFileSystem& system_;
};

Slice copy_part(std::string_view content, std::uint64_t offset, std::size_t size, char* scratch) {
  const std::size_t begin = std::min<std::uint64_t>(offset, content.size());
  const std::string_view part = content.substr(begin, size);
  std::copy(part.begin(), part.end(), scratch);
  return {scratch, part.size()};
}

class SequentialContent final : public FSSequentialFile {
 public:
  explicit SequentialContent(std::unique_ptr<std::string> content) : content_(std::move(content)) {}
  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    *result = copy_part(*content_, at_, size, scratch);
    at_ += result->size();
    return IOStatus::OK();
  }
  IOStatus Skip(std::uint64_t size) override {
    at_ += size;
    return IOStatus::OK();
  }

 private:
  const std::unique_ptr<std::string> content_;
  std::uint64_t at_ = 0;
};

class RandomAccessContent final : public FSRandomAccessFile {
 public:
  explicit RandomAccessContent(std::unique_ptr<std::string> content) : content_(std::move(content)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    *result = copy_part(*content_, offset, size, scratch);
    return IOStatus::OK();
  }

 private:
  const std::unique_ptr<std::string> content_;
};

}  // namespace

std::unique_ptr<FSWritableFile> make_faulty_writable(FaultyFileSystem& system, const std::string& path, FaultyFile file,
                                                     std::unique_ptr<FSWritableFile> target) {
  return std::make_unique<FaultyWritable>(system, path, std::move(file), std::move(target));
}

std::unique_ptr<FSRandomRWFile> make_faulty_random_rw(FaultyFileSystem& system, const std::string& path,
                                                      FaultyFile file, std::unique_ptr<FSRandomRWFile> target) {
  return std::make_unique<FaultyRandomRW>(system, path, std::move(file), std::move(target));
}

std::unique_ptr<FSSequentialFile> make_faulty_sequential(FaultyFileSystem& system,
                                                         std::unique_ptr<FSSequentialFile> target) {
  return std::make_unique<FaultySequential>(system, std::move(target));
}

std::unique_ptr<FSRandomAccessFile> make_faulty_random_access(FaultyFileSystem& system,
                                                              std::unique_ptr<FSRandomAccessFile> target) {
  return std::make_unique<FaultyRandomAccess>(system, std::move(target));
}

std::unique_ptr<FSDirectory> make_faulty_directory(FaultyFileSystem& system, std::unique_ptr<FSDirectory> target) {
  return std::make_unique<FaultyDirectory>(system, std::move(target));
}

std::unique_ptr<FSSequentialFile> make_sequential_of(std::unique_ptr<std::string> content) {
  return std::make_unique<SequentialContent>(std::move(content));
}

std::unique_ptr<FSRandomAccessFile> make_random_access_of(std::unique_ptr<std::string> content) {
  return std::make_unique<RandomAccessContent>(std::move(content));
}

}  // namespace buzzer::store
