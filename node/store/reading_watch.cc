#include "node/store/reading_watch.h"

#include <cstddef>
#include <utility>

namespace buzzer::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class WatchedSequential final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  WatchedSequential(ReadingWatch& watch, std::unique_ptr<rocksdb::FSSequentialFile> target)
      : FSSequentialFileOwnerWrapper(std::move(target)), watch_(watch) {}
  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    return watch_.watched(target()->Read(size, options, result, scratch, debug));
  }

 private:
  ReadingWatch& watch_;
};

class WatchedRandomAccess final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  WatchedRandomAccess(ReadingWatch& watch, std::unique_ptr<rocksdb::FSRandomAccessFile> target)
      : FSRandomAccessFileOwnerWrapper(std::move(target)), watch_(watch) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    return watch_.watched(target()->Read(offset, size, options, result, scratch, debug));
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    IOStatus done = watch_.watched(target()->MultiRead(requests, count, options, debug));
    for (std::size_t i = 0; done.ok() && i < count; ++i) watch_.watched(requests[i].status).PermitUncheckedError();
    return done;
  }

 private:
  ReadingWatch& watch_;
};

}  // namespace

IOStatus ReadingWatch::watched(IOStatus status) {
  if (status.IsIOError() && !status.IsPathNotFound()) saw_failure_ = true;
  return status;
}

IOStatus ReadingWatch::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSSequentialFile>* made, IODebugContext* debug) {
  IOStatus done = watched(target()->NewSequentialFile(path, options, made, debug));
  if (done.ok()) *made = std::make_unique<WatchedSequential>(*this, std::move(*made));
  return done;
}

IOStatus ReadingWatch::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSRandomAccessFile>* made, IODebugContext* debug) {
  IOStatus done = watched(target()->NewRandomAccessFile(path, options, made, debug));
  if (done.ok()) *made = std::make_unique<WatchedRandomAccess>(*this, std::move(*made));
  return done;
}

IOStatus ReadingWatch::FileExists(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  return watched(target()->FileExists(path, options, debug));
}

IOStatus ReadingWatch::GetChildren(const std::string& path, const IOOptions& options, std::vector<std::string>* names,
                                   IODebugContext* debug) {
  return watched(target()->GetChildren(path, options, names, debug));
}

IOStatus ReadingWatch::GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                                   IODebugContext* debug) {
  return watched(target()->GetFileSize(path, options, size, debug));
}

}  // namespace buzzer::store
