// What comes from a client, when it is told, and how a connection ends.
#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using client::Opcode;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using WsReadingTest = WsConnectionTest;

TEST_F(WsReadingTest, WhatCameBehindTheHandshakeIsToldFirst) {
  start(text("early"));
  wire_.receive(text("late"));
  EXPECT_THAT(session_.messages, ElementsAre("early", "late"));
}

TEST_F(WsReadingTest, WhatHasBeenReadIsToldWhenReadingGoesOn) {
  start();
  session_.then = [this] { connection_->set_reading(false); };
  wire_.receive(text("one") + text("two") + text("three").substr(0, 5));
  EXPECT_THAT(session_.messages, ElementsAre("one"));
  EXPECT_FALSE(wire_.reading);
  wire_.receive(text("three").substr(5));  // was on its way
  EXPECT_THAT(session_.messages, ElementsAre("one"));
  connection_->set_reading(true);
  loop_.settle();
  EXPECT_THAT(session_.messages, ElementsAre("one", "two"));
  session_.then = nullptr;
  connection_->set_reading(true);
  wire_.receive(text("four"));
  loop_.settle();
  EXPECT_THAT(session_.messages, ElementsAre("one", "two", "three", "four"));
  EXPECT_TRUE(wire_.reading);
}

TEST_F(WsReadingTest, ManyMessagesInOneReadAreToldInOrderThoughReadingPausesOnTheWay) {
  start();
  std::string bytes;
  std::vector<std::string> all;
  for (int i = 0; i < 300; ++i) {
    bytes += text("message " + std::to_string(i));
    all.emplace_back("message " + std::to_string(i));
  }
  session_.then = [this] {
    if (session_.messages.size() % 50 == 0) connection_->set_reading(false);
  };
  wire_.receive(bytes);
  for (std::size_t told = 50; told < all.size(); told += 50) {
    loop_.settle();
    EXPECT_THAT(session_.messages, SizeIs(told));
    EXPECT_FALSE(wire_.reading);
    connection_->set_reading(true);
    EXPECT_THAT(session_.messages, SizeIs(told)) << "told within the call";
    EXPECT_FALSE(wire_.reading) << "much still waits to be told";
  }
  loop_.settle();
  EXPECT_EQ(session_.messages, all);
  connection_->set_reading(true);
  loop_.settle();
  EXPECT_TRUE(wire_.reading);
}

TEST_F(WsReadingTest, OneThatClosesWhileMuchWaitsToBeToldTellsNoMoreOfIt) {
  start();
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += text("message");
  wire_.receive(bytes + frame(Opcode::kClose, ""));
  EXPECT_THAT(session_.messages, SizeIs(64));
  EXPECT_FALSE(connection_->is_closing());
  connection_->close(close_code::kStoodStill, "stood still");
  EXPECT_TRUE(connection_->is_closing());
  EXPECT_TRUE(wire_.finished) << "the other end's close frame lay behind all that";
  loop_.settle();
  EXPECT_THAT(session_.messages, SizeIs(64));
  EXPECT_THAT(seen(), ElementsAre("close 4003"));
}

TEST_F(WsReadingTest, OneThatIsGoneWhileMuchWaitsToBeToldTellsNoMoreOfIt) {
  start();
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += text("message") + frame(Opcode::kPing, "");
  wire_.receive(bytes);
  wire_.handler->on_end("reset");
  loop_.settle();
  EXPECT_THAT(session_.messages, SizeIs(32));
  EXPECT_EQ(session_.closed, 1);
}

TEST_F(WsReadingTest, AClientThatClosesIsAnsweredInKindAndThenReadToItsEnd) {
  start();
  wire_.receive(frame(Opcode::kClose, client::close_payload(3456, "bye")) + text("ignored"));
  EXPECT_THAT(seen(), ElementsAre("close 3456"));
  EXPECT_TRUE(wire_.finished);
  EXPECT_EQ(session_.closed, 0);
  wire_.handler->on_end("the peer closed it");
  EXPECT_EQ(session_.closed, 1);
  EXPECT_FALSE(wire_.there);
  EXPECT_THAT(session_.messages, IsEmpty());
}

TEST_F(WsReadingTest, ACloseWithoutACodeIsAnsweredWithoutOne) {
  start();
  wire_.receive(frame(Opcode::kClose, ""));
  EXPECT_THAT(seen(), ElementsAre("close 1005"));
}

