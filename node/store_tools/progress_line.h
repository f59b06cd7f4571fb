// How far a tool has come, on the standard error of who waits for it: one line that changes, on a terminal; elsewhere a
// line every few seconds, so that a short run leaves none.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace buzzer::store_tools {

class ProgressLine {
 public:
  // `err` must outlive it.
  ProgressLine(std::ostream& err, bool is_terminal);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();  // leaves no unfinished line

  // `all` 0: nobody can say how much there is. May be called as often as one likes.
  void tell(std::string_view what, std::uint64_t done, std::uint64_t all);

 private:
  std::ostream& err_;
  const bool is_terminal_;
  std::chrono::steady_clock::time_point told_;
  std::size_t width_ = 0;  // of the line that stands on the terminal
};

// Whether standard error is a terminal.
[[nodiscard]] bool stderr_is_terminal();

}  // namespace buzzer::store_tools
