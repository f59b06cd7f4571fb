#include "node/store/cautious_file_system.h"

#include <cstdint>

#include "node/store/table_end.h"

namespace buzzer::store {
namespace {

class WatchedFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  WatchedFile(CautiousFileSystem& system, std::unique_ptr<rocksdb::FSSequentialFile> target)
      : FSSequentialFileOwnerWrapper(std::move(target)), system_(system) {}
  rocksdb::IOStatus Read(std::size_t size, const rocksdb::IOOptions& options, rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) override {
    return system_.note(target()->Read(size, options, result, scratch, debug));
  }

 private:
  CautiousFileSystem& system_;
};

}  // namespace

rocksdb::IOStatus CautiousFileSystem::read_error() const {
  const std::lock_guard lock(mutex_);
  return read_error_;
}

rocksdb::IOStatus CautiousFileSystem::note(Status read) {
  if (!read.ok() && !read.IsNotFound() && !read.IsPathNotFound()) {
    const std::lock_guard lock(mutex_);
    if (read_error_.ok()) read_error_ = read;
  }
  return read;
}

rocksdb::IOStatus CautiousFileSystem::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                                        std::unique_ptr<rocksdb::FSSequentialFile>* made,
                                                        rocksdb::IODebugContext* debug) {
  Status done = note(target()->NewSequentialFile(path, options, made, debug));
  if (done.ok()) *made = std::make_unique<WatchedFile>(*this, std::move(*made));
  return done;
}

rocksdb::IOStatus CautiousFileSystem::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                                                          rocksdb::IODebugContext* debug) {
  Status done = target()->NewRandomAccessFile(path, options, made, debug);
  if (!done.ok() || !is_table(path)) return done;
  std::uint64_t size = 0;
  done = target()->GetFileSize(path, options.io_options, &size, debug);
  if (done.ok()) done = check_table_end(**made, path, size);
  if (!done.ok()) made->reset();
  return done;
}

rocksdb::IOStatus CautiousFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                                      std::unique_ptr<rocksdb::FSWritableFile>* made,
                                                      rocksdb::IODebugContext* debug) {
  if (Status error = read_error(); !error.ok()) return error;
  return target()->NewWritableFile(path, options, made, debug);
}

rocksdb::IOStatus CautiousFileSystem::GetChildren(const std::string& path, const rocksdb::IOOptions& options,
                                                  std::vector<std::string>* names, rocksdb::IODebugContext* debug) {
  return note(target()->GetChildren(path, options, names, debug));
}

rocksdb::IOStatus CautiousFileSystem::DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                                 rocksdb::IODebugContext* debug) {
  if (Status error = read_error(); !error.ok()) return error;
  return target()->DeleteFile(path, options, debug);
}

rocksdb::IOStatus CautiousFileSystem::RenameFile(const std::string& from, const std::string& to,
                                                 const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) {
  if (Status error = read_error(); !error.ok()) return error;
  return target()->RenameFile(from, to, options, debug);
}

}  // namespace buzzer::store
