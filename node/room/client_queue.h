// What one client has still to be sent: shares in batches, no copies. Pure.
//
// Counts lines: one of which the client has got a part is among them, and it gets the rest in any case.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "node/room/line_batch.h"

namespace buzzer::room {

// Lines queued for a client that does not read, beyond what the system holds for it.
inline constexpr std::size_t kMostQueuedLines = 100;

class ClientQueue {
 public:
  [[nodiscard]] bool empty() const { return lines_ == 0; }
  [[nodiscard]] std::size_t lines() const { return lines_; }

  // Adds the batch from this byte on, as far as there is room for `most` lines in the whole queue; returns how many
  // lines there was none for. A line that `from` lies within has been begun, and is taken all the same.
  [[nodiscard]] std::size_t add(SharedBatch batch, std::uint32_t from, std::size_t most);

  // The next bytes to write, in as many buffers as are given; returns how many of them it filled.
  [[nodiscard]] std::size_t gather(std::span<iovec> buffers) const;

  // So many of them were written.
  void written(std::size_t bytes);

 private:
  struct Piece {
    SharedBatch batch;
    std::uint32_t from;  // in bytes
    std::uint32_t line;  // that this byte is of
    std::uint32_t end;   // the first line that is not this piece's
  };

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // those before it are written
  std::size_t lines_ = 0;
};

}  // namespace buzzer::room
