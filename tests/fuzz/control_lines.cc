// Any line of the control port is a command or gets an error of one short line; the same twice over.
//   input = *(line LF)
#include "base/check.h"
#include "base/http_request_line.h"
#include "node/control/control_command.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

void check_line(std::string_view text) {
  const Exactly line(text);
  static_cast<void>(base::is_http_request(line.text()));
  const control::ControlCommand command = control::parse_command(line.text());
  BUZZER_CHECK(control::parse_command(line.text()).index() == command.index());
  const auto* rejected = std::get_if<control::Rejected>(&command);
  if (rejected == nullptr) return;
  BUZZER_CHECK(rejected->answer.starts_with("error "));
  BUZZER_CHECK(rejected->answer.find('\n') == std::string::npos);
  BUZZER_CHECK(rejected->answer.size() <= 256);
  BUZZER_CHECK(control::open_to_all(command));
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::for_each_line(data, size, buzzer::fuzz::check_line);
  return 0;
}
