#include "node/store_tools/progress_line.h"

#include <unistd.h>

#include <algorithm>

namespace buzzer::store_tools {
namespace {

using std::chrono::steady_clock;

constexpr auto kOnTerminalEvery = std::chrono::milliseconds(100);
constexpr auto kElsewhereEvery = std::chrono::seconds(5);

}  // namespace

ProgressLine::ProgressLine(std::ostream& err, bool is_terminal)
    : err_(err), is_terminal_(is_terminal), told_(steady_clock::now()) {}

ProgressLine::~ProgressLine() {
  if (width_ > 0) err_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
}

void ProgressLine::tell(std::string_view what, std::uint64_t done, std::uint64_t all) {
  const auto now = steady_clock::now();
  if (now - told_ < (is_terminal_ ? steady_clock::duration(kOnTerminalEvery) : kElsewhereEvery)) return;
  told_ = now;
  std::string line(what);
  line += ": " + std::to_string(done);
  if (all > 0) line += " of " + std::to_string(all);
  if (!is_terminal_) {
    err_ << line << '\n' << std::flush;
    return;
  }
  const std::size_t width = line.size();
  line.resize(std::max(line.size(), width_), ' ');
  err_ << '\r' << line << std::flush;
  width_ = width;
}

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace buzzer::store_tools
