#include "node/gateway/json_feeds.h"

#include <nlohmann/json.hpp>

#include "node/gateway/session.h"
#include "tests/unit/gateway/log_core.h"
#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using nlohmann::json;
using proto::Pushes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// The session's part of it.
struct FeedSession final : WsSession {
  void on_message(std::string_view /*text*/) override {}
  void append_head(std::string& to, const PushHead& head) const override {
    to += R"({"type":"push","subscription":)" + std::to_string(head.subscription) + R"(,"prev":")" +
          encode_position(head.prev) + "\",";
  }
  void on_push_written(const PushHead& head) override { feeds->push_written(head); }
  void on_drained() override { feeds->drained(); }
  void on_closed() override { feeds->close_all(); }

  JsonFeeds* feeds = nullptr;
};

class JsonFeedsTest : public WsConnectionTest {
 protected:
  void begin() {
    connection_ = std::make_shared<WsConnection>(limits_, std::make_unique<FakeConnection>(wire_), loop_, flusher_);
    feeds_ = std::make_unique<JsonFeeds>(core_, *connection_);
    session_.feeds = feeds_.get();
    connection_->start(session_, {});
  }
  std::uint32_t open(std::optional<std::uint64_t> after = std::nullopt) {
    proto::Feed feed;
    feed.set_author("bob");
    if (!after) return feeds_->open(feed, std::nullopt);
    return feeds_->open(feed, LogCore::position(*after));
  }
  void append(std::size_t padding = 0) {
    const std::uint64_t number = core_.log.size() + 1;
    core_.append(R"("position":")" + at(number) + R"(","n":)" + std::to_string(number) + R"(,"x":")" +
                 std::string(padding, 'x') + "\"}");
  }
  static std::string at(std::uint64_t number) { return encode_position(LogCore::position(number)); }
  // Everything that is told now.
  std::vector<json> told() {
    loop_.advance(std::chrono::milliseconds(30));
    std::vector<json> messages;
    for (const std::string& line : seen()) messages.push_back(json::parse(line));
    return messages;
  }
  // Takes what is written as the chain goes on; the numbers of the entries.
  void follow_chain(const std::vector<json>& messages) {
    for (const json& message : messages) {
      ASSERT_TRUE(message.at("type") == "push" || message.at("type") == "mark") << message;
      if (!last_.empty()) {
        ASSERT_EQ(message.at("prev"), last_) << message;
      }
      last_ = message.at("position");
      if (message.contains("n")) entries_.push_back(message.at("n"));
    }
  }

  LogCore core_{loop_};
  FeedSession session_;
  std::unique_ptr<JsonFeeds> feeds_;
  std::string last_;
  std::vector<std::uint64_t> entries_;
};

TEST_F(JsonFeedsTest, AFeedBeginsWithAMarkAndEachPushNamesTheOneBefore) {
  begin();
  EXPECT_EQ(open(), 1U);
  append();
  append();
  const auto messages = told();
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages[0], json({{"type", "mark"}, {"subscription", 1}, {"position", at(0)}}));
  EXPECT_EQ(messages[1].at("prev"), at(0));
  EXPECT_EQ(messages[2].at("prev"), at(1));
  EXPECT_EQ(messages[2].at("position"), at(2));
}

TEST_F(JsonFeedsTest, AResumedFeedBeginsWithAMarkWhereItWasAndGoesOnBehindIt) {
  begin();
  for (int i = 0; i < 5; ++i) append();
  open(3);
  const auto messages = told();
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages[0].at("type"), "mark");
  EXPECT_EQ(messages[0].at("position"), at(3));
  EXPECT_EQ(messages[0].at("prev"), at(3));
  follow_chain(messages);
  EXPECT_THAT(entries_, ElementsAre(4, 5));
}

TEST_F(JsonFeedsTest, OneThatFindsNoRoomIsBehindAndCatchesUpWithAnUnbrokenChain) {
  limits_.most_queued = 20'000;
  begin();
  open();
  follow_chain(told());
  wire_.room = 0;
  for (int i = 0; i < 300; ++i) {
    append(500);
    loop_.advance(std::chrono::milliseconds(1));
    ASSERT_LT(connection_->queued_bytes(), limits_.most_queued + 1000);
  }
  EXPECT_EQ(core_.open(), 0U) << "nothing is told to one that is behind";
  EXPECT_EQ(core_.subscribed, 1);
  for (int i = 0; i < 1000 && entries_.size() < 300; ++i) {
    wire_.make_room(5000);
    ASSERT_NO_FATAL_FAILURE(follow_chain(told()));
  }
  ASSERT_THAT(entries_, SizeIs(300));
  for (std::size_t i = 0; i < entries_.size(); ++i) ASSERT_EQ(entries_[i], i + 1);
  EXPECT_GT(core_.subscribed, 2) << "it was behind only once, so little was shown";
}

