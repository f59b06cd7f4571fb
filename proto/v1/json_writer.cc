#include "proto/v1/json_writer.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace buzzer::proto::v1 {

namespace {

bool needs_escape(char one) { return static_cast<unsigned char>(one) < 0x20 || one == '"' || one == '\\'; }

void append_escape(std::string& out, char one) {
  switch (one) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      constexpr std::string_view kHex = "0123456789abcdef";
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(one) >> 4];
      out += kHex[static_cast<unsigned char>(one) & 0xF];
  }
}

template <class Number>
void append_digits(std::string& out, Number number) {
  std::array<char, 32> digits{};
  const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  BUZZER_CHECK(done.ec == std::errc());
  out.append(digits.data(), done.ptr);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape(text[at])) continue;
    out.append(text, written, at - written);
    append_escape(out, text[at]);
    written = at + 1;
  }
  out.append(text, written, std::string_view::npos);
  out += '"';
}

void append_plain(std::string& out, std::string_view text) {
  out += '"';
  out += text;
  out += '"';
}

void append_integer(std::string& out, std::uint64_t number) { append_digits(out, number); }

void append_number(std::string& out, double number) { append_digits(out, number); }

void append_bool(std::string& out, bool value) { out += value ? "true" : "false"; }

void append_id(std::string& out, base::BuzzId id) {
  out += '"';
  append_digits(out, id.value());
  out += '"';
}

}  // namespace buzzer::proto::v1
