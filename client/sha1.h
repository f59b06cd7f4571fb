// SHA-1 (RFC 3174), for the one place where RFC 6455 asks for it: Sec-WebSocket-Accept. It no longer withstands an
// attacker, so nothing else may rest on it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace buzzer::client {

using Sha1Digest = std::array<std::uint8_t, 20>;

[[nodiscard]] Sha1Digest sha1(std::string_view message);

}  // namespace buzzer::client
