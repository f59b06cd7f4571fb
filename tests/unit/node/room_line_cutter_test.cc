#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/room/line_cutter.h"

namespace buzzer::room {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LineCutterTest : public testing::Test {
 protected:
  // Appends, and takes all there is: lines as they are, "<too long>" and "<unwelcome>" for those that are none.
  std::vector<std::string> cut(std::string_view bytes) {
    cutter_.append({bytes.data(), bytes.size()});
    std::vector<std::string> found;
    while (true) {
      BatchBuilder batch(held_);
      const Cut cut = cutter_.cut_into(batch);
      if (!batch.empty()) {
        const SharedBatch lines = batch.take();
        for (std::uint32_t i = 0; i < lines->lines(); ++i) found.emplace_back(lines->line(i));
      }
      if (cut == Cut::kTooLong) found.emplace_back("<too long>");
      if (cut == Cut::kUnwelcome) found.emplace_back("<unwelcome>");
      if (cut == Cut::kNeedsMore || cut == Cut::kUnwelcome) return found;
    }
  }

  const HeldBytes held_ = std::make_shared<std::atomic<std::size_t>>(0);
  LineCutter cutter_;
};

TEST_F(LineCutterTest, LinesKeepEveryByteButTheirEnd) {
  EXPECT_THAT(cut("one\ntwo\r\n\n\xff\x01,\n"), ElementsAre("one", "two\r", "", "\xff\x01,"));
  EXPECT_THAT(cut(std::string_view("a\0b\n", 4)), ElementsAre(std::string("a\0b", 3)));
}

TEST_F(LineCutterTest, LineMayComeByteByByte) {
  for (const char c : std::string("a\r")) EXPECT_THAT(cut(std::string(1, c)), IsEmpty());
  EXPECT_THAT(cut("\n"), ElementsAre("a\r"));
  EXPECT_THAT(cut("\nb"), ElementsAre(""));
  EXPECT_THAT(cut("c\nrest"), ElementsAre("bc"));
}

TEST_F(LineCutterTest, StopsAtAFullBatchAndGoesOnAfterIt) {
  std::string many;
  for (std::size_t i = 0; i < kMostBatchLines + 1; ++i) many += std::to_string(i) + '\n';
  cutter_.append({many.data(), many.size()});
  BatchBuilder first(held_);
  EXPECT_EQ(cutter_.cut_into(first), Cut::kFull);
  EXPECT_EQ(first.take()->lines(), kMostBatchLines);
  BatchBuilder second(held_);
  EXPECT_EQ(cutter_.cut_into(second), Cut::kNeedsMore);
  EXPECT_EQ(second.take()->bytes(), "100\n");
}

TEST_F(LineCutterTest, LineThatIsTooLongLosesOnlyItselfHoweverItComes) {
  const std::string longest(kMostLineBytes, 'x');
  EXPECT_THAT(cut("first\n"), ElementsAre("first"));
  EXPECT_THAT(cut(longest + "\n"), ElementsAre(longest));
  EXPECT_THAT(cut(longest + "x\nnext\n"), ElementsAre("<too long>", "next"));
  EXPECT_THAT(cut(longest), IsEmpty());
  EXPECT_THAT(cut("x"), ElementsAre("<too long>")) << "told as soon as it is known";
  EXPECT_THAT(cut(longest), IsEmpty()) << "and once";
  EXPECT_THAT(cut(longest + longest), IsEmpty());
  EXPECT_THAT(cut("\nnext\n"), ElementsAre("next"));
  EXPECT_THAT(cut(longest + "x"), ElementsAre("<too long>"));
  EXPECT_THAT(cut("\n" + longest + "y\n"), ElementsAre("<too long>"));
}

TEST_F(LineCutterTest, FirstLineMustNotBeARequestOfABrowser) {
  EXPECT_THAT(cut("POST / HTTP/1.1\r\nHost: x\r\n\r\nhi\n"), ElementsAre("<unwelcome>"));
}

TEST_F(LineCutterTest, FirstLineThatIsTooLongLosesOnlyItselfToo) {
  EXPECT_THAT(cut(std::string(kMostLineBytes + 1, 'x')), ElementsAre("<too long>"));
  EXPECT_THAT(cut("x\nGET / HTTP/1.1\nhi\n"), ElementsAre("GET / HTTP/1.1", "hi")) << "not the first line any more";
  LineCutter other;
  std::swap(cutter_, other);
  EXPECT_THAT(cut(std::string(kMostLineBytes + 1, 'x') + "\nhi\n"), ElementsAre("<too long>", "hi"));
}

TEST_F(LineCutterTest, FirstLineMustNotBeTooLongAndPerhapsARequest) {
  EXPECT_THAT(cut("GET /" + std::string(kMostLineBytes, 'x')), ElementsAre("<unwelcome>"));
  LineCutter other;
  std::swap(cutter_, other);
  EXPECT_THAT(cut("GET /" + std::string(kMostLineBytes, 'x') + "\nhi\n"), ElementsAre("<unwelcome>"));
}

TEST_F(LineCutterTest, LaterLinesMayReadLikeARequest) {
  EXPECT_THAT(cut("\nGET / HTTP/1.1\n"), ElementsAre("", "GET / HTTP/1.1"));
}

}  // namespace
}  // namespace buzzer::room
