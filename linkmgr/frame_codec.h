// Where one frame ends and the next begins.
//
//   stream = *frame
//   frame  = length payload
//   length = 4 bytes, big-endian: the size of the payload, 1 .. limit
//   payload = a protobuf LinkFrame; after the proofs of an encrypted link: its ciphertext (link_cipher.h)
//
// Example: the frame `room_mark { number: 7 }` is 00 00 00 04  4a 02 08 07.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace buzzer::linkmgr {

inline constexpr std::size_t kFrameHeaderBytes = 4;
// A peer that has not proven the grid key may send no larger payload than this.
inline constexpr std::size_t kMostUnprovenPayload = 4UL << 10;
inline constexpr std::size_t kMostPayload = 1UL << 20;

// Appends header and payload to `out`.
void append_frame(std::string_view payload, std::string& out);

// Cuts a stream of bytes into payloads, whatever pieces it comes in. Holds at most one incomplete frame.
class FrameReader {
 public:
  // Returns false to stop: what follows is not looked at.
  using PayloadCallback = std::function<bool(std::string_view payload)>;

  explicit FrameReader(std::size_t most_payload) : most_payload_(most_payload) {}

  void set_limit(std::size_t most_payload) { most_payload_ = most_payload; }

  // Calls back for each payload that is now complete; it is valid during the call only. An error (a length of 0 or past
  // the limit, as it stands when the frame begins) names both; the stream is of no use afterwards.
  [[nodiscard]] base::Result<void> read(std::span<const std::uint8_t> bytes, const PayloadCallback& on_payload);

 private:
  std::size_t most_payload_;
  std::string pending_;  // the beginning of a frame that is not complete
};

}  // namespace buzzer::linkmgr
