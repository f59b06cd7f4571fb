// The end of each of RocksDB's tables, some of whose bytes RocksDB takes as they are, without or before a checksum:
//
//   end             = properties trailer metaindex trailer footer
//   properties      = bytes restarts                                   restarts: 4 bytes, little-endian; below 2^24
//   trailer         = 5 bytes: compression, checksum
//   footer          = checksum-type handles padding format-version magic              53 bytes
//   checksum-type   = one byte: 4 (XXH3)
//   handles padding = 40 bytes: where blocks are, first the metaindex (offset and size as varints)
//   format-version  = 4 bytes, little-endian: 5
//   magic           = 8 bytes, little-endian: 0x88E241B785F4CFF7
//
// One flipped bit in them switches all checksums of the table off, or has blocks read in another way than they were
// written; RocksDB may then break one of its assertions, and the process ends. All our tables are written alike, so
// that is checked before RocksDB sees one. Internal to the folder: includes RocksDB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>
#include <rocksdb/table.h>

namespace buzzer::store {

// How our tables are written.
inline constexpr rocksdb::ChecksumType kTableChecksum = rocksdb::kXXH3;
inline constexpr std::uint32_t kTableFormat = 5;

// Corruption if those bytes are not as in a table of ours.
[[nodiscard]] rocksdb::IOStatus check_table_end(const rocksdb::FSRandomAccessFile& table, const std::string& path,
                                                std::uint64_t size);

// Opens no table whose end is damaged. Any thread.
class TableCheckingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit TableCheckingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}

  [[nodiscard]] const char* Name() const override { return "buzzer.TableCheckingFileSystem"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                                        rocksdb::IODebugContext* debug) override;
};

}  // namespace buzzer::store
