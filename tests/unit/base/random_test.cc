#include "base/random.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::base {
namespace {

std::vector<std::uint8_t> drawn_from(Random& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  random.fill(bytes);
  return bytes;
}

TEST(SeededRandomTest, SameSeedGivesTheSameNumbers) {
  SeededRandom one(42);
  SeededRandom other(42);
  EXPECT_EQ(drawn_from(one, 100), drawn_from(other, 100));
  EXPECT_EQ(one.next(), other.next());
  EXPECT_EQ(one.fraction(), other.fraction());
}

TEST(SeededRandomTest, AnotherSeedGivesOtherNumbers) {
  SeededRandom one(42);
  SeededRandom other(43);
  EXPECT_NE(drawn_from(one, 100), drawn_from(other, 100));
}

TEST(SeededRandomTest, NumbersDoNotRepeat) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random.next()).second);
}

TEST(SeededRandomTest, FillsEveryByteOfAnySize) {
  SeededRandom random(1);
  for (const std::size_t size : {1U, 7U, 8U, 9U, 33U}) {
    std::vector<std::uint8_t> seen(size, 0);
    for (int i = 0; i < 64; ++i) {
      const auto bytes = drawn_from(random, size);
      std::transform(bytes.begin(), bytes.end(), seen.begin(), seen.begin(),
                     [](std::uint8_t left, std::uint8_t right) { return static_cast<std::uint8_t>(left | right); });
    }
    EXPECT_THAT(seen, testing::Each(0xff)) << size;
  }
}

TEST(RandomTest, FractionsAreEvenOverZeroToOne) {
  SeededRandom random(7);
  constexpr int kDraws = 100'000;
  std::array<int, 10> tenths{};
  for (int i = 0; i < kDraws; ++i) {
    const double fraction = random.fraction();
    ASSERT_GE(fraction, 0.0);
    ASSERT_LT(fraction, 1.0);
    ++tenths.at(static_cast<std::size_t>(fraction * 10));
  }
  EXPECT_THAT(tenths,
              testing::Each(testing::AllOf(testing::Gt(kDraws / 10 * 9 / 10), testing::Lt(kDraws / 10 * 11 / 10))));
}

// All bits set or none, to reach the ends of what can be drawn.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), byte_); }

 private:
  const std::uint8_t byte_;
};

TEST(RandomTest, FractionReachesZeroButNeverOne) {
  EXPECT_EQ(ConstantRandom(0x00).fraction(), 0.0);
  EXPECT_LT(ConstantRandom(0xff).fraction(), 1.0);
}

TEST(SystemRandomTest, DrawsDiffer) {
  SystemRandom one;
  SystemRandom other;
  const auto drawn = drawn_from(one, 32);
  EXPECT_NE(drawn, drawn_from(one, 32));
  EXPECT_NE(drawn, drawn_from(other, 32));
}

}  // namespace
}  // namespace buzzer::base
