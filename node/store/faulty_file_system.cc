#include "node/store/faulty_file_system.h"

#include <thread>
#include <utility>

#include "node/store/faulty_files.h"

namespace buzzer::store {

using Status = rocksdb::IOStatus;

Status FaultyFileSystem::crash(Survival survival, base::Random& random) {
  const Lock held = lock();
  Status done;
  for (const auto& [path, file] : files_) {
    const std::vector<Piece> survivors = file->unsynced.survivors(survival, random);
    if (survivors.empty() || !target()->FileExists(path, {}, nullptr).ok()) continue;
    done = write_pieces(path, survivors);
    if (!done.ok()) break;
  }
  files_.clear();
  down_ = true;
  return done;
}

Status FaultyFileSystem::write_pieces(const Text& path, const std::vector<Piece>& pieces) {
  std::unique_ptr<rocksdb::FSRandomRWFile> out;
  Status done = target()->NewRandomRWFile(path, {}, &out, nullptr);
  for (const Piece& piece : pieces) {
    if (done.ok()) done = out->Write(piece.offset, piece.bytes, {}, nullptr);
  }
  return done;
}

void FaultyFileSystem::sync_slowly(std::chrono::microseconds longest, std::uint64_t seed) {
  const Lock held = lock();
  longest_sync_ = longest;
  slowness_ = std::make_unique<base::SeededRandom>(seed);
}

void FaultyFileSystem::begin_sync(const Text& path, const File& file, Lock& held) {
  if (!slowness_ || slowness_->next() % 2 == 0) return;
  const Survival survival = slowness_->next() % 2 == 0 ? Survival::kTorn : Survival::kReordered;
  // The sync itself writes the same bytes to the same places, and more.
  if (!write_pieces(path, file.unsynced.survivors(survival, *slowness_)).ok()) return;
  const auto pause = std::chrono::duration_cast<std::chrono::microseconds>(longest_sync_ * slowness_->fraction());
  held.unlock();
  std::this_thread::sleep_for(pause);
  held.lock();
}

void FaultyFileSystem::restart() {
  const Lock held = lock();
  down_ = false;
}

Status FaultyFileSystem::call(std::uint64_t bytes) {
  if (down_) return Status::IOError("the machine is down");
  switch (faults_.call(bytes)) {
    case DiskOutcome::kOk:
      return Status::OK();
    case DiskOutcome::kError:
      return Status::IOError("an error that a test has asked for");
    case DiskOutcome::kFull:
      return Status::NoSpace("a full disk that a test has asked for");
  }
  return Status::OK();
}

std::shared_ptr<FaultyFileSystem::File> FaultyFileSystem::file(const Text& path, std::uint64_t durable) {
  std::shared_ptr<File>& found = files_[path];
  if (!found) found = std::make_shared<File>(File{UnsyncedBytes(durable)});
  return found;
}

Status FaultyFileSystem::read_unsynced(const Text& path, std::unique_ptr<Text>& content) {
  const Lock held = lock();
  const auto found = files_.find(path);
  if (found == files_.end() || found->second->unsynced.pieces().empty()) return Status::OK();
  auto whole = std::make_unique<Text>();
  if (Status done = rocksdb::ReadFileToString(target(), path, whole.get()); !done.ok()) return done;
  whole->resize(found->second->unsynced.size());
  for (const Piece& piece : found->second->unsynced.pieces()) {
    whole->replace(piece.offset, piece.bytes.size(), piece.bytes);
  }
  content = std::move(whole);
  return Status::OK();
}

Status FaultyFileSystem::NewSequentialFile(const Text& path, const rocksdb::FileOptions& options,
                                           Made<rocksdb::FSSequentialFile>* made, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  std::unique_ptr<Text> content;
  if (Status done = read_unsynced(path, content); !done.ok()) return done;
  if (content) {
    *made = make_sequential_of(std::move(content));
    return Status::OK();
  }
  Status done = target()->NewSequentialFile(path, options, made, debug);
  if (done.ok()) *made = make_faulty_sequential(*this, std::move(*made));
  return done;
}

Status FaultyFileSystem::NewRandomAccessFile(const Text& path, const rocksdb::FileOptions& options,
                                             Made<rocksdb::FSRandomAccessFile>* made, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  std::unique_ptr<Text> content;
  if (Status done = read_unsynced(path, content); !done.ok()) return done;
  if (content) {
    *made = make_random_access_of(std::move(content));
    return Status::OK();
  }
  Status done = target()->NewRandomAccessFile(path, options, made, debug);
  if (done.ok()) *made = make_faulty_random_access(*this, std::move(*made));
  return done;
}

Status FaultyFileSystem::NewWritableFile(const Text& path, const rocksdb::FileOptions& options,
                                         Made<rocksdb::FSWritableFile>* made, Debug* debug) {
  const Lock held = lock();
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->NewWritableFile(path, options, made, debug);
  if (!done.ok()) return done;
  files_.erase(path);
  *made = make_faulty_writable(*this, path, file(path, 0), std::move(*made));
  return done;
}

Status FaultyFileSystem::ReopenWritableFile(const Text&, const rocksdb::FileOptions&, Made<rocksdb::FSWritableFile>*,
                                            Debug*) {
  return Status::NotSupported("the store never goes on writing a file");
}

Status FaultyFileSystem::ReuseWritableFile(const Text&, const Text&, const rocksdb::FileOptions&,
                                           Made<rocksdb::FSWritableFile>*, Debug*) {
  return Status::NotSupported("the store never recycles a log");
}

Status FaultyFileSystem::NewRandomRWFile(const Text& path, const rocksdb::FileOptions& options,
                                         Made<rocksdb::FSRandomRWFile>* made, Debug* debug) {
  const Lock held = lock();
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->NewRandomRWFile(path, options, made, debug);
  std::uint64_t size = 0;
  if (done.ok()) done = target()->GetFileSize(path, {}, &size, debug);
  if (done.ok()) *made = make_faulty_random_rw(*this, path, file(path, size), std::move(*made));
  return done;
}

Status FaultyFileSystem::NewDirectory(const Text& path, const Io& options, Made<rocksdb::FSDirectory>* made,
                                      Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->NewDirectory(path, options, made, debug);
  if (done.ok()) *made = make_faulty_directory(*this, std::move(*made));
  return done;
}

Status FaultyFileSystem::FileExists(const Text& path, const Io& options, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  return target()->FileExists(path, options, debug);
}

Status FaultyFileSystem::GetChildren(const Text& path, const Io& options, std::vector<Text>* names, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  return target()->GetChildren(path, options, names, debug);
}

Status FaultyFileSystem::GetFileSize(const Text& path, const Io& options, std::uint64_t* size, Debug* debug) {
  const Lock held = lock();
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->GetFileSize(path, options, size, debug);
  const auto found = files_.find(path);
  if (done.ok() && found != files_.end()) *size = found->second->unsynced.size();
  return done;
}

Status FaultyFileSystem::DeleteFile(const Text& path, const Io& options, Debug* debug) {
  const Lock held = lock();
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->DeleteFile(path, options, debug);
  if (done.ok()) files_.erase(path);
  return done;
}

Status FaultyFileSystem::RenameFile(const Text& from, const Text& to, const Io& options, Debug* debug) {
  const Lock held = lock();
  if (Status fault = call(); !fault.ok()) return fault;
  Status done = target()->RenameFile(from, to, options, debug);
  if (!done.ok()) return done;
  files_.erase(to);
  if (auto moved = files_.extract(from)) {
    moved.key() = to;
    files_.insert(std::move(moved));
  }
  return done;
}

Status FaultyFileSystem::LinkFile(const Text&, const Text&, const Io&, Debug*) {
  return Status::NotSupported("the store links no files");
}

Status FaultyFileSystem::Truncate(const Text&, std::size_t, const Io&, Debug*) {
  return Status::NotSupported("the store truncates no files");
}

Status FaultyFileSystem::CreateDir(const Text& path, const Io& options, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  return target()->CreateDir(path, options, debug);
}

Status FaultyFileSystem::CreateDirIfMissing(const Text& path, const Io& options, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  return target()->CreateDirIfMissing(path, options, debug);
}

Status FaultyFileSystem::LockFile(const Text& path, const Io& options, rocksdb::FileLock** held, Debug* debug) {
  if (Status fault = call(); !fault.ok()) return fault;
  return target()->LockFile(path, options, held, debug);
}

}  // namespace buzzer::store
