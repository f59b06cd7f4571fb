#include "base/random.h"

#include <array>
#include <bit>

#include <sodium.h>

#include "base/check.h"

namespace buzzer::base {

std::uint64_t Random::next() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  fill(bytes);
  return std::bit_cast<std::uint64_t>(bytes);
}

double Random::fraction() {
  constexpr int kMantissaBits = 53;
  return static_cast<double>(next() >> (64 - kMantissaBits)) * 0x1.0p-53;
}

SystemRandom::SystemRandom() { BUZZER_CHECK(sodium_init() >= 0); }

void SystemRandom::fill(std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % sizeof(word) == 0) word = engine_();
    bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % sizeof(word))));
  }
}

}  // namespace buzzer::base
