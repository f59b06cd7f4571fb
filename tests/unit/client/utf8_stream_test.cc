#include "client/utf8_stream.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace buzzer::client {
namespace {

using tests::to_bytes;

constexpr std::uint32_t kMostCodePoint = 0x10ffff;

std::string encode(std::uint32_t point) {
  const auto tail = [point](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

bool is_surrogate(std::uint32_t point) { return point >= 0xd800 && point <= 0xdfff; }

// How many bytes of the text could be taken before one was wrong; all: none was.
std::size_t taken(std::string_view text) {
  Utf8Stream stream;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!stream.feed(to_bytes(text.substr(i, 1)))) return i;
  }
  return text.size();
}

TEST(Utf8StreamTest, EveryCodePointIsValidAndNoSurrogateIs) {
  for (std::uint32_t point = 0; point <= kMostCodePoint; ++point) {
    ASSERT_EQ(is_utf8(to_bytes(encode(point))), !is_surrogate(point)) << std::hex << point;
  }
}

TEST(Utf8StreamTest, OfAllSequencesOfTwoBytesJustTheEncodedOnesAreValid) {
  std::vector<bool> valid(1U << 16);
  for (std::uint32_t point = 0x80; point < 0x800; ++point) {
    const std::string text = encode(point);
    valid[static_cast<std::uint8_t>(text[0]) * 256U + static_cast<std::uint8_t>(text[1])] = true;
  }
  for (std::uint32_t pair = 0; pair < 1U << 16; ++pair) {
    const std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xff)};
    ASSERT_EQ(is_utf8(to_bytes(text)), valid[pair] || (pair & 0x8080) == 0) << std::hex << pair;
  }
}

// Of three and four bytes: with every first and second one, which are what decides.
TEST(Utf8StreamTest, OfLongerSequencesJustTheEncodedOnesAreValid) {
  const std::string tails = "\x80\xbf";
  for (std::uint32_t pair = 0x8000; pair < 1U << 16; ++pair) {
    const std::uint32_t lead = pair >> 8;
    const std::uint32_t tail = pair & 0xff;
    for (const char last : tails) {
      const std::string begin{static_cast<char>(lead), static_cast<char>(tail), last};
      const std::uint32_t low = static_cast<std::uint8_t>(last) & 0x3fU;
      const std::uint32_t three = (lead & 0x0f) << 12 | (tail & 0x3f) << 6 | low;
      const bool of_three = lead >> 4 == 0xe && tail >> 6 == 2 && three >= 0x800 && !is_surrogate(three);
      // Or a character of two bytes cannot be followed by a tail.
      ASSERT_EQ(is_utf8(to_bytes(begin)), of_three) << std::hex << pair;
      const std::uint32_t four = (lead & 0x07) << 18 | (tail & 0x3f) << 12 | low << 6 | low;
      const bool of_four = lead >> 3 == 0x1e && tail >> 6 == 2 && four >= 0x10000 && four <= kMostCodePoint;
      ASSERT_EQ(is_utf8(to_bytes(begin + last)), of_four) << std::hex << pair;
    }
  }
}

TEST(Utf8StreamTest, FailsAtTheFirstByteThatCannotBe) {
  EXPECT_EQ(taken("abc\x80"), 3U);
  EXPECT_EQ(taken("abc\xff"), 3U);
  EXPECT_EQ(taken("\xc0\x80"), 0U);
  EXPECT_EQ(taken("\xc3("), 1U);
  EXPECT_EQ(taken("\xe0\x9f\xbf"), 1U);
  EXPECT_EQ(taken("\xe2\x82("), 2U);
  EXPECT_EQ(taken("\xed\xa0\x80"), 1U);
  EXPECT_EQ(taken("\xf0\x8f\xbf\xbf"), 1U);
  EXPECT_EQ(taken("\xf0\x9f\x98("), 3U);
  EXPECT_EQ(taken("\xf4\x90\x80\x80"), 1U);
  EXPECT_EQ(taken("\xf5"), 0U);
}

TEST(Utf8StreamTest, LimitsOfTheSecondByteDoNotReachTheThird) {
  EXPECT_TRUE(is_utf8(to_bytes("\xe0\xa0\x80")));
  EXPECT_TRUE(is_utf8(to_bytes("\xed\x9f\xbf")));
  EXPECT_TRUE(is_utf8(to_bytes("\xf0\x90\x80\x80")));
  EXPECT_TRUE(is_utf8(to_bytes("\xf4\x8f\xbf\xbf")));
}

TEST(Utf8StreamTest, CutAnywhereTheTextIsTheSame) {
  const std::string text = "plain ASCII of some length, \xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80, and ASCII at the end";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      Utf8Stream stream;
      const std::string_view all = text;
      ASSERT_TRUE(stream.feed(to_bytes(all.substr(0, first))));
      ASSERT_TRUE(stream.feed(to_bytes(all.substr(first, second - first))));
      ASSERT_TRUE(stream.feed(to_bytes(all.substr(second))));
      ASSERT_TRUE(stream.is_complete()) << first << ", " << second;
    }
  }
}

TEST(Utf8StreamTest, TextThatEndsWithinACharacterIsNotComplete) {
  const std::string text = "\xf0\x9f\x98\x80";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Utf8Stream stream;
    ASSERT_TRUE(stream.feed(to_bytes(text.substr(0, size))));
    EXPECT_EQ(stream.is_complete(), size == 0 || size == text.size()) << size;
  }
}

TEST(Utf8StreamTest, WhatHasFailedStaysFailed) {
  Utf8Stream stream;
  EXPECT_FALSE(stream.feed(to_bytes("\xff")));
  EXPECT_FALSE(stream.feed(to_bytes("good")));
  EXPECT_FALSE(stream.feed({}));
  EXPECT_FALSE(stream.is_complete());
}

TEST(Utf8StreamTest, WrongByteIsFoundWhereverItStandsAmongAscii) {
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      ASSERT_TRUE(is_utf8(to_bytes(text)));
      text[at] = '\x80';
      ASSERT_FALSE(is_utf8(to_bytes(text))) << at << " of " << size;
    }
  }
}

}  // namespace
}  // namespace buzzer::client