TEST_F(JsonFeedsTest, MarksToOneWhoReadsNothingAreBoundedToo) {
  limits_.most_queued = 5000;
  begin();
  open();
  follow_chain(told());
  wire_.room = 0;
  append();
  loop_.advance(std::chrono::milliseconds(30));
  std::uint64_t number = 1;
  while (core_.open() > 0 && number < 1000) core_.tell(core_.newest(), Pushes::MARK, ++number);
  EXPECT_LT(connection_->queued_bytes(), limits_.most_queued + 1000);
  EXPECT_LT(number, 1000U);
}

TEST_F(JsonFeedsTest, WhatIsWrittenIsSaidToBeTakenSoManyAtATime) {
  begin();
  open();
  for (std::uint32_t i = 0; i < 3 * kTakenEvery + 1; ++i) append();
  EXPECT_THAT(told(), SizeIs(3 * kTakenEvery + 2));
  EXPECT_EQ(core_.takes, 3);
}

TEST_F(JsonFeedsTest, AnEndedSubscriptionGetsNothingMoreEvenIfItWasBehind) {
  limits_.most_queued = 3000;
  begin();
  const std::uint32_t first = open();
  const std::uint32_t second = open();
  EXPECT_NE(first, second);
  told();
  wire_.room = 0;
  for (int i = 0; i < 10; ++i) append(500);
  loop_.advance(std::chrono::milliseconds(30));
  EXPECT_EQ(core_.open(), 0U);
  EXPECT_TRUE(feeds_->close(first));
  EXPECT_FALSE(feeds_->close(first));
  wire_.make_room(FakeWire::kAny);
  told();
  EXPECT_EQ(core_.open(), 1U);
  append();
  for (const json& message : told()) EXPECT_EQ(message.at("subscription"), second);
  EXPECT_EQ(feeds_->count(), 1U);
}

TEST_F(JsonFeedsTest, AGapSaysFromWhereToGoOn) {
  begin();
  open();
  told();
  core_.tell(core_.newest(), Pushes::GAP, 40);
  EXPECT_THAT(told(),
              ElementsAre(json({{"type", "gap"}, {"subscription", 1}, {"position", at(40)}, {"reload", true}})));
  core_.tell(core_.newest(), Pushes::MARK, 50);
  const auto messages = told();
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(messages[0].at("prev"), at(40));
}

// Whatever the reason, it was said to be too many subscriptions.
TEST_F(JsonFeedsTest, OneThatIsRefusedEndsWithTheReason) {
  using proto::ErrorCode;
  begin();
  const std::vector<std::pair<ErrorCode, std::string>> reasons{
      {ErrorCode::kTooManySubscriptions, "its node serves as many subscriptions as it can"},
      {ErrorCode::kUnknownUser, "no such user: bob"},
      {ErrorCode::kUnknownBuzz, "no such buzz: 0"},
      {ErrorCode::kInvalidName, "a name is 1 to 30 of A-Z a-z 0-9 _"},
      {ErrorCode::kBadRequest, "there can be no such feed"}};
  for (const auto& [reason, detail] : reasons) {
    open();
    told();
    core_.tell(core_.newest(), Pushes::REFUSED, 0, reason);
    const auto messages = told();
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].at("type"), "subscription_ended");
    EXPECT_EQ(messages[0].at("error").at("code"), std::string(proto::error_info(reason).name));
    EXPECT_EQ(messages[0].at("error").at("detail"), detail);
    EXPECT_EQ(feeds_->count(), 0U);
  }
}

// What this protocol says nothing of was never taken: after a window of such entries nothing came any more.
TEST_F(JsonFeedsTest, AnEntryWithoutABodyMovesThePositionAndIsTaken) {
  begin();
  open();
  told();
  for (std::uint64_t number = 1; number <= kTakenEvery; ++number) {
    core_.tell(core_.newest(), Pushes::ENTRY, number);
    const auto messages = told();
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].at("type"), "mark");
    EXPECT_EQ(messages[0].at("position"), at(number));
  }
  EXPECT_EQ(core_.takes, 1);
}

TEST_F(JsonFeedsTest, AllEndWithTheConnection) {
  begin();
  open();
  open();
  told();
  EXPECT_EQ(core_.open(), 2U);
  wire_.handler->on_end("reset");
  EXPECT_EQ(core_.open(), 0U);
  append();
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace buzzer::gateway
