// The bytes of one file that were written and not synced: what a crash can take away. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "node/store/disk_faults.h"

namespace buzzer::store {

// Bytes for one place of a file.
struct Piece {
  std::uint64_t offset = 0;
  std::string bytes;
};

// Not thread-safe; its owner locks.
class UnsyncedBytes {
 public:
  // `durable`: the file's size on disk.
  explicit UnsyncedBytes(std::uint64_t durable) : durable_(durable) {}

  void append(std::string_view bytes) { pieces_.push_back({size(), std::string(bytes)}); }
  void overwrite(std::uint64_t offset, std::string_view bytes) { pieces_.push_back({offset, std::string(bytes)}); }

  // The file's size with them.
  [[nodiscard]] std::uint64_t size() const;

  // In the order in which they were written.
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

  // They are on disk.
  void synced();

  // What of them reaches the disk in a crash, in the order in which they were written. Pieces of at most 8 bytes do so
  // whole or not at all: a disk writes its sectors whole.
  [[nodiscard]] std::vector<Piece> survivors(Survival survival, base::Random& random) const;

 private:
  std::uint64_t durable_;
  std::vector<Piece> pieces_;
};

}  // namespace buzzer::store
