#include "node/store/unsynced_names.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

namespace buzzer::store {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;

class NotingDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  NotingDirectory(UnsyncedNames& names, std::string path, std::unique_ptr<rocksdb::FSDirectory> target)
      : FSDirectoryWrapper(std::move(target)), names_(names), path_(std::move(path)) {}
  IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return synced(FSDirectoryWrapper::Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& why) override {
    return synced(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, why));
  }

 private:
  IOStatus synced(IOStatus done) {
    if (done.ok()) names_.folder_synced(path_);
    return done;
  }

  UnsyncedNames& names_;
  const std::string path_;
};

fs::path folder_of(const fs::path& path) { return path.lexically_normal().parent_path(); }

// One line: number, tab, from, tab, to.
std::string line_of(std::uint64_t number, const fs::path& from, const fs::path& to) {
  return std::to_string(number) + '\t' + from.string() + '\t' + to.string() + '\n';
}

}  // namespace

UnsyncedNames::UnsyncedNames(const std::shared_ptr<rocksdb::FileSystem>& target, fs::path notes, base::Random& random)
    : FileSystemWrapper(target), notes_(std::move(notes)) {
  const std::vector<Change> changes = read();
  const std::size_t stay = how_many_stay(changes.size(), random);
  for (std::size_t i = changes.size(); i > stay; --i) undo(changes[i - 1]);
  fs::remove(list());  // first: now nothing is undone any more
  fs::remove_all(notes_);
  fs::create_directories(notes_);
}

std::size_t UnsyncedNames::how_many_stay(std::size_t changes, base::Random& random) const {
  const fs::path drawn = notes_ / "stay";
  std::size_t stay = 0;
  if (std::ifstream(drawn) >> stay) return stay;
  stay = random.next() % (changes + 1);
  if (changes > 0) {
    const fs::path scratch = notes_ / "stay.new";
    std::ofstream(scratch) << stay << '\n';
    fs::rename(scratch, drawn);
  }
  return stay;
}

fs::path UnsyncedNames::kept(const Change& change) const { return notes_ / std::to_string(change.number); }

std::vector<UnsyncedNames::Change> UnsyncedNames::read() const {
  std::vector<Change> changes;
  std::ifstream in(list());
  for (std::string line; std::getline(in, line) && !in.eof();) {  // a line that was cut off has not been acted on
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    changes.push_back({std::stoull(line), line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return changes;
}

void UnsyncedNames::undo(const Change& change) const {
  if (change.from.empty()) {
    fs::remove(change.to);
    return;
  }
  const bool renamed = !change.to.empty();
  if (renamed && fs::exists(change.to) && !fs::exists(change.from)) fs::rename(change.to, change.from);
  const fs::path& back = renamed ? change.to : change.from;
  if (fs::exists(kept(change)) && !fs::exists(back)) fs::rename(kept(change), back);
}

IOStatus UnsyncedNames::note(const Text& from, const Text& to) {
  const std::lock_guard lock(mutex_);
  Change change{next_++, from, to};
  std::error_code failed;
  const Text& loses_its_name = to.empty() ? from : to;
  if (!from.empty() && fs::exists(loses_its_name, failed)) {
    fs::create_hard_link(loses_its_name, kept(change), failed);
    if (failed) return IOStatus::IOError("cannot keep a link to " + loses_its_name + ": " + failed.message());
  }
  std::ofstream out(list(), std::ios::app);
  out << line_of(change.number, from, to) << std::flush;
  if (!out) return IOStatus::IOError("cannot write " + list().string());
  changes_.push_back(std::move(change));
  return IOStatus::OK();
}

void UnsyncedNames::folder_synced(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  const fs::path synced = (fs::path(folder) / "").lexically_normal().parent_path();
  std::error_code ignored;  // what stays in the list would be undone although it must not be: a test then fails
  const auto durable = std::stable_partition(changes_.begin(), changes_.end(), [&](const Change& change) {
    return folder_of(change.to.empty() ? change.from : change.to) != synced;
  });
  std::string lines;
  std::for_each(changes_.begin(), durable,
                [&](const Change& change) { lines += line_of(change.number, change.from, change.to); });
  const fs::path scratch = notes_ / "changes.new";
  std::ofstream(scratch) << lines;
  fs::rename(scratch, list(), ignored);
  // Only now: an undoing needs them.
  std::for_each(durable, changes_.end(), [&](const Change& change) { fs::remove(kept(change), ignored); });
  changes_.erase(durable, changes_.end());
}

IOStatus UnsyncedNames::NewWritableFile(const Text& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* made, Debug* debug) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    if (IOStatus done = note("", path); !done.ok()) return done;
  }
  return target()->NewWritableFile(path, options, made, debug);
}

IOStatus UnsyncedNames::NewDirectory(const Text& path, const Io& options, std::unique_ptr<rocksdb::FSDirectory>* made,
                                     Debug* debug) {
  IOStatus done = target()->NewDirectory(path, options, made, debug);
  if (done.ok()) *made = std::make_unique<NotingDirectory>(*this, path, std::move(*made));
  return done;
}

IOStatus UnsyncedNames::DeleteFile(const Text& path, const Io& options, Debug* debug) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    if (IOStatus done = note(path, ""); !done.ok()) return done;
  }
  return target()->DeleteFile(path, options, debug);
}

IOStatus UnsyncedNames::RenameFile(const Text& from, const Text& to, const Io& options, Debug* debug) {
  if (IOStatus done = note(from, to); !done.ok()) return done;
  return target()->RenameFile(from, to, options, debug);
}

}  // namespace buzzer::store
