#include "node/kernel/characters.h"

#include <utf8proc.h>

#include "base/check.h"

namespace buzzer::kernel {

bool is_letter(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return true;
    default:
      return false;
  }
}

bool is_mark(char32_t c) {
  if (c < 0x80) return false;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_digit(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_ND; }

bool is_tag(char32_t c) { return c < 0x80 ? kWord[c] : is_letter(c) || is_digit(c); }

bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || c == '\n';
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool is_control(char32_t c) { return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0); }

Character character(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                  static_cast<utf8proc_ssize_t>(text.size() - at), &point);
  BUZZER_CHECK(bytes > 0);
  return {static_cast<char32_t>(point), static_cast<std::size_t>(bytes)};
}

}  // namespace buzzer::kernel
