// The names of a RocksDB's files on a disk that forgets: a test option, over any file system of RocksDB's.
//
// A file that was made, renamed or deleted is so at once, for every reader; but until its folder has been synced a
// power cut may undo that. Here a kill of the process does: what is still to be undone stands in a folder beside, which
// outlives the kill, with a second link to each file that would otherwise be gone. The next start undoes some of the
// newest changes, in the reverse order, so that what is left is what some earlier moment had (journalling file systems
// keep to that). A sync of a folder makes the changes in it durable, and in no other; a sync of a file makes its bytes
// durable, not its name.
//
// Not played: names of folders, of locks, and the length of a file that is opened anew for writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

#include "base/random.h"

namespace buzzer::store {

// Any thread. Must outlive its folders; RocksDB sees to that.
class UnsyncedNames final : public rocksdb::FileSystemWrapper {
 public:
  // Undoes some of what an earlier process has left in `notes`, a folder of this class's own that is made if it is
  // missing, on the same file system as the files. Throws std::filesystem::filesystem_error.
  UnsyncedNames(const std::shared_ptr<rocksdb::FileSystem>& target, std::filesystem::path notes, base::Random& random);

  // All that was done in that folder so far is durable.
  void folder_synced(const std::string& folder);

  [[nodiscard]] const char* Name() const override { return "buzzer.UnsyncedNames"; }
  using Text = std::string;
  using Io = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;
  using Status = rocksdb::IOStatus;
  Status NewWritableFile(const Text& path, const rocksdb::FileOptions& options,
                         std::unique_ptr<rocksdb::FSWritableFile>* made, Debug* debug) override;
  Status NewDirectory(const Text& path, const Io& options, std::unique_ptr<rocksdb::FSDirectory>* made,
                      Debug* debug) override;
  Status DeleteFile(const Text& path, const Io& options, Debug* debug) override;
  Status RenameFile(const Text& from, const Text& to, const Io& options, Debug* debug) override;

 private:
  // One change. `from` is empty for a file that was made, `to` for one that was deleted.
  struct Change {
    std::uint64_t number = 0;
    std::filesystem::path from;
    std::filesystem::path to;
  };

  [[nodiscard]] std::filesystem::path list() const { return notes_ / "changes"; }
  // What the change has taken a name from: the deleted file, or the one that was in the new name's place.
  [[nodiscard]] std::filesystem::path kept(const Change& change) const;
  [[nodiscard]] std::vector<Change> read() const;
  // Of so many changes the oldest that are not undone. Once drawn it is kept until all is undone, whoever is killed
  // meanwhile.
  [[nodiscard]] std::size_t how_many_stay(std::size_t changes, base::Random& random) const;
  // Does nothing for what has not been done, or has been undone before.
  void undo(const Change& change) const;
  // Before it is done.
  Status note(const Text& from, const Text& to);

  const std::filesystem::path notes_;
  std::mutex mutex_;
  std::vector<Change> changes_;  // oldest first, as in the list
  std::uint64_t next_ = 1;
};

}  // namespace buzzer::store
