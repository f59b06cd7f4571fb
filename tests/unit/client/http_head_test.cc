#include "client/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace buzzer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

std::string why_not(std::string_view text) {
  const auto head = parse_head(text);
  return head ? "" : head.error().message;
}

TEST(HttpHeadTest, StartAndHeadersAreFound) {
  const auto head = parse_head("GET /ws HTTP/1.1\r\nHost: here\r\nEmpty:\r\nA-b:\t two \twords \t\r\n\r\n");
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->start, "GET /ws HTTP/1.1");
  ASSERT_EQ(head->headers.size(), 3U);
  EXPECT_EQ(head->headers[0].name, "Host");
  EXPECT_EQ(head->headers[0].value, "here");
  EXPECT_EQ(head->headers[1].value, "");
  EXPECT_EQ(head->headers[2].name, "A-b");
  EXPECT_EQ(head->headers[2].value, "two \twords");
}

TEST(HttpHeadTest, MalformedHeadsAreRefusedWithTheLine) {
  EXPECT_THAT(why_not(""), HasSubstr("no empty line"));
  EXPECT_THAT(why_not("GET / HTTP/1.1\r\nA: b\r\n"), HasSubstr("no empty line"));
  EXPECT_THAT(why_not("\r\n\r\n"), HasSubstr("first line"));
  EXPECT_THAT(why_not("GET /\x01 HTTP/1.1\r\n\r\n"), HasSubstr("first line"));
  EXPECT_THAT(why_not("GET /\r\nno colon\r\n\r\n"), HasSubstr("line 2"));
  EXPECT_THAT(why_not("GET /\r\ncolonless\r\n\r\n"), HasSubstr("line 2"));
  EXPECT_THAT(why_not("GET /\r\nA: b\r\n folded\r\n\r\n"), HasSubstr("line 3"));
  EXPECT_THAT(why_not("GET /\r\nspace : x\r\n\r\n"), HasSubstr("line 2"));
  EXPECT_THAT(why_not("GET /\r\n: x\r\n\r\n"), HasSubstr("line 2"));
  EXPECT_THAT(why_not("GET /\r\nA: x\ny\r\n\r\n"), HasSubstr("control character"));
  EXPECT_THAT(why_not("GET /\r\nA: x\r\n\r\nmore"), HasSubstr("follows"));
}

TEST(HttpHeadTest, HeadersAreCounted) {
  std::string text = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < kMostHeaders; ++i) text += "A: b\r\n";
  EXPECT_EQ(why_not(text + "\r\n"), "");
  EXPECT_THAT(why_not(text + "A: b\r\n\r\n"), HasSubstr("more than 100"));
}

TEST(HttpHeadTest, HeadersAreAskedForWithoutRegardToCase) {
  const Header headers[] = {{"Upgrade", "h2c, WebSocket ,,"}, {"upgrade", "x"}, {"Host", "here"}};
  const HeaderList list(headers);
  EXPECT_EQ(list.count("UPGRADE"), 2U);
  EXPECT_EQ(list.count("Up"), 0U);
  EXPECT_EQ(list.only("Upgrade"), std::nullopt);
  EXPECT_EQ(list.only("none"), std::nullopt);
  EXPECT_THAT(list.only("hoST"), Optional(std::string_view("here")));
  EXPECT_THAT(list.elements("upgrade"), ElementsAre("h2c", "WebSocket", "x"));
  EXPECT_THAT(list.elements("none"), IsEmpty());
  EXPECT_TRUE(list.has_element("Upgrade", "websocket"));
  EXPECT_TRUE(list.has_element("Upgrade", "X"));
  EXPECT_FALSE(list.has_element("Upgrade", "web"));
  EXPECT_FALSE(list.has_element("Upgrade", "websockets"));
}

TEST(HttpHeadTest, TokensAreWhatTheRfcSays) {
  EXPECT_TRUE(is_token("buzzer.v1.json"));
  EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~09azAZ"));
  EXPECT_FALSE(is_token(""));
  for (const char c : std::string("\0 \t\"(),/:;<=>?@[\\]{}\x7f\x80", 22)) EXPECT_FALSE(is_token({&c, 1})) << c;
}

TEST(HttpHeadTest, HeadIsGatheredFromAnyPiecesAndLeavesWhatFollows) {
  const std::string head = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
  const std::string bytes = head + "frames\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    HeadReader reader;
    std::span<const std::uint8_t> first = tests::to_bytes(bytes).first(cut);
    const auto whole = reader.read(first);
    ASSERT_TRUE(whole);
    ASSERT_EQ(*whole, cut >= head.size());
    if (*whole) {
      EXPECT_EQ(tests::to_text(first), bytes.substr(head.size(), cut - head.size()));
    } else {
      EXPECT_TRUE(first.empty());
      std::span<const std::uint8_t> second = tests::to_bytes(bytes).subspan(cut);
      const auto now = reader.read(second);
      ASSERT_TRUE(now && *now) << cut;
      EXPECT_EQ(tests::to_text(second), "frames\r\n\r\n");
    }
    EXPECT_EQ(reader.text(), head);
  }
}

TEST(HttpHeadTest, HeadAtTheLimitPassesAndALongerOneIsRefusedInAnyPieces) {
  const auto read = [](const std::string& bytes, std::size_t piece) -> base::Result<bool> {
    HeadReader reader(100);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      auto input = tests::to_bytes(std::string_view(bytes).substr(at, piece));
      auto whole = reader.read(input);
      if (!whole || *whole) return whole;
    }
    return false;
  };
  const std::string fits = std::string(96, 'x') + "\r\n\r\n";
  for (std::size_t piece = 1; piece <= 120; ++piece) {
    EXPECT_EQ(read(fits, piece), true) << piece;
    const auto long_one = read("x" + fits, piece);
    ASSERT_FALSE(long_one) << piece;
    EXPECT_THAT(long_one.error().message, HasSubstr("100"));
    EXPECT_FALSE(read(std::string(101, 'x'), piece)) << piece;
    EXPECT_EQ(read(std::string(100, 'x'), piece), false) << piece;
  }
}

}  // namespace
}  // namespace buzzer::client
