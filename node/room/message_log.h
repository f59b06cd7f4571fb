// The chat log that `get` answers with: the newest lines, in memory only. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace buzzer::room {

struct MessageLogLimits {
  std::size_t lines = 10'000;
  std::size_t bytes = 16UL << 20;
};

class MessageLog {
 public:
  explicit MessageLog(MessageLogLimits limits = {}) : limits_(limits) {}

  // Forgets the oldest lines as needed.
  void append(std::string line);

  [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

 private:
  const MessageLogLimits limits_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace buzzer::room
