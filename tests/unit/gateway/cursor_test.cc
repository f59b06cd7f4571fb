#include "node/gateway/cursor.h"

#include <gtest/gtest.h>

namespace buzzer::gateway {
namespace {

TEST(PositionTest, ComesBackAsItWas) {
  const FeedPosition position{0xfedcba9876543210, 1, ~0ULL};
  const std::string text = encode_position(position);
  EXPECT_EQ(text, "_ty6mHZUMhAAAAAAAAAAAf__________");
  EXPECT_EQ(text.size(), kPositionChars);
  EXPECT_EQ(parse_position(text), position);
  EXPECT_EQ(to_feed_position(to_proto(position)), position);
}

TEST(PositionTest, WhatIsNoneIsRefused) {
  const std::string text = encode_position({1, 2, 3});
  EXPECT_FALSE(parse_position(""));
  EXPECT_FALSE(parse_position(text.substr(1)));
  EXPECT_FALSE(parse_position(text + 'A'));
  for (const char c : {'=', '+', '/', ' ', '\0', '\xc3'}) {
    std::string wrong = text;
    wrong[5] = c;
    EXPECT_FALSE(parse_position(wrong)) << c;
  }
}

TEST(CursorTest, ComesBackAsItWas) {
  const auto id = parse_cursor(encode_cursor(IdCursor{1ULL << 52}));
  ASSERT_TRUE(id && std::holds_alternative<IdCursor>(*id));
  EXPECT_EQ(std::get<IdCursor>(*id).id, 1ULL << 52);
  const auto name = parse_cursor(encode_cursor(NameCursor{"Alice_7"}));
  ASSERT_TRUE(name && std::holds_alternative<NameCursor>(*name));
  EXPECT_EQ(std::get<NameCursor>(*name).name, "Alice_7");
}

TEST(CursorTest, WhatIsNoneIsRefused) {
  for (const char* text : {"", "x", "aQ", "aQAAAAAAAAAAAA", "bg", "cAAAAAAAAAAA", "not base64!", "aQAAAAAAAAAB="}) {
    EXPECT_FALSE(parse_cursor(text)) << text;
  }
  EXPECT_FALSE(parse_cursor(std::string(10'000, 'b')));
}

}  // namespace
}  // namespace buzzer::gateway