TEST_F(WsReadingTest, ThisEndClosesDropsWhatWaitsAndReadsUntilTheOtherHasClosedToo) {
  start();
  connection_->send("dropped");
  connection_->close(close_code::kStopping, "stopping");
  loop_.settle();
  EXPECT_THAT(seen(), ElementsAre("close 4001"));
  EXPECT_FALSE(wire_.finished) << "the other end has not closed";
  wire_.receive(text("was on its way"));
  EXPECT_FALSE(wire_.finished);
  wire_.receive(frame(Opcode::kClose, client::close_payload(4001, "")));
  EXPECT_TRUE(wire_.finished);
  EXPECT_THAT(session_.messages, IsEmpty());
  connection_->send("too late");
  EXPECT_TRUE(push(1, "too late"));
  loop_.advance(seconds(1));
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(WsReadingTest, ACloseThatHadBeenReadButNotToldEndsTheHandshake) {
  start();
  session_.then = [this] { connection_->set_reading(false); };
  wire_.receive(text("one") + text("two") + frame(Opcode::kClose, ""));
  connection_->close(close_code::kStopping, "stopping");
  EXPECT_TRUE(wire_.finished);
  EXPECT_TRUE(wire_.reading);
  EXPECT_THAT(session_.messages, ElementsAre("one"));
}

TEST_F(WsReadingTest, ACloseWaitsForWhatIsHalfWritten) {
  start();
  wire_.room = 4;
  connection_->send("half");
  loop_.settle();
  connection_->send("dropped");
  connection_->close(close_code::kStopping, "stopping");
  wire_.receive(frame(Opcode::kClose, ""));
  EXPECT_FALSE(wire_.finished);
  wire_.make_room(FakeWire::kAny);
  EXPECT_TRUE(wire_.finished);
  EXPECT_THAT(seen(), ElementsAre("half", "close 4001"));
}

TEST_F(WsReadingTest, WhatWaitsGoesBeforeTheAnswerToAClose) {
  start();
  wire_.room = 10;
  session_.then = [this] { connection_->send("answer " + session_.messages.back()); };
  wire_.receive(text("one") + text("two"));
  EXPECT_TRUE(push(1, "pushed"));
  wire_.receive(frame(Opcode::kClose, "") + text("three"));
  connection_->send("too late");
  EXPECT_FALSE(wire_.finished);
  wire_.make_room(10);
  EXPECT_FALSE(wire_.finished);
  wire_.make_room(FakeWire::kAny);
  EXPECT_TRUE(wire_.finished);
  EXPECT_THAT(seen(), ElementsAre("answer one", "answer two", "1:pushed", "close 1005"));
  loop_.settle();
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(WsReadingTest, WhatWasSaidBeforeABrokenFrameIsAnsweredBeforeItIsRefused) {
  start();
  session_.then = [this] { connection_->send("answer " + session_.messages.back()); };
  wire_.receive(text("one") + frame(Opcode::kContinuation, "x") + text("two"));
  EXPECT_THAT(seen(), ElementsAre("answer one", "close 1002"));
  EXPECT_TRUE(wire_.finished);
}

TEST_F(WsReadingTest, OneWhoClosesAndDoesNotReadWhatWaitsIsCutOff) {
  start();
  wire_.room = 0;
  connection_->send("never read");
  wire_.receive(frame(Opcode::kClose, ""));
  loop_.advance(limits_.closing + seconds(1));
  connection_->check();
  EXPECT_EQ(session_.closed, 1);
  EXPECT_FALSE(wire_.there);
}

TEST_F(WsReadingTest, BinaryDataIsToldToASessionThatTakesIt) {
  start();
  session_.takes_binary = true;
  wire_.receive(frame(Opcode::kBinary, "one") + text("two"));
  connection_->send("three", Opcode::kBinary);
  loop_.settle();
  EXPECT_THAT(session_.messages, ElementsAre("binary one", "two"));
  EXPECT_THAT(seen(), ElementsAre("binary three"));
  EXPECT_EQ(flusher_.counts().received, 2);
}

TEST_F(WsReadingTest, WhoDoesNotCloseInTimeIsCutOff) {
  start();
  connection_->close(close_code::kStopping, "stopping");
  loop_.advance(limits_.closing);
  connection_->check();
  EXPECT_EQ(session_.closed, 0);
  loop_.advance(seconds(1));
  connection_->check();
  EXPECT_EQ(session_.closed, 1);
  EXPECT_FALSE(wire_.there);
}

TEST_F(WsReadingTest, BrokenFramesAreAnsweredWithTheirCode) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {frame(Opcode::kBinary, "x"), "close 1003"},
      {frame(Opcode::kText, "\xff"), "close 1007"},
      {frame(Opcode::kContinuation, "x"), "close 1002"},
      {frame(Opcode::kText, std::string((64UL << 10) + 1, 'x')), "close 1009"},
      {std::string("\x81\x01x", 3), "close 1002"}};  // without a mask
  for (const auto& [bytes, answer] : cases) {
    wire_ = FakeWire();
    start();
    wire_.receive(bytes);
    EXPECT_THAT(seen(), ElementsAre(answer));
    EXPECT_EQ(wire_.finished, answer != "close 1003") << "nothing more of it can be understood: " << answer;
  }
  EXPECT_THAT(session_.messages, IsEmpty());
}

