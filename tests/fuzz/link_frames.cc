// The link's frame reader cuts a stream as a naive one cuts the whole, in whatever pieces the bytes come; and what is a
// LinkFrame is one again after it was written.
//   input = limit *piece
#include <vector>

#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "linkmgr/frame_codec.h"
#include "proto/link.pb.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

// As the node does: Protobuf is not to write about each text that is no UTF-8.
[[maybe_unused]] const bool kQuiet = (google::protobuf::SetLogHandler(nullptr), true);

struct Cut {
  std::vector<std::string> payloads;
  bool failed = false;

  friend bool operator==(const Cut&, const Cut&) = default;
};

Cut cut(std::string_view whole, std::size_t most_payload) {
  Cut found;
  while (whole.size() >= linkmgr::kFrameHeaderBytes) {
    std::size_t length = 0;
    for (const char byte : whole.substr(0, linkmgr::kFrameHeaderBytes))
      length = length * 256 + static_cast<std::uint8_t>(byte);
    if (length == 0 || length > most_payload) {
      found.failed = true;
      break;
    }
    if (whole.size() - linkmgr::kFrameHeaderBytes < length) break;
    found.payloads.emplace_back(whole.substr(linkmgr::kFrameHeaderBytes, length));
    whole.remove_prefix(linkmgr::kFrameHeaderBytes + length);
  }
  return found;
}

void check_frame(std::string_view payload) {
  proto::LinkFrame frame;
  if (!frame.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return;
  const std::string written = frame.SerializeAsString();
  proto::LinkFrame again;
  BUZZER_CHECK(again.ParseFromString(written));
  BUZZER_CHECK(again.body_case() == frame.body_case());
  BUZZER_CHECK(again.SerializeAsString() == written);
}

void run(Input& input) {
  // Some are small, so that inputs reach them.
  constexpr std::size_t kLimits[] = {1, 20, 300, linkmgr::kMostUnprovenPayload, linkmgr::kMostPayload};
  const std::size_t limit = kLimits[input.below(std::size(kLimits))];
  linkmgr::FrameReader reader(limit);
  std::string whole;
  Cut found;
  while (!input.empty() && !found.failed) {
    const Exactly piece(input.piece());
    whole += piece.text();
    const auto read = reader.read(piece.bytes(), [&](std::string_view payload) {
      found.payloads.emplace_back(payload);
      return true;
    });
    found.failed = !read.has_value();
  }
  BUZZER_CHECK(found == cut(whole, limit));
  for (const std::string& payload : found.payloads) check_frame(payload);
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::run(input);
  return 0;
}
