// What a client's JSON says is a request or an error; a request that was taken, written again, is the same request.
#include "base/check.h"
#include "proto/v1/requests.h"
#include "tests/fuzz/fuzz_input.h"

namespace v1 = buzzer::proto::v1;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const buzzer::fuzz::Exactly json({reinterpret_cast<const char*>(data), size});
  const auto request = v1::parse_request(json.text());
  if (!request) {
    BUZZER_CHECK(!request.error().detail.empty());
    return 0;
  }
  std::string written;
  v1::append(written, *request);
  const auto again = v1::parse_request(written);
  BUZZER_CHECK(again.has_value());
  std::string rewritten;
  v1::append(rewritten, *again);
  BUZZER_CHECK(rewritten == written);
  return 0;
}
