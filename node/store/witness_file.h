// The witness: an 8-byte file, a sequence in big-endian order.
//
// It says w: "all writes up to sequence w were synced". After each sync, and never before, the sync thread overwrites
// it in place. The file itself is not synced each time (that would double the cost of a sync), so:
//   - after a kill it says exactly what the last sync has covered;
//   - after a power cut it may say less, by what the kernel had not written back (about half a minute), never more.
// What it says is held against the marker, an entry of the store that sync() writes into the log in front of each sync:
// its value is the sequence up to which everything stands in the log before it. The log is recovered from its beginning
// to the first damaged place, so a marker that was recovered vouches for all before it. RocksDB's own last
// sequence says less: what it stands for after damage to manifest or logs is RocksDB's affair.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <rocksdb/file_system.h>

namespace buzzer::store {

// One thread at a time.
class WitnessFile {
 public:
  // The sequence it names; none if there is no such file. A file of another size is Corruption.
  [[nodiscard]] static rocksdb::IOStatus read(rocksdb::FileSystem& files, const std::string& path,
                                              std::optional<std::uint64_t>& sequence);

  // Makes or replaces the file, durably, so that it is there whole or not at all.
  [[nodiscard]] static rocksdb::IOStatus replace(rocksdb::FileSystem& files, const std::string& path,
                                                 std::uint64_t sequence);

  // Of a file that is there.
  [[nodiscard]] static rocksdb::IOStatus open(rocksdb::FileSystem& files, const std::string& path,
                                              std::unique_ptr<WitnessFile>& opened);
  explicit WitnessFile(std::unique_ptr<rocksdb::FSRandomRWFile> file) : file_(std::move(file)) {}
  WitnessFile(const WitnessFile&) = delete;
  WitnessFile& operator=(const WitnessFile&) = delete;
  ~WitnessFile();  // syncs it, if that can be done

  [[nodiscard]] rocksdb::IOStatus write(std::uint64_t sequence);

 private:
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

}  // namespace buzzer::store
