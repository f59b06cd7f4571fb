// Text looked at eight bytes at a time, as one number. For this folder alone. Pure.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace buzzer::kernel {

using Eight = std::uint64_t;

constexpr Eight all_of(unsigned char byte) { return 0x0101'0101'0101'0101U * byte; }

inline Eight load(const char* at) {
  Eight eight = 0;
  std::memcpy(&eight, at, sizeof eight);
  return eight;
}

constexpr bool is_ascii(Eight eight) { return (eight & all_of(0x80)) == 0; }

// Whether none of eight ASCII characters is a control character, a newline neither.
constexpr bool is_printable(Eight ascii) {
  const Eight below_space = (ascii | all_of(0x80)) - all_of(' ');  // no byte borrows: its top bit goes instead
  const Eight above_tilde = ascii + all_of(1);                     // 0x7f alone gets a top bit
  return ((~below_space | above_tilde) & all_of(0x80)) == 0;
}

inline bool is_ascii(std::string_view text) {
  while (text.size() >= sizeof(Eight)) {
    if (!is_ascii(load(text.data()))) return false;
    text.remove_prefix(sizeof(Eight));
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The top bit of each byte that is 0. Past the first of them others may be marked by mistake.
constexpr Eight zero_bytes(Eight eight) { return (eight - all_of(1)) & ~eight & all_of(0x80); }

// Of the first byte whose top bit is set; there is one.
constexpr std::size_t first_marked(Eight marks) {
  static_assert(std::endian::native == std::endian::little);
  return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

// A-Z become a-z; every other byte stays.
constexpr Eight to_lower(Eight eight) {
  const Eight seven_bits = eight & all_of(0x7f);
  const Eight from_a = seven_bits + all_of(0x80 - 'A');  // the top bit says: at least 'A'
  const Eight past_z = seven_bits + all_of(0x7f - 'Z');
  const Eight upper = from_a & ~past_z & ~eight & all_of(0x80);
  return eight | upper >> 2;  // 0x20 in each
}

// Writes as many bytes as there are; from `text` alone, never from what it has just written.
inline void to_lower(std::string_view text, char* out) {
  if (text.empty()) return;
  if (text.size() < sizeof(Eight)) {
    Eight eight = 0;
    std::memcpy(&eight, text.data(), text.size());
    eight = to_lower(eight);
    std::memcpy(out, &eight, text.size());
    return;
  }
  const auto lower_at = [&](std::size_t at) {
    const Eight eight = to_lower(load(text.data() + at));
    std::memcpy(out + at, &eight, sizeof eight);
  };
  const std::size_t last = text.size() - sizeof(Eight);
  for (std::size_t at = 0; at < last; at += sizeof(Eight)) lower_at(at);
  lower_at(last);
}

}  // namespace buzzer::kernel
