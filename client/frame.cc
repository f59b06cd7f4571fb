#include "client/frame.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace buzzer::client {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kOpcode = 0x0f;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kShortLength = 0x7f;
constexpr std::uint8_t kTwoMoreBytes = 126;
constexpr std::uint8_t kEightMoreBytes = 127;
constexpr std::uint64_t kMostInTwoBytes = 0xffff;
constexpr std::size_t kCodeBytes = 2;

std::size_t length_bytes(std::uint8_t second_byte) {
  const int length = second_byte & kShortLength;
  if (length == kEightMoreBytes) return 8;
  return length == kTwoMoreBytes ? 2 : 0;
}

}  // namespace

EncodedHeader encode_header(const FrameHeader& header) {
  BUZZER_CHECK(header.payload_size >> 63 == 0);
  EncodedHeader encoded;
  const auto put = [&encoded](std::uint8_t byte) { encoded.bytes[encoded.size++] = byte; };
  put(static_cast<std::uint8_t>((header.final ? kFinal : 0) | static_cast<std::uint8_t>(header.opcode)));
  std::uint8_t second = kEightMoreBytes;
  if (header.payload_size <= kMostInTwoBytes) second = kTwoMoreBytes;
  if (header.payload_size < kTwoMoreBytes) second = static_cast<std::uint8_t>(header.payload_size);
  put(static_cast<std::uint8_t>(second | (header.mask ? kMasked : 0)));
  for (std::size_t i = length_bytes(second); i-- > 0;) put(static_cast<std::uint8_t>(header.payload_size >> (8 * i)));
  if (header.mask) std::for_each(header.mask->begin(), header.mask->end(), put);
  return encoded;
}

std::size_t header_size(std::uint8_t second_byte) {
  return 2 + length_bytes(second_byte) + ((second_byte & kMasked) != 0 ? sizeof(MaskKey) : 0);
}

FrameHeader decode_header(std::span<const std::uint8_t> bytes) {
  FrameHeader header;
  header.final = (bytes[0] & kFinal) != 0;
  header.opcode = static_cast<Opcode>(bytes[0] & kOpcode);
  header.payload_size = bytes[1] & kShortLength;
  const std::size_t length_end = 2 + length_bytes(bytes[1]);
  if (length_end > 2) header.payload_size = 0;
  for (const std::uint8_t byte : bytes.subspan(2, length_end - 2)) {
    header.payload_size = header.payload_size << 8 | byte;
  }
  if ((bytes[1] & kMasked) != 0) {
    header.mask.emplace();
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(length_end), sizeof(MaskKey), header.mask->begin());
  }
  return header;
}

void append_frame(FrameHeader header, std::string_view payload, std::string& out) {
  header.payload_size = payload.size();
  const EncodedHeader encoded = encode_header(header);
  out.append(encoded.bytes.begin(), encoded.bytes.begin() + static_cast<std::ptrdiff_t>(encoded.size));
  const std::size_t at = out.size();
  out += payload;
  if (!header.mask) return;
  auto* const bytes = reinterpret_cast<std::uint8_t*>(out.data()) + at;
  apply_mask(*header.mask, 0, {bytes, payload.size()}, bytes);
}

void apply_mask(const MaskKey& key, std::uint64_t offset, std::span<const std::uint8_t> from, std::uint8_t* to) {
  std::array<std::uint8_t, 8> twice{};
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = key[(offset + i) % key.size()];
  std::uint64_t mask = 0;
  std::memcpy(&mask, twice.data(), sizeof(mask));
  std::size_t i = 0;
  for (; from.size() - i >= sizeof(mask); i += sizeof(mask)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, from.data() + i, sizeof(eight));
    eight ^= mask;
    std::memcpy(to + i, &eight, sizeof(eight));
  }
  for (; i < from.size(); ++i) to[i] = from[i] ^ twice[i % twice.size()];
}

bool may_be_sent(std::uint16_t code) {
  if (code >= 3000) return code < 5000;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  BUZZER_CHECK(may_be_sent(code));
  constexpr std::size_t kMostReason = kMostControlPayload - kCodeBytes;
  if (reason.size() > kMostReason) {
    std::size_t size = kMostReason;
    while (size > 0 && (static_cast<std::uint8_t>(reason[size]) & 0xc0) == 0x80) --size;
    reason = reason.substr(0, size);
  }
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  return payload;
}

}  // namespace buzzer::client
