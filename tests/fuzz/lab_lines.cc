// A line of the lab's wire that is taken is exactly the line that we would write.
//   input = *(line LF)
#include "base/check.h"
#include "linkmgr/lab/lab_line.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

namespace lab = linkmgr::lab;

void check_line(std::string_view text) {
  const Exactly line(text);
  const auto parsed = lab::parse_lab_line(line.text());
  if (!parsed) {
    BUZZER_CHECK(!parsed.error().empty());
    return;
  }
  const std::string again = parsed->kind == lab::LabLine::Kind::kPing
                                ? lab::ping_line(parsed->sender)
                                : lab::message_line(parsed->sender, parsed->contents);
  BUZZER_CHECK(again == std::string(text) + "\n");
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::for_each_line(data, size, buzzer::fuzz::check_line);
  return 0;
}
