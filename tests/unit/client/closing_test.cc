#include "client/closing.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"
#include "tests/unit/client/fake_connection.h"

namespace buzzer::client {
namespace {

using testing::Optional;

constexpr base::Duration kWait = std::chrono::seconds(2);

TEST(ClosingTest, OneCloseFrameIsSentWhicheverEndBegins) {
  Closing first;
  EXPECT_FALSE(first.has_begun());
  EXPECT_THAT(first.begin(1001, "going"), Optional(close_payload(1001, "going")));
  EXPECT_TRUE(first.has_begun());
  EXPECT_FALSE(first.is_over());
  EXPECT_EQ(first.begin(1000, "again"), std::nullopt);
  EXPECT_EQ(first.answer(1001), std::nullopt);
  EXPECT_TRUE(first.is_over());

  Closing second;
  EXPECT_THAT(second.answer(4001), Optional(close_payload(4001, "")));
  EXPECT_TRUE(second.is_over());
  EXPECT_EQ(second.begin(1000, "late"), std::nullopt);
}

TEST(ClosingTest, CloseWithoutCodeIsAnsweredWithoutCode) {
  Closing closing;
  EXPECT_THAT(closing.answer(close_code::kNoCode), Optional(std::string()));
}

class LingeringTest : public testing::Test {
 protected:
  void linger(const std::string& unsent, Role own) {
    lingering_ =
        std::make_unique<Lingering>(loop_, std::make_unique<FakeConnection>(wire_), unsent, own, kWait, [this] {
          ++done_;
          EXPECT_FALSE(wire_->is_open());
          lingering_.reset();
        });
  }

  tests::ManualLoop loop_;
  std::shared_ptr<Wire> wire_ = std::make_shared<Wire>();
  std::unique_ptr<Lingering> lingering_;
  int done_ = 0;
};

TEST_F(LingeringTest, ServerSendsTheRestThenFinishesThenReadsToTheEnd) {
  wire_->room = 3;
  linger("abcdef", Role::kServer);
  EXPECT_EQ(wire_->written, "abc");
  EXPECT_FALSE(wire_->finished);
  wire_->make_room(100);
  EXPECT_EQ(wire_->written, "abcdef");
  EXPECT_TRUE(wire_->finished);
  wire_->receive("ignored");
  EXPECT_EQ(done_, 0);
  wire_->end("closed by peer");
  EXPECT_EQ(done_, 1);
}

TEST_F(LingeringTest, RoomThatIsToldLateDoesNotFinishTwice) {
  linger("", Role::kServer);
  EXPECT_TRUE(wire_->finished);
  wire_->make_room(100);
  EXPECT_TRUE(wire_->is_open());
}

TEST_F(LingeringTest, ClientLetsTheServerEndFirst) {
  linger("abc", Role::kClient);
  EXPECT_EQ(wire_->written, "abc");
  EXPECT_FALSE(wire_->finished);
  wire_->end("closed by peer");
  EXPECT_EQ(done_, 1);
}

TEST_F(LingeringTest, PeerThatDoesNotEndIsWaitedForSoLongOnly) {
  linger("abc", Role::kServer);
  loop_.advance(kWait - std::chrono::nanoseconds(1));
  wire_->receive("still there");
  EXPECT_EQ(done_, 0);
  loop_.advance(std::chrono::nanoseconds(1));
  EXPECT_EQ(done_, 1);
}

TEST_F(LingeringTest, PeerThatReadsNothingIsWaitedForSoLongOnly) {
  wire_->room = 0;
  linger("abc", Role::kServer);
  loop_.advance(kWait);
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(wire_->written, "");
}

TEST_F(LingeringTest, ReadingThatWasOffGoesOn) {
  wire_->reading = false;
  linger("", Role::kServer);
  EXPECT_TRUE(wire_->reading);
}

TEST_F(LingeringTest, EndIsToldOnceToWhoeverKeepsIt) {
  int done = 0;
  const Lingering kept(loop_, std::make_unique<FakeConnection>(wire_), "", Role::kServer, kWait, [&] { ++done; });
  wire_->end("closed by peer");
  loop_.advance(2 * kWait);
  EXPECT_EQ(done, 1);
}

class CloserTest : public testing::Test {
 protected:
  std::shared_ptr<Wire> take(Closer& closer) {
    wires_.push_back(std::make_shared<Wire>());
    closer.take(std::make_unique<FakeConnection>(wires_.back()), "bye");
    return wires_.back();
  }

  tests::ManualLoop loop_;
  std::vector<std::shared_ptr<Wire>> wires_;
};

TEST_F(CloserTest, ConnectionsGoWhenTheirPeersEndThemOrTimeIsUp) {
  Closer closer(loop_, {kWait, 10});
  const auto first = take(closer);
  const auto second = take(closer);
  EXPECT_EQ(closer.size(), 2U);
  second->end("closed by peer");
  EXPECT_EQ(closer.size(), 1U);
  EXPECT_TRUE(first->is_open());
  loop_.advance(kWait);
  EXPECT_EQ(closer.size(), 0U);
  EXPECT_FALSE(first->is_open());
  EXPECT_EQ(first->written, "bye");
}

TEST_F(CloserTest, OneTooManyEndsTheOldest) {
  Closer closer(loop_, {kWait, 2});
  const auto first = take(closer);
  const auto second = take(closer);
  const auto third = take(closer);
  EXPECT_EQ(closer.size(), 2U);
  EXPECT_FALSE(first->is_open());
  EXPECT_TRUE(second->is_open());
  EXPECT_TRUE(third->is_open());
}

TEST_F(CloserTest, WhatStillLingersIsClosedWithIt) {
  {
    Closer closer(loop_, {kWait, 2});
    take(closer);
  }
  EXPECT_FALSE(wires_.front()->is_open());
  loop_.advance(2 * kWait);
}

}  // namespace
}  // namespace buzzer::client
