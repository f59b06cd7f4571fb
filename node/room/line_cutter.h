// Cuts what one room client sends into lines, which keep every byte but their '\n'. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "node/room/line_batch.h"

namespace buzzer::room {

// Of a line without its '\n'.
inline constexpr std::size_t kMostLineBytes = 64UL << 10;

enum class Cut {
  kNeedsMore,  // no whole line is left
  kFull,       // the batch is, and there may be more lines
  kTooLong,    // a line was: it is lost, and what follows it is not. Told once for each, as soon as it is known
  kUnwelcome,  // the first line is an HTTP request, or too long and may be one: the connection must end
};

// Holds at most one line, and what was appended last: whoever appends waits for kNeedsMore.
class LineCutter {
 public:
  void append(std::span<const char> bytes);

  // Moves lines to `batch`.
  [[nodiscard]] Cut cut_into(BatchBuilder& batch);

 private:
  [[nodiscard]] Cut judge_too_long(std::string_view line);
  void forget_taken();

  std::string buffer_;
  std::size_t start_ = 0;    // of the next line in buffer_
  std::size_t scanned_ = 0;  // no '\n' between start_ and here
  bool first_ = true;        // no line has been taken or refused yet
  bool skipping_ = false;    // the rest of a line that was too long
};

}  // namespace buzzer::room
