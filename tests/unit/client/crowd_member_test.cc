#include "client/crowd_member.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace buzzer::client {
namespace {

constexpr CrowdMember::Looks kAll{true, true, true};

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(CountLinesTest, CountsWhatByteByByteIsCounted) {
  std::mt19937 dice(7);  // NOLINT(cert-msc51-cpp): the same bytes each time
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(dice() % 40, '\0');
    for (char& byte : bytes) byte = "\n\n\x0b\x09\x8a\xff\x00z"[dice() % 8];
    EXPECT_EQ(count_lines(bytes), static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'))) << bytes;
  }
}

TEST(CrowdMemberTest, CountsBytesAndWholeLines) {
  CrowdMember member(kAll);
  member.take("one\ntw");
  EXPECT_EQ(member.lines(), 1U);
  member.take("o\n\nthree");
  EXPECT_EQ(member.bytes(), 14U);
  EXPECT_EQ(member.lines(), 3U);
}

TEST(CrowdMemberTest, LastLineIsTheLastWholeOneInWhateverPiecesItComes) {
  const std::string text = "first\n\nthe third\nx\na longer one, at the end\nunfinished";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CrowdMember member(kAll);
    std::string wanted;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      member.take(text.substr(at, piece));
      const std::string so_far = text.substr(0, at + piece);
      const std::size_t end = so_far.rfind('\n');
      wanted = end == std::string::npos ? "" : so_far.substr(0, end);
      wanted = wanted.substr(wanted.rfind('\n') + 1);
      EXPECT_EQ(member.last_line(), wanted) << "in pieces of " << piece << " at " << at;
    }
  }
}

TEST(CrowdMemberTest, LastLineIsBounded) {
  CrowdMember member(kAll);
  const std::string half(CrowdMember::kMostLine / 2 + 1, 'x');
  for (int i = 0; i < 5; ++i) member.take(half);
  member.take("\n");
  EXPECT_EQ(member.last_line(), std::string(CrowdMember::kMostLine, 'x'));
  member.take("short\n");
  EXPECT_EQ(member.last_line(), "short");
  member.take(half + half + "\nbegun");
  EXPECT_EQ(member.last_line().size(), CrowdMember::kMostLine);
}

TEST(CrowdMemberTest, ExpectedBytesInAnyPiecesDoNotDiffer) {
  const auto stream = shared("a stream of expected bytes");
  for (std::size_t piece = 1; piece <= stream->size(); ++piece) {
    CrowdMember member(kAll);
    member.take("what came before does not count");
    member.expect(stream);
    for (std::size_t at = 0; at < stream->size(); at += piece) member.take(stream->substr(at, piece));
    EXPECT_EQ(member.differs(), std::nullopt);
  }
}

TEST(CrowdMemberTest, FirstDifferenceIsToldAndStays) {
  CrowdMember member(kAll);
  member.expect(shared("0123456789"));
  member.take("0123");
  member.take("45x7");
  EXPECT_EQ(member.differs(), 6U);
  member.take("89");
  EXPECT_EQ(member.differs(), 6U);
}

TEST(CrowdMemberTest, MoreThanExpectedDiffersAtItsEnd) {
  CrowdMember member(kAll);
  member.expect(shared("0123"));
  member.take("0123");
  EXPECT_EQ(member.differs(), std::nullopt);
  member.take("4");
  EXPECT_EQ(member.differs(), 4U);
}

TEST(CrowdMemberTest, KeepsAsMuchAsItMayAndHasRoomAgainOnceTaken) {
  CrowdMember member(kAll);
  member.take("not kept");
  member.keep(5);
  member.take("abc");
  member.take("defgh");
  EXPECT_EQ(member.take_kept(), "abcde");
  member.take("ijk");
  EXPECT_EQ(member.take_kept(), "ijk");
}

TEST(CrowdMemberTest, HashIsOfTheBytesNotOfTheirPieces) {
  CrowdMember whole(kAll);
  CrowdMember pieces(kAll);
  CrowdMember other(kAll);
  const std::string text(1'000, 'h');
  whole.take(text);
  for (const char byte : text) pieces.take({&byte, 1});
  other.take(text.substr(1) + "H");
  EXPECT_EQ(whole.hash(), pieces.hash());
  EXPECT_NE(whole.hash(), other.hash());
  // XXH3 of nothing, as published with the algorithm.
  EXPECT_EQ(CrowdMember(kAll).hash(), 0x2D06800538D394C2U);
}

}  // namespace
}  // namespace buzzer::client
