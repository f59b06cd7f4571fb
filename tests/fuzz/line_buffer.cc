// base::LineBuffer finds the lines that a naive splitter finds in the whole, in whatever pieces the bytes come.
//   input = limit ending *piece
#include "base/line_buffer.h"

#include <vector>

#include "base/check.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

struct Told {
  std::string text;
  bool too_long = false;

  friend bool operator==(const Told&, const Told&) = default;
};

std::vector<Told> split(std::string_view whole, std::size_t limit, base::LineEnding ending) {
  std::vector<Told> lines;
  while (true) {
    const std::size_t end = whole.find('\n');
    std::string_view line = whole.substr(0, end);
    const bool ended = end != std::string_view::npos;
    // What has not ended is told only once not even a '\r' at its end can save it.
    if (!ended && line.size() <= limit + 1) return lines;
    if (ending == base::LineEnding::kNewlineOrCrLf && ended && line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line.size() > limit ? Told{{}, true} : Told{std::string(line), false});
    if (!ended) return lines;
    whole.remove_prefix(end + 1);
  }
}

void run(Input& input) {
  const std::size_t limit = input.below(40);
  const auto ending = input.below(2) == 0 ? base::LineEnding::kNewlineOrCrLf : base::LineEnding::kNewlineAlone;
  base::LineBuffer buffer(limit, ending);
  std::string whole;
  std::vector<Told> told;
  while (!input.empty()) {
    const Exactly piece(input.piece());
    whole += piece.text();
    buffer.append(piece.bytes());
    while (auto line = buffer.next()) told.push_back(Told{std::move(line->text), line->too_long});
    BUZZER_CHECK(buffer.size() <= limit + 1);
  }
  BUZZER_CHECK(told == split(whole, limit, ending));
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::run(input);
  return 0;
}
