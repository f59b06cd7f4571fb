// The head of an HTTP/1.1 request or answer (RFC 9112), as far as an upgrade to WebSocket needs it.
//
//   head   = start CRLF *( name ":" [space] value [space] CRLF ) CRLF
//   name   = 1*tchar: letters, digits and !#$%&'*+-.^_`|~
//   value  = any bytes but control characters other than the tab
//
// Lines that go on in the next one, bare line feeds and spaces before the colon are refused, as the RFC advises.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace buzzer::client {

inline constexpr std::size_t kMostHeadBytes = 8UL << 10;
inline constexpr std::size_t kMostHeaders = 100;

struct Header {
  std::string_view name;
  std::string_view value;  // without the spaces around it
};

// Headers of whoever has them, for asking. Names are compared without regard to case.
class HeaderList {
 public:
  // The headers must outlive it.
  explicit HeaderList(std::span<const Header> headers) : headers_(headers) {}

  [[nodiscard]] std::size_t count(std::string_view name) const;

  // The value of the header of this name, if there is exactly one.
  [[nodiscard]] std::optional<std::string_view> only(std::string_view name) const;

  // All elements, separated by commas, of all headers of this name, in order; empty ones left out.
  [[nodiscard]] std::vector<std::string_view> elements(std::string_view name) const;

  // Whether this is one of the elements, in any case.
  [[nodiscard]] bool has_element(std::string_view name, std::string_view element) const;

 private:
  const std::span<const Header> headers_;
};

// Compares letters of ASCII without regard to case.
[[nodiscard]] bool equal_in_any_case(std::string_view one, std::string_view other);

// Whether it can be the name of a header, of a method, or of a subprotocol.
[[nodiscard]] bool is_token(std::string_view text);

// Whether it can be the value of a header.
[[nodiscard]] bool is_header_value(std::string_view text);

// Views into the text that was parsed.
struct Head {
  std::string_view start;
  std::vector<Header> headers;
};

// `text`: a whole head with the empty line at its end. Errors name the line.
[[nodiscard]] base::Result<Head> parse_head(std::string_view text);

// Gathers a head that comes in pieces. Holds at most twice its limit.
class HeadReader {
 public:
  explicit HeadReader(std::size_t limit = kMostHeadBytes) : limit_(limit) {}

  // Takes bytes from the front of `input` up to the end of the head. True once that is there, and text() whole; false
  // while it is not; an error when it is longer than the limit.
  [[nodiscard]] base::Result<bool> read(std::span<const std::uint8_t>& input);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::size_t limit_;
  std::string text_;
};

}  // namespace buzzer::client
