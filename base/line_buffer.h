// Cuts a stream of bytes into lines that end with '\n'.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace buzzer::base {

// What ends a line and is not part of it.
enum class LineEnding { kNewlineOrCrLf, kNewlineAlone };

struct Line {
  std::string text;       // without its ending
  bool too_long = false;  // it exceeded the limit; the text is lost
};

// Holds what was appended and not taken yet; whoever appends bounds that by not reading on while lines wait.
class LineBuffer {
 public:
  // `limit`: the most bytes of a line before its end.
  explicit LineBuffer(std::size_t limit, LineEnding ending = LineEnding::kNewlineOrCrLf)
      : limit_(limit), ending_(ending) {}

  void append(std::span<const std::uint8_t> bytes);

  // The next whole line, or none. A line that is too long is told once, as soon as it is known to be.
  [[nodiscard]] std::optional<Line> next();

  [[nodiscard]] std::size_t size() const { return buffer_.size() - start_; }

 private:
  const std::size_t limit_;
  const LineEnding ending_;
  std::string buffer_;
  std::size_t start_ = 0;    // of the next line in buffer_
  std::size_t scanned_ = 0;  // no '\n' between start_ and here
  bool skipping_ = false;    // the rest of a line that was too long
};

}  // namespace buzzer::base
