// What a session sends, and when it goes over the wire.
#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Lines = std::vector<std::string>;
using WsWritingTest = WsConnectionTest;

TEST_F(WsWritingTest, AMessageIsWrittenWhenTheTurnIsOver) {
  start();
  connection_->send("one");
  connection_->send("two");
  EXPECT_THAT(seen(), IsEmpty());
  loop_.settle();
  EXPECT_THAT(seen(), ElementsAre("one", "two"));
  EXPECT_THAT(wire_.writes, SizeIs(1));
  EXPECT_EQ(session_.drained, 1);
}

TEST_F(WsWritingTest, APushToAQuietConnectionIsWrittenAtOnceAndThoseToABusyOneAreGathered) {
  start();
  ASSERT_TRUE(push(1, "a"));
  loop_.settle();
  EXPECT_THAT(seen(), ElementsAre("1:a"));
  ASSERT_TRUE(push(2, "b"));
  ASSERT_TRUE(push(3, "c"));
  loop_.settle();
  EXPECT_THAT(seen(), IsEmpty()) << "it was written to a moment ago";
  loop_.advance(flusher_.tick());
  EXPECT_THAT(seen(), ElementsAre("1:b", "1:c"));
  EXPECT_THAT(wire_.writes, SizeIs(2));
  EXPECT_THAT(session_.written, ElementsAre(1, 2, 3));
}

TEST_F(WsWritingTest, AnAnswerTakesAlongThePushesThatWait) {
  start();
  connection_->send("hello");
  loop_.settle();
  ASSERT_TRUE(push(1, "a"));
  connection_->send("answer");
  loop_.settle();
  EXPECT_THAT(seen(), ElementsAre("hello", "1:a", "answer"));
}

TEST_F(WsWritingTest, OrderIsKeptWhateverTheWireTakesAtATime) {
  for (std::size_t step = 1; step < 40; step += 3) {
    wire_ = FakeWire();
    start();
    wire_.room = 0;
    Lines expected;
    for (int i = 0; i < 20; ++i) {
      expected.push_back(i % 3 == 0 ? "message " + std::to_string(i) : "1:push " + std::to_string(i));
      if (i % 3 == 0) {
        connection_->send(expected.back());
      } else {
        ASSERT_TRUE(push(1, expected.back().substr(2)));
      }
      loop_.settle();
    }
    for (int i = 0; i < 1000 && connection_->queued_bytes() > 0; ++i) wire_.make_room(step);
    EXPECT_EQ(seen(), expected) << step << " bytes at a time";
  }
}

TEST_F(WsWritingTest, APushThatFindsNoRoomIsRefusedAndFindsSomeWhenAllIsWritten) {
  limits_.most_queued = 10'000;
  start();
  wire_.room = 0;
  int taken = 0;
  while (push(1, std::string(1000, 'x'))) ++taken;
  EXPECT_GT(taken, 5);
  EXPECT_LE(connection_->queued_bytes(), limits_.most_queued);
  loop_.settle();
  while (push(1, std::string(1000, 'x'))) ++taken;
  EXPECT_LT(taken, 11) << "what is half written counts too";
  EXPECT_EQ(session_.drained, 0);
  wire_.make_room(FakeWire::kAny);
  EXPECT_EQ(session_.drained, 1);
  EXPECT_THAT(seen(), SizeIs(taken));
  EXPECT_EQ(connection_->queued_bytes(), 0U);
  EXPECT_TRUE(push(1, "y"));
}

TEST_F(WsWritingTest, AnswersFindRoomWherePushesDoNot) {
  limits_.most_queued = 2000;
  start();
  wire_.room = 0;
  while (push(1, std::string(500, 'x'))) {
  }
  connection_->send("answer");
  loop_.settle();
  wire_.make_room(FakeWire::kAny);
  EXPECT_EQ(seen().back(), "answer");
}

// A queue that was never quite empty kept the place of everything that had gone through it.
TEST_F(WsWritingTest, AQueueThatIsNeverEmptyDoesNotGrow) {
  start();
  wire_.room = 0;
  std::uint64_t pushed = 0;
  const std::string body(3000, 'x');
  std::size_t most = 0;
  for (int round = 0; round < 3000; ++round) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(push(++pushed, body));
    loop_.advance(flusher_.tick());
    wire_.make_room(10 * body.size() + 50);
    most = std::max(most, connection_->held_bytes());
    wire_.written.clear();
  }
  EXPECT_EQ(session_.drained, 0) << "it has been empty, so nothing was shown";
  EXPECT_GT(connection_->queued_bytes(), 0U);
  EXPECT_LT(most, 512UL << 10);
}

TEST_F(WsWritingTest, AnIdleConnectionKeepsNothingOfABusyTime) {
  start();
  wire_.room = 0;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(push(1, std::string(500, 'x')));
  loop_.settle();
  EXPECT_GT(connection_->held_bytes(), 64'000U);
  wire_.make_room(FakeWire::kAny);
  EXPECT_LE(connection_->held_bytes(), 2048U);
}

TEST_F(WsWritingTest, AMessageLargerThanOneCallOfTheSystemIsOneFrame) {
  start();
  const std::string large(300'000, 'x');
  connection_->send(large);
  loop_.settle();
  EXPECT_EQ(client::decode_header(tests::to_bytes(wire_.written.substr(0, 10))).payload_size, large.size());
  EXPECT_EQ(wire_.written.substr(10), large);
}

TEST_F(WsWritingTest, WhatIsStillToComeForAConnectionThatIsGoneReachesNobody) {
  start();
  connection_->send("hello");
  ASSERT_TRUE(push(1, "a"));
  connection_.reset();
  loop_.advance(std::chrono::seconds(1));
  EXPECT_THAT(seen(), IsEmpty());
}

}  // namespace
}  // namespace buzzer::gateway
