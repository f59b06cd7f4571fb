// What kinds of characters there are (Unicode 15, by utf8proc), and which one stands where. For this folder alone.
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace buzzer::kernel {

inline constexpr std::array<bool, 256> kWord = [] {
  std::array<bool, 256> word{};
  for (const std::string_view chars : {"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789_"}) {
    for (const char c : chars) word[static_cast<unsigned char>(c)] = true;
  }
  return word;
}();

// Of A-Z a-z 0-9 _.
inline bool is_word(char c) { return kWord[static_cast<unsigned char>(c)]; }

[[nodiscard]] bool is_letter(char32_t c);
[[nodiscard]] bool is_mark(char32_t c);
[[nodiscard]] bool is_digit(char32_t c);
// A character that a topic may begin with.
[[nodiscard]] bool is_tag(char32_t c);
[[nodiscard]] bool is_space(char32_t c);
// A newline is none.
[[nodiscard]] bool is_control(char32_t c);

// Whether it is a byte of a character that began before it.
inline bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

struct Character {
  char32_t point;
  std::size_t bytes;
};

// Of a text that is valid UTF-8, at a place where a character begins.
[[nodiscard]] Character character(std::string_view text, std::size_t at);

}  // namespace buzzer::kernel
