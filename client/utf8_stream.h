// Whether a text that comes in pieces is UTF-8 (RFC 3629), told at the first byte that cannot be.
//
//   text  = *( ASCII | lead 1*3 tail )
//   lead  = C2..DF (1 tail) | E0..EF (2) | F0..F4 (3)
//   tail  = 80..BF, but the first one is A0..BF after E0 and 90..BF after F0 (nothing longer than it need be),
//           80..9F after ED (no surrogates), 80..8F after F4 (nothing past U+10FFFF)
//
// Example: E2 | 82 AC is the euro sign, wherever it is cut; ED A0 fails at A0.
#pragma once

#include <cstdint>
#include <span>

namespace buzzer::client {

class Utf8Stream {
 public:
  // Goes on with the text. False once it cannot be UTF-8 whatever follows, and from then on.
  [[nodiscard]] bool feed(std::span<const std::uint8_t> bytes);

  // Whether the text may end here: no character is begun, and nothing was wrong.
  [[nodiscard]] bool is_complete() const { return needed_ == 0; }

 private:
  // Begins a character; false if none begins so.
  bool begin(std::uint8_t lead);

  std::uint8_t needed_ = 0;  // more bytes of the character begun
  std::uint8_t least_ = 0;   // what the next of them may be
  std::uint8_t most_ = 0;
};

// Whether the whole of it is valid.
[[nodiscard]] bool is_utf8(std::span<const std::uint8_t> text);

}  // namespace buzzer::client
