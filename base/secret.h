// Tokens and keys as text, without leaking them through timing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace buzzer::base {

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

// Fills `out` from exactly twice as many hexadecimal digits; false, with `out` in no particular state, for other text.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> out);

// In constant time for texts of equal length.
[[nodiscard]] bool secrets_equal(std::string_view left, std::string_view right);

}  // namespace buzzer::base
