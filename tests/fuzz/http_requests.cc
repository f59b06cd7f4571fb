// The HTTP reader finds the same requests in a stream, and refuses the same, in whatever pieces it comes.
//   input = piece-size, then the stream
#include <vector>

#include "base/check.h"
#include "node/http/request_reader.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

using http::RequestReader;

constexpr http::Limits kLimits{.most_head_bytes = 300, .most_body_bytes = 40};

std::vector<std::string> read(std::string_view stream, std::size_t piece_size) {
  std::vector<std::string> told;
  RequestReader reader(kLimits);
  while (!stream.empty()) {
    const Exactly piece(stream.substr(0, piece_size));
    stream.remove_prefix(piece.text().size());
    auto input = piece.bytes();
    while (!input.empty()) {
      const auto progress = reader.read(input);
      if (reader.take_wish_to_continue()) told.emplace_back("wants to continue");
      if (progress == RequestReader::Progress::kRefused) {
        BUZZER_CHECK(reader.refusal().status >= 400 && reader.refusal().status < 600);
        told.push_back("refused " + std::to_string(reader.refusal().status) + " " + std::string(reader.refusal().code));
        return told;
      }
      if (progress == RequestReader::Progress::kMore) break;
      BUZZER_CHECK(reader.body().size() <= kLimits.most_body_bytes);
      told.push_back(std::string(reader.method()) + " " + reader.target().path + " " + std::string(reader.host()) +
                     " " + (reader.keeps_alive() ? "stays " : "goes ") + std::string(reader.body()));
      reader.next();
    }
    BUZZER_CHECK(input.empty());
  }
  return told;
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  const std::size_t piece_size = 1U + input.byte();
  const std::string stream = input.rest();
  BUZZER_CHECK(buzzer::fuzz::read(stream, piece_size) == buzzer::fuzz::read(stream, stream.size()));
  return 0;
}
