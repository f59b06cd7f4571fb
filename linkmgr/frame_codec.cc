#include "linkmgr/frame_codec.h"

#include "base/check.h"

namespace buzzer::linkmgr {
namespace {

std::size_t read_length(std::string_view header) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < kFrameHeaderBytes; ++i) length = length << 8 | static_cast<std::uint8_t>(header[i]);
  return length;
}

}  // namespace

void append_frame(std::string_view payload, std::string& out) {
  BUZZER_CHECK(!payload.empty() && payload.size() <= kMostPayload);
  for (std::size_t i = kFrameHeaderBytes; i-- > 0;) out += static_cast<char>(payload.size() >> (8 * i));
  out += payload;
}

base::Result<void> FrameReader::read(std::span<const std::uint8_t> bytes, const PayloadCallback& on_payload) {
  std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!input.empty()) {
    // Without a frame already begun, whole frames are handed on where they lie.
    const bool fresh = pending_.empty();
    std::string_view have = input;
    if (!fresh) {
      // Take just what the present frame still needs, so that the buffer never holds more than one.
      std::size_t needed = kFrameHeaderBytes;
      if (pending_.size() >= kFrameHeaderBytes) needed += read_length(pending_);
      const std::size_t taken = std::min(needed - pending_.size(), input.size());
      pending_.append(input.substr(0, taken));
      input.remove_prefix(taken);
      have = pending_;
    }
    std::size_t length = 0;
    if (have.size() >= kFrameHeaderBytes) {
      length = read_length(have);
      if (length == 0 || length > most_payload_) {
        return base::fail("a frame of " + std::to_string(length) + " bytes: the limit is 1 to " +
                          std::to_string(most_payload_));
      }
    }
    if (have.size() < kFrameHeaderBytes || have.size() < kFrameHeaderBytes + length) {
      if (fresh) {
        pending_.assign(input);
        input = {};
      }
      continue;
    }
    const std::string_view payload = have.substr(kFrameHeaderBytes, length);
    if (fresh) input.remove_prefix(kFrameHeaderBytes + length);
    const bool go_on = on_payload(payload);
    if (!fresh) pending_.clear();
    if (!go_on) return {};
  }
  return {};
}

}  // namespace buzzer::linkmgr
