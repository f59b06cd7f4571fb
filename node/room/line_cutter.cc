#include "node/room/line_cutter.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/http_request_line.h"

namespace buzzer::room {

void LineCutter::append(std::span<const char> bytes) { buffer_.append(bytes.data(), bytes.size()); }

Cut LineCutter::cut_into(BatchBuilder& batch) {
  while (!batch.full()) {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end == std::string::npos) {
      if (skipping_) start_ = buffer_.size();
      const std::string_view begun = std::string_view(buffer_).substr(start_);
      const bool too_long = begun.size() > kMostLineBytes;
      const Cut verdict = too_long ? judge_too_long(begun) : Cut::kNeedsMore;
      if (too_long) {
        skipping_ = true;
        start_ = buffer_.size();
      }
      forget_taken();
      return verdict;
    }
    const std::string_view line = std::string_view(buffer_).substr(start_, end - start_);
    start_ = scanned_ = end + 1;
    if (std::exchange(skipping_, false)) continue;
    if (line.size() > kMostLineBytes) return judge_too_long(line);
    if (std::exchange(first_, false) &&
        base::is_http_request(line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)))) {
      return Cut::kUnwelcome;
    }
    batch.add(line);
  }
  return Cut::kFull;
}

Cut LineCutter::judge_too_long(std::string_view line) {
  return std::exchange(first_, false) && base::may_become_http_request(line) ? Cut::kUnwelcome : Cut::kTooLong;
}

// A client that rests holds no more than it must: there may be thousands.
void LineCutter::forget_taken() {
  if (start_ == buffer_.size()) {
    std::string().swap(buffer_);
  } else if (start_ > 0) {
    buffer_.erase(0, start_);
    buffer_.shrink_to_fit();
  }
  start_ = 0;
  scanned_ = buffer_.size();
}

}  // namespace buzzer::room
