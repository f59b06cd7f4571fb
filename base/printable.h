// Text that people and programs are shown, whatever it quotes: bytes of a peer, of a damaged file.
#pragma once

#include <string>
#include <string_view>

namespace buzzer::base {

// One line of UTF-8: control characters and line separators become \u001b and the like, each byte that is no UTF-8
// becomes U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace buzzer::base
