// Randomness as a parameter: from the system in a node, from a seed in the simulation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace buzzer::base {

class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  [[nodiscard]] std::uint64_t next();
  // Even over [0, 1).
  [[nodiscard]] double fraction();
};

// The system's generator, fit for keys (libsodium). Any thread.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<std::uint8_t> bytes) override;
};

// The same numbers for the same seed. One thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace buzzer::base