TEST_F(WsReadingTest, AnySignOfLifeKeepsAConnection) {
  start();
  for (int i = 0; i < 10; ++i) {
    loop_.advance(limits_.ping_after + seconds(1));
    connection_->check();
    EXPECT_THAT(seen(), ElementsAre("ping"));
    wire_.receive(frame(Opcode::kPong, ""));
  }
  EXPECT_EQ(session_.closed, 0);
}

TEST_F(WsReadingTest, OneWhoDoesNotReadForTooLongIsClosedAsSlowAndOneWhoReadsALittleIsNot) {
  start();
  wire_.room = 0;
  connection_->send(std::string(1000, 'x'));
  loop_.settle();
  for (int i = 0; i < 10; ++i) {
    loop_.advance(limits_.slow_after - seconds(1));
    wire_.receive(frame(Opcode::kPong, ""));
    wire_.make_room(5);
    connection_->check();
  }
  EXPECT_TRUE(push(1, "still here"));
  loop_.advance(limits_.slow_after + seconds(1));
  connection_->check();
  loop_.advance(limits_.closing + seconds(1));
  connection_->check();
  EXPECT_EQ(session_.closed, 1) << "it read neither the close frame";
  EXPECT_FALSE(wire_.there);
}

// Whoever took a few bytes every 29 s once kept a full queue for ever.
TEST_F(WsReadingTest, OneWhoReadsALittleNowAndThenIsClosedWhenSomethingHasWaitedAllTheTime) {
  start();
  wire_.room = 0;
  connection_->send(std::string(10'000, 'x'));
  loop_.settle();
  const auto began = loop_.now();
  while (loop_.now() - began <= limits_.behind_after - seconds(20)) {
    loop_.advance(seconds(20));
    wire_.receive(frame(Opcode::kPong, ""));
    wire_.make_room(100);
    connection_->check();
    ASSERT_FALSE(connection_->is_closing());
  }
  loop_.advance(seconds(20));
  wire_.make_room(100);
  connection_->check();
  EXPECT_TRUE(connection_->is_closing());
  EXPECT_EQ(flusher_.counts().closed_slow, 1);
  wire_.make_room(FakeWire::kAny);
  EXPECT_THAT(seen(), ElementsAre(std::string(10'000, 'x'), "close 4000"));
}

TEST_F(WsReadingTest, OneWhoTakesEverythingOnceInAWhileIsNotClosed) {
  start();
  for (int i = 0; i < 100; ++i) {
    wire_.room = 0;
    connection_->send(std::string(10'000, 'x'));
    loop_.settle();
    loop_.advance(limits_.slow_after - seconds(1));
    wire_.receive(frame(Opcode::kPong, ""));
    connection_->check();
    wire_.make_room(FakeWire::kAny);
    connection_->check();
  }
  EXPECT_FALSE(connection_->is_closing());
}

TEST_F(WsReadingTest, AnEndWithoutACloseIsToldOnce) {
  start();
  connection_->send("x");
  wire_.handler->on_end("reset");
  loop_.settle();
  connection_->check();
  connection_->close(1000, "");
  EXPECT_EQ(session_.closed, 1);
}

}  // namespace
}  // namespace buzzer::gateway
