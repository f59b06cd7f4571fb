#include "node/room/client_queue.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace buzzer::room {

std::size_t ClientQueue::add(SharedBatch batch, std::uint32_t from, std::size_t most) {
  const std::uint32_t line = batch->line_at(from);
  const std::size_t offered = batch->lines() - line;
  const std::size_t begun = offered > 0 && batch->start_of(line) < from ? 1 : 0;
  const std::size_t room = most > lines_ ? most - lines_ : 0;
  const std::size_t taken = std::min(offered, std::max(room, begun));
  if (taken > 0) {
    const auto end = static_cast<std::uint32_t>(line + taken);
    pieces_.push_back({std::move(batch), from, line, end});
    lines_ += taken;
  }
  return offered - taken;
}

std::size_t ClientQueue::gather(std::span<iovec> buffers) const {
  std::size_t filled = 0;
  for (std::size_t i = first_; i < pieces_.size() && filled < buffers.size(); ++i, ++filled) {
    const Piece& piece = pieces_[i];
    const std::string_view bytes =
        piece.batch->bytes().substr(piece.from, piece.batch->end_of(piece.end - 1) - piece.from);
    // The system's type has no const; it only reads.
    buffers[filled] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  return filled;
}

void ClientQueue::written(std::size_t bytes) {
  while (bytes > 0) {
    BUZZER_CHECK(first_ < pieces_.size());
    Piece& piece = pieces_[first_];
    const std::uint32_t end = piece.batch->end_of(piece.end - 1);
    const auto step = static_cast<std::uint32_t>(std::min<std::size_t>(bytes, end - piece.from));
    piece.from += step;
    bytes -= step;
    const std::uint32_t line = piece.from == end ? piece.end : piece.batch->line_at(piece.from);
    lines_ -= line - piece.line;
    piece.line = line;
    if (line < piece.end) return;
    piece.batch.reset();
    ++first_;
  }
  if (first_ == pieces_.size()) {
    std::vector<Piece>().swap(pieces_);  // nobody pays for having been behind once
    first_ = 0;
  } else if (first_ > pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace buzzer::room
