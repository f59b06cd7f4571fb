#include "node/store/table_end.h"

#include <cstddef>
#include <string_view>

namespace buzzer::store {
namespace {

using rocksdb::IOStatus;

constexpr std::size_t kFooterBytes = 53;
constexpr std::size_t kTrailerBytes = 5;
constexpr std::uint64_t kMagic = 0x88E241B785F4CFF7;

template <class Number>
void append_little_endian(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i));
}

std::string sound_tail() {
  std::string tail;
  append_little_endian(tail, kTableFormat);
  append_little_endian(tail, kMagic);
  return tail;
}

// Seven bits a byte, the lowest first; the highest bit says that more follow.
std::uint64_t read_varint(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 9; ++i) {
    value |= static_cast<std::uint64_t>(bytes[i] & 0x7F) << (7 * i);
    if ((bytes[i] & 0x80) == 0) break;
  }
  return value;
}

IOStatus read_at(const rocksdb::FSRandomAccessFile& table, std::uint64_t offset, std::size_t size, std::string& bytes) {
  std::string scratch(size, '\0');
  rocksdb::Slice read;
  IOStatus done = table.Read(offset, size, rocksdb::IOOptions(), &read, scratch.data(), nullptr);
  bytes.assign(read.data(), read.size());
  return done;
}

}  // namespace

rocksdb::IOStatus check_table_end(const rocksdb::FSRandomAccessFile& table, const std::string& path,
                                  std::uint64_t size) {
  if (size < kFooterBytes) return IOStatus::Corruption(path + " is too short for a table");
  std::string footer;
  if (IOStatus done = read_at(table, size - kFooterBytes, kFooterBytes, footer); !done.ok()) return done;
  const bool sound = footer.size() == kFooterBytes && footer.front() == static_cast<char>(kTableChecksum) &&
                     footer.ends_with(sound_tail());
  const std::uint64_t metaindex = read_varint(std::string_view(footer).substr(1));
  if (!sound || metaindex <= kTrailerBytes || metaindex > size) {
    return IOStatus::Corruption("the footer of " + path + " is damaged");
  }

  std::string highest_of_restarts;
  if (IOStatus done = read_at(table, metaindex - kTrailerBytes - 1, 1, highest_of_restarts); !done.ok()) return done;
  if (highest_of_restarts != std::string(1, '\0')) {
    return IOStatus::Corruption("the properties of " + path + " are damaged");
  }
  return IOStatus::OK();
}

IOStatus TableCheckingFileSystem::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                                      std::unique_ptr<rocksdb::FSRandomAccessFile>* made,
                                                      rocksdb::IODebugContext* debug) {
  IOStatus done = target()->NewRandomAccessFile(path, options, made, debug);
  if (!done.ok() || !path.ends_with(".sst")) return done;
  std::uint64_t size = 0;
  done = target()->GetFileSize(path, options.io_options, &size, debug);
  if (done.ok()) done = check_table_end(**made, path, size);
  if (!done.ok()) made->reset();
  return done;
}

}  // namespace buzzer::store
