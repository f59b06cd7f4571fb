#include "base/line_buffer.h"

#include <algorithm>

namespace buzzer::base {

void LineBuffer::append(std::span<const std::uint8_t> bytes) {
  if (start_ > 0) {
    buffer_.erase(0, start_);
    scanned_ -= start_;
    start_ = 0;
  }
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::optional<Line> LineBuffer::next() {
  while (true) {
    const std::size_t end = buffer_.find('\n', std::max(scanned_, start_));
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      if (skipping_) start_ = scanned_;
      // One byte more than the limit may be a '\r'.
      if (skipping_ || size() <= limit_ + 1) return std::nullopt;
      skipping_ = true;
      start_ = scanned_;
      return Line{{}, true};
    }
    std::string text = buffer_.substr(start_, end - start_);
    start_ = scanned_ = end + 1;
    if (skipping_) {
      skipping_ = false;
      continue;
    }
    if (ending_ == LineEnding::kNewlineOrCrLf && !text.empty() && text.back() == '\r') text.pop_back();
    if (text.size() > limit_) return Line{{}, true};
    return Line{std::move(text), false};
  }
}

}  // namespace buzzer::base
