#include "base/line_buffer.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace buzzer::base {
namespace {

using testing::ElementsAre;
using tests::to_bytes;

const std::string kTooLong = "(too long)";

std::vector<std::string> lines_in(LineBuffer& buffer) {
  std::vector<std::string> lines;
  while (const auto line = buffer.next()) lines.push_back(line->too_long ? kTooLong : line->text);
  return lines;
}

std::vector<std::string> lines_of(std::string_view stream, std::size_t limit) {
  LineBuffer buffer(limit);
  buffer.append(to_bytes(stream));
  return lines_in(buffer);
}

// What the lines are, said as simply as possible: of a whole stream that ends with '\n'.
std::vector<std::string> split_naively(std::string stream, std::size_t limit) {
  std::vector<std::string> lines;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    std::string line = stream.substr(0, end);
    stream.erase(0, end + 1);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line.size() > limit ? kTooLong : line);
  }
  return lines;
}

TEST(LineBufferTest, LinesEndWithANewline) {
  EXPECT_THAT(lines_of("one\ntwo\n\nfour\nfi", 10), ElementsAre("one", "two", "", "four"));
}

TEST(LineBufferTest, UnfinishedLineWaitsForItsEnd) {
  LineBuffer buffer(10);
  buffer.append(to_bytes("ab"));
  EXPECT_THAT(lines_in(buffer), ElementsAre());
  EXPECT_EQ(buffer.size(), 2U);
  buffer.append(to_bytes("cd\nef"));
  EXPECT_THAT(lines_in(buffer), ElementsAre("abcd"));
  EXPECT_EQ(buffer.size(), 2U);
}

TEST(LineBufferTest, OneCarriageReturnBeforeTheNewlineIsDropped) {
  EXPECT_THAT(lines_of("a\r\n\r\nb\r\r\nc\rd\n", 10), ElementsAre("a", "", "b\r", "c\rd"));
}

TEST(LineBufferTest, LineAtTheLimitPassesAndOneByteMoreDoesNot) {
  EXPECT_THAT(lines_of("12345\n12345\r\n123456\n12345\n", 5), ElementsAre("12345", "12345", kTooLong, "12345"));
}

TEST(LineBufferTest, TooLongLineIsToldOnceAndBeforeItsEnd) {
  LineBuffer buffer(5);
  buffer.append(to_bytes("1234567"));
  EXPECT_THAT(lines_in(buffer), ElementsAre(kTooLong));
  buffer.append(to_bytes("more of it, more and more"));
  EXPECT_THAT(lines_in(buffer), ElementsAre());
  buffer.append(to_bytes("end\nnext\n"));
  EXPECT_THAT(lines_in(buffer), ElementsAre("next"));
}

TEST(LineBufferTest, TheRestOfATooLongLineIsNotKept) {
  LineBuffer buffer(5);
  for (int i = 0; i < 1000; ++i) {
    buffer.append(to_bytes("0123456789"));
    lines_in(buffer);
    ASSERT_EQ(buffer.size(), 0U);
  }
}

TEST(LineBufferTest, BytesAreTakenAsTheyAre) {
  const std::string stream("\0\x80\xff'\xc3\xa9\n", 7);
  EXPECT_THAT(lines_of(stream, 10), ElementsAre(stream.substr(0, 6)));
}

TEST(LineBufferTest, TakenLinesNoLongerCount) {
  LineBuffer buffer(10);
  buffer.append(to_bytes("one\ntwo\n"));
  EXPECT_EQ(buffer.size(), 8U);
  ASSERT_TRUE(buffer.next());
  EXPECT_EQ(buffer.size(), 4U);
}

TEST(LineBufferTest, CarriageReturnIsAByteLikeOthersWhereNewlineAloneEndsALine) {
  LineBuffer buffer(3, LineEnding::kNewlineAlone);
  buffer.append(to_bytes("a\r\n\r\nabc\nabc\r\nb\n"));
  EXPECT_THAT(lines_in(buffer), ElementsAre("a\r", "\r", "abc", kTooLong, "b"));
}

TEST(LineBufferTest, HoweverTheStreamIsCutTheLinesAreTheSame) {
  constexpr std::size_t kLimit = 6;
  std::mt19937 random(1);
  const auto draw = [&](std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
  };
  for (int round = 0; round < 3000; ++round) {
    std::string stream;
    for (std::size_t size = draw(0, 80); size > 0; --size) stream += "ab\r\n"[draw(0, 3)];
    stream += '\n';
    LineBuffer buffer(kLimit);
    std::vector<std::string> lines;
    std::string cuts;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min(draw(1, 12), stream.size() - at);
      buffer.append(to_bytes(std::string_view(stream).substr(at, size)));
      at += size;
      cuts += std::to_string(at) + ' ';
      if (draw(0, 3) == 0) continue;  // taken later, together with what follows
      for (auto& line : lines_in(buffer)) lines.push_back(std::move(line));
    }
    for (auto& line : lines_in(buffer)) lines.push_back(std::move(line));
    ASSERT_EQ(lines, split_naively(stream, kLimit)) << testing::PrintToString(stream) << " cut at " << cuts;
    ASSERT_EQ(buffer.size(), 0U);
  }
}

}  // namespace
}  // namespace buzzer::base
