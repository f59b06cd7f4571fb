// Text as the bytes that transports and codecs take, and back.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace buzzer::tests {

[[nodiscard]] inline std::span<const std::uint8_t> to_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

[[nodiscard]] inline std::string_view to_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace buzzer::tests
