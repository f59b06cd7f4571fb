#include "node/gateway/text_frames.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/shard/feed_entry.h"

namespace buzzer::gateway {
namespace {

constexpr std::int64_t kPostedMs = 1782221400000;  // 2026-06-23T13:30:00Z

proto::Buzz buzz(const std::string& text) {
  proto::Buzz made;
  made.set_id(42);
  made.set_author("taeber");
  made.set_text(text);
  made.set_posted_ms(kPostedMs);
  return made;
}

void add(proto::Buzz& buzz, proto::Entity::Kind kind, const std::string& value) {
  proto::Entity& entity = *buzz.add_entities();
  entity.set_kind(kind);
  entity.set_value(value);
}

TEST(TextBuzzTest, IsWhatTheFirstServerWrote) {
  proto::Buzz made = buzz("I do!");
  add(made, proto::Entity::MENTION, "x");
  add(made, proto::Entity::TOPIC, "y");
  EXPECT_EQ(format_text_buzz(made),
            R"(buzz {"id":42,"text":"I do!","poster":{"username":"taeber"},"posted":"2026-06-23T13:30:00Z",)"
            R"("mentions":["x"],"tags":["y"]})");
}

TEST(TextBuzzTest, WithoutMentionsAndTagsTheyAreLeftOut) {
  EXPECT_EQ(format_text_buzz(buzz("hi")),
            R"(buzz {"id":42,"text":"hi","poster":{"username":"taeber"},"posted":"2026-06-23T13:30:00Z"})");
}

TEST(TextBuzzTest, EachMentionAndTagIsThereOnce) {
  proto::Buzz made = buzz("text");
  for (const char* name : {"b", "a", "b"}) add(made, proto::Entity::MENTION, name);
  for (const char* topic : {"t", "t"}) add(made, proto::Entity::TOPIC, topic);
  add(made, proto::Entity::LINK, "http://a");
  const std::string text = format_text_buzz(made);
  EXPECT_NE(text.find(R"("mentions":["b","a"],"tags":["t"]})"), std::string::npos) << text;
}

TEST(TextBuzzTest, TextIsEscapedAndComesBackAsItWas) {
  const std::string hard = "\"\\\n\r\t\x01<b>&</b>\xe2\x80\xa8\xe2\x80\xa9\xe2\x82\xac\xf0\x9f\x90\x9d";
  const std::string text = format_text_buzz(buzz(hard));
  EXPECT_NE(text.find(R"("\"\\\n\r\t\u0001\u003cb\u003e\u0026\u003c/b\u003e\u2028\u2029)"), std::string::npos) << text;
  EXPECT_EQ(nlohmann::json::parse(text.substr(5)).at("text").get<std::string>(), hard);
}

TEST(TextBuzzTest, FractionOfASecondIsAsShortAsItCanBe) {
  proto::Buzz made = buzz("hi");
  made.set_posted_ms(kPostedMs + 120);
  EXPECT_NE(format_text_buzz(made).find("13:30:00.12Z"), std::string::npos);
  made.set_posted_ms(kPostedMs + 7);
  EXPECT_NE(format_text_buzz(made).find("13:30:00.007Z"), std::string::npos);
}

TEST(TextEntryTest, NewBuzzesAndFollowsAreToldAndNothingElse) {
  proto::FeedEntry entry;
  *entry.mutable_buzz() = buzz("hi");
  entry.set_kind(proto::Arrival::POSTED);
  EXPECT_EQ(format_text_entry(entry), format_text_buzz(buzz("hi")));
  entry.set_kind(proto::Arrival::EDITED);
  EXPECT_EQ(format_text_entry(entry), std::nullopt);
  entry.set_kind(proto::Arrival::DELETED);
  EXPECT_EQ(format_text_entry(entry), std::nullopt);
  entry.set_kind(shard::kLeft);
  EXPECT_EQ(format_text_entry(entry), std::nullopt);
  entry.set_author("bob");
  entry.set_follower("ann");
  entry.set_kind(proto::Arrival::FOLLOWED);
  EXPECT_EQ(format_text_entry(entry), "follow bob");
  entry.set_kind(proto::Arrival::UNFOLLOWED);
  EXPECT_EQ(format_text_entry(entry), "unfollow bob");
}

}  // namespace
}  // namespace buzzer::gateway
