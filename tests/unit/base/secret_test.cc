#include "base/secret.h"

#include <array>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::base {
namespace {

TEST(SecretTest, BytesAreWrittenAsLowercaseHex) {
  EXPECT_EQ(to_hex(std::array<std::uint8_t, 4>{0x00, 0x0f, 0xa0, 0xff}), "000fa0ff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(SecretTest, HexIsReadBack) {
  std::array<std::uint8_t, 256> bytes{};
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  std::array<std::uint8_t, 256> read{};
  ASSERT_TRUE(from_hex(to_hex(bytes), read));
  EXPECT_EQ(read, bytes);
}

TEST(SecretTest, UppercaseDigitsAreDigits) {
  std::array<std::uint8_t, 2> read{};
  ASSERT_TRUE(from_hex("aBCd", read));
  EXPECT_THAT(read, testing::ElementsAre(0xab, 0xcd));
}

TEST(SecretTest, OtherTextIsNoHex) {
  std::array<std::uint8_t, 2> read{};
  for (const char* text :
       {"", "a", "abc", "abcde", "abcdef", "abcg", "gbcd", "0xab", "ab d", " abc", "abc\n", "a:bc"}) {
    EXPECT_FALSE(from_hex(text, read)) << text;
  }
}

TEST(SecretTest, OnlyTheSameTextIsEqual) {
  EXPECT_TRUE(secrets_equal("", ""));
  EXPECT_TRUE(secrets_equal("token", "token"));
  for (const char* other : {"", "t", "toke", "tokens", "Token", "tokem", "uoken"}) {
    EXPECT_FALSE(secrets_equal("token", other)) << other;
    EXPECT_FALSE(secrets_equal(other, "token")) << other;
  }
}

TEST(SecretTest, AZeroByteDoesNotEndASecret) {
  using namespace std::string_view_literals;
  EXPECT_FALSE(secrets_equal("a\0b"sv, "a\0c"sv));
  EXPECT_TRUE(secrets_equal("a\0b"sv, "a\0b"sv));
}

}  // namespace
}  // namespace buzzer::base
