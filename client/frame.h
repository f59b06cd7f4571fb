// The frames of a WebSocket connection (RFC 6455, section 5) as bytes.
//
//   frame   = start length [key] payload
//   start   = 1 byte: 80 final, 70 reserved (an extension's; here always 0), 0F opcode
//   length  = 1 byte: 80 masked, 7F the size of the payload if at most 125; else 126 and 2 bytes, from 65536 on 127 and
//             8 bytes, big-endian, the first bit 0; always the shortest of the three
//   key     = 4 bytes, if masked: byte i of the payload is sent xor key[i % 4]
//
// Every frame of a client is masked, none of a server. A message is one frame that is final, or several: the first
// says text or binary, the others are continuations, the last is final. Control frames (close, ping, pong) are final,
// hold at most 125 bytes and may stand between the frames of a message.
//
// Example: the text "Hello" is 81 05 48 65 6c 6c 6f; masked with 37 fa 21 3d it is 81 85 37 fa 21 3d 7f 9f 4d 51 58.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace buzzer::client {

// Of a received frame it may be any of 16.
enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

[[nodiscard]] constexpr bool is_control(Opcode opcode) { return opcode >= Opcode::kClose; }

inline constexpr std::size_t kMostControlPayload = 125;
inline constexpr std::size_t kMostHeaderBytes = 14;

using MaskKey = std::array<std::uint8_t, 4>;

struct FrameHeader {
  bool final = true;
  Opcode opcode = Opcode::kText;
  std::uint64_t payload_size = 0;  // below 2^63
  std::optional<MaskKey> mask;     // of a client's frames
};

// A header alone, for a payload that stands elsewhere: shared by many connections, written beside it.
struct EncodedHeader {
  std::array<std::uint8_t, kMostHeaderBytes> bytes{};
  std::size_t size = 0;

  [[nodiscard]] std::span<const std::uint8_t> span() const { return {bytes.data(), size}; }
};

[[nodiscard]] EncodedHeader encode_header(const FrameHeader& header);

// How long a header is of which this is the second byte: 2 to 14.
[[nodiscard]] std::size_t header_size(std::uint8_t second_byte);

// Of so many bytes as header_size says. Judges nothing: reserved bits are ignored, lengths taken as they are.
[[nodiscard]] FrameHeader decode_header(std::span<const std::uint8_t> bytes);

// Appends header and payload, masked if the header says so; its payload_size is not looked at.
void append_frame(FrameHeader header, std::string_view payload, std::string& out);

// Masks, or takes the mask off again. `offset`: where in the frame's payload the bytes stand. `to` has room for as
// many, and is either the same place or does not overlap.
void apply_mask(const MaskKey& key, std::uint64_t offset, std::span<const std::uint8_t> from, std::uint8_t* to);

// Why a connection ends (RFC 6455, section 7.4); 3000 to 4999 are for whoever uses the connection.
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoCode = 1005;    // never sent: the close frame held none
inline constexpr std::uint16_t kAbnormal = 1006;  // never sent: the connection ended without a close frame
inline constexpr std::uint16_t kInvalidText = 1007;
inline constexpr std::uint16_t kPolicy = 1008;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternalError = 1011;
inline constexpr std::uint16_t kTryAgainLater = 1013;
}  // namespace close_code

// Whether a close frame may hold it: what RFC 6455 and its registry define, and 3000 to 4999.
[[nodiscard]] bool may_be_sent(std::uint16_t code);

// The payload of a close frame. The code may be sent; a reason past 123 bytes is cut after a whole character.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

}  // namespace buzzer::client
