#include "node/gateway/v1_values.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/shard/feed_entry.h"

namespace buzzer::gateway {
namespace {

using nlohmann::json;

json body_of(const proto::FeedEntry& entry) {
  proto::Position position;
  position.set_number(7);
  const auto body = encode_push_body(position, entry);
  return json::parse('{' + body.value_or(""));
}

proto::FeedEntry entry_of(proto::Arrival::Kind kind) {
  proto::FeedEntry entry;
  entry.set_kind(kind);
  entry.set_id(5);
  entry.mutable_buzz()->set_id(5);
  entry.mutable_buzz()->set_author("bob");
  entry.mutable_buzz()->set_version(2);
  return entry;
}

// A buzz that was edited away from a topic was told to be deleted, and vanished from its author's feed too.
TEST(V1EntryTest, WhatHasLeftAFeedIsNotDeleted) {
  const json entry = body_of(entry_of(shard::kLeft)).at("entry");
  EXPECT_EQ(entry.at("kind"), "left");
  EXPECT_FALSE(entry.at("buzz").contains("deleted"));
  EXPECT_EQ(entry.at("buzz").at("text"), "");
  EXPECT_EQ(entry.at("buzz").at("version"), 2);
}

TEST(V1EntryTest, WhatIsDeletedSaysSo) {
  const json entry = body_of(entry_of(proto::Arrival::DELETED)).at("entry");
  EXPECT_EQ(entry.at("kind"), "deleted");
  EXPECT_EQ(entry.at("buzz").at("deleted"), true);
}

TEST(V1RefusalTest, ReplyIsNoThreadAndTheRefusalSaysWhatIs) {
  proto::Feed feed;
  feed.set_thread(77);
  EXPECT_EQ(refusal_of_feed(feed, proto::ErrorCode::kBadRequest).message,
            "a thread is named by its first buzz: the `root` of 77");
  feed.set_topic("two words");
  EXPECT_EQ(refusal_of_feed(feed, proto::ErrorCode::kBadRequest).message, "there can be no such feed");
}

TEST(ValuesTest, ABodyAtAnotherPositionIsAsIfItHadBeenMadeThere) {
  proto::FeedEntry entry;
  entry.set_kind(proto::Arrival::POSTED);
  entry.set_id(7);
  entry.mutable_buzz()->set_id(7);
  entry.mutable_buzz()->set_text("\"position\":\"x\"");
  proto::Position here;
  here.set_incarnation(1);
  here.set_life(2);
  here.set_number(3);
  proto::Position there;
  there.set_incarnation(~std::uint64_t{0});
  there.set_number(1'000'000'007);
  const auto body = encode_push_body(here, entry);
  ASSERT_TRUE(body);
  EXPECT_NE(*body, *encode_push_body(there, entry));
  EXPECT_EQ(at_position(*body, there), *encode_push_body(there, entry));
  EXPECT_EQ(at_position(*body, here), *body);
}

}  // namespace
}  // namespace buzzer::gateway
