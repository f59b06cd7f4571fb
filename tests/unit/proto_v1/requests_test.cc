// What clients send is read as the document says.
#include "proto/v1/requests.h"

#include <rapidcheck.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/proto_v1/document.h"

namespace buzzer::proto::v1 {
namespace {

using nlohmann::json;

Request parsed(const std::string& text) {
  auto request = parse_request(text);
  EXPECT_TRUE(request.has_value()) << text << "\n" << (request ? "" : request.error().detail);
  return request ? std::move(*request) : Request{};
}

std::string written(const Request& request) {
  std::string out;
  append(out, request);
  return out;
}

template <class Body>
Body body_of(const std::string& message) {
  return std::get<Body>(parsed(examples_of(message).at(0).dump()).body);
}

TEST(RequestsTest, EveryExampleIsReadAndWrittenBackTheSame) {
  const json defaults = {{"limit", 50}, {"direction", "older"}};
  ASSERT_EQ(request_names().size(), std::variant_size_v<RequestBody>);
  for (const std::string& name : request_names()) {
    for (json example : examples_of(name)) {
      const json again = json::parse(written(parsed(example.dump())));
      for (const auto& [field, value] : defaults.items()) {
        if (again.contains(field) && !example.contains(field)) example[field] = value;
      }
      EXPECT_EQ(again, example);
    }
  }
}

TEST(RequestsTest, WrittenFieldsStandInTheOrderOfTheDocument) {
  EXPECT_EQ(written({7, SubscribeRequest{UserFeed{UserFeedKind::kHome, "alice"}, "AAQ"}}),
            R"({"id":7,"type":"subscribe","feed":{"kind":"home","of":"alice"},"after":"AAQ"})");
  EXPECT_EQ(written({1, LogoutRequest{}}), R"({"id":1,"type":"logout"})");
}

TEST(RequestsTest, FieldsComeWithTheirValues) {
  const auto post = body_of<PostRequest>("post");
  EXPECT_EQ(post.text, "Thanks!");
  EXPECT_EQ(post.in_reply_to, base::BuzzId(61422797304896));
  EXPECT_EQ(post.key, "p-51d0e8");
  EXPECT_EQ(post.key_created_ms, 1782221461123);
  EXPECT_EQ(body_of<LoginRequest>("login").password, "correct horse");
  EXPECT_EQ(body_of<UnsubscribeRequest>("unsubscribe").subscription, 1U);
  EXPECT_EQ(parsed(R"({"type":"ping","id":9007199254740991})").id, 9007199254740991U);
}

TEST(RequestsTest, WhatIsLeftOutIsEmptyOrItsDefault) {
  const auto page =
      std::get<GetFeedRequest>(parsed(R"({"id":1,"type":"get_feed","feed":{"kind":"topic","of":"#Grid"}})").body);
  EXPECT_EQ(page.limit, 50U);
  EXPECT_EQ(page.direction, Direction::kOlder);
  EXPECT_EQ(page.cursor, std::nullopt);
  EXPECT_EQ(std::get<TopicFeed>(page.feed).of, "#Grid");
  EXPECT_EQ(std::get<AuthenticateRequest>(parsed(R"({"id":1,"type":"authenticate"})").body).token, std::nullopt);
}

TEST(RequestsTest, EveryKindOfFeedIsItsOwnType) {
  const auto feed = [](const std::string& of) {
    return std::get<SubscribeRequest>(parsed(R"({"id":1,"type":"subscribe","feed":)" + of + "}").body).feed;
  };
  EXPECT_EQ(std::get<UserFeed>(feed(R"({"kind":"home","of":"al"})")).kind, UserFeedKind::kHome);
  EXPECT_EQ(std::get<UserFeed>(feed(R"({"kind":"author","of":"al"})")).kind, UserFeedKind::kAuthor);
  EXPECT_EQ(std::get<UserFeed>(feed(R"({"of":"al","kind":"mentions"})")).kind, UserFeedKind::kMentions);
  EXPECT_EQ(std::get<TopicFeed>(feed(R"({"kind":"topic","of":"größe"})")).of, "größe");
  EXPECT_EQ(std::get<ThreadFeed>(feed(R"({"kind":"thread","of":"42"})")).of, base::BuzzId(42));
}

TEST(RequestsTest, LimitsAreWithinWhatIsTaken) {
  const auto post = [](const std::string& text) {
    return parse_request(json{{"id", 1}, {"type", "post"}, {"text", text}}.dump()).has_value();
  };
  std::string wide;
  for (int i = 0; i < 500; ++i) wide += "\U0001F41D";  // four bytes, one code point
  EXPECT_TRUE(post(wide));
  EXPECT_FALSE(post(wide + "."));
  const auto page = [](int limit) {
    return parse_request(json{{"id", 1}, {"type", "get_users"}, {"limit", limit}}.dump()).has_value();
  };
  EXPECT_TRUE(page(1));
  EXPECT_TRUE(page(200));
  EXPECT_FALSE(page(0));
  EXPECT_FALSE(page(201));
}

TEST(RequestsTest, EscapesInTextsAreRead) {
  const auto post =
      std::get<PostRequest>(parsed(R"({"id":1,"type":"post","text":"a\n\"b\"\\\u00e9\ud83d\udc1d/\/"})").body);
  EXPECT_EQ(post.text, "a\n\"b\"\\é🐝//");
}

// Whatever is done to a good request, it is read or refused with a reason that can be sent back.
TEST(RequestsTest, SpoiltRequestsAreReadOrRefusedWithAReason) {
  const std::vector<std::string> names = request_names();
  EXPECT_TRUE(rc::check([&] {
    const auto name = *rc::gen::elementOf(names);
    std::string text = examples_of(name).at(0).dump();
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const char one = *rc::gen::oneOf(rc::gen::elementOf(std::string("{}[]\":,\\0e-u")), rc::gen::arbitrary<char>());
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          text[at] = one;
          break;
        case 1:
          text.insert(at, 1, one);
          break;
        default:
          text.erase(at, 1);
          break;
      }
      if (text.empty()) text = "{";
    }
    const auto request = parse_request(text);
    if (request) {
      RC_ASSERT(parse_request(written(*request)).has_value());
    } else {
      RC_ASSERT(!request.error().detail.empty());
      RC_ASSERT(error_info(request.error().code).definite);
      RC_ASSERT(!json(request.error().detail).dump().empty());  // throws if it is no UTF-8
    }
  }));
}

}  // namespace
}  // namespace buzzer::proto::v1
