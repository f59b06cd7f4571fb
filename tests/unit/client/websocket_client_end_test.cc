// How a client ends: closed by either end, by a broken rule, by time, by its handler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/websocket_client_fixture.h"

namespace buzzer::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WebSocketClientEndTest : public WebSocketClientTest {};

TEST_F(WebSocketClientEndTest, ClosingIsAskedForAnsweredAndThenTheServerEndsFirst) {
  open();
  client_->close(4002, "done");
  EXPECT_FALSE(client_->is_open());
  EXPECT_FALSE(client_->send("late"));
  EXPECT_THAT(written(), ElementsAre(closed(4002, "done")));
  receive(Opcode::kText, "came before the server knew");
  EXPECT_THAT(handler_.messages, IsEmpty());
  receive(Opcode::kPing, "p");
  receive(Opcode::kClose, close_payload(4002, "done too"));
  EXPECT_EQ(wire_->written, "") << "no second close frame, no pong after the first";
  EXPECT_EQ(handler_.closed, 0);
  EXPECT_FALSE(wire_->finished);
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, 4002);
  EXPECT_EQ(handler_.reason, "done too");
}

TEST_F(WebSocketClientEndTest, ServersCloseIsAnsweredAndTold) {
  open();
  receive(Opcode::kClose, close_payload(4001, "stopping"));
  EXPECT_THAT(written(), ElementsAre(closed(4001)));
  EXPECT_FALSE(client_->is_open());
  EXPECT_FALSE(client_->send("late"));
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.code, 4001);
  EXPECT_EQ(handler_.reason, "stopping");
}

TEST_F(WebSocketClientEndTest, WhatWaitedGoesOutBeforeTheAnswerToAClose) {
  open();
  wire_->room = 2;
  EXPECT_TRUE(client_->send("waits"));
  receive(Opcode::kClose, "");
  wire_->make_room(1000);
  EXPECT_THAT(written(), ElementsAre(text("waits"), closed(close_code::kNoCode)));
}

TEST_F(WebSocketClientEndTest, ServerThatDoesNotAnswerTheCloseIsWaitedForSoLongOnly) {
  open();
  client_->close();
  loop_.advance(5s - 1ns);
  EXPECT_EQ(handler_.closed, 0);
  loop_.advance(1ns);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_FALSE(wire_->is_open());
}

TEST_F(WebSocketClientEndTest, ServerThatDoesNotEndIsWaitedForSoLongOnly) {
  open();
  receive(Opcode::kClose, close_payload(1001, ""));
  loop_.advance(5s);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, 1001);
  EXPECT_FALSE(wire_->is_open());
}

TEST_F(WebSocketClientEndTest, AnswerInTimeGivesTheServerTimeToEnd) {
  open();
  client_->close();
  loop_.advance(4900ms);
  receive(Opcode::kClose, close_payload(1000, ""));
  loop_.advance(4900ms);
  EXPECT_EQ(handler_.closed, 0);
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.code, 1000);
}

TEST_F(WebSocketClientEndTest, BrokenRuleAfterACloseIsToldButNoSecondCloseFrameSent) {
  open();
  client_->close();
  EXPECT_THAT(written(), ElementsAre(closed(1000)));
  receive(Opcode::kContinuation, "x");
  EXPECT_EQ(wire_->written, "");
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.code, close_code::kProtocolError);
}

TEST_F(WebSocketClientEndTest, SecondCloseDoesNothing) {
  open();
  client_->close();
  client_->close(4002);
  EXPECT_THAT(written(), ElementsAre(closed(1000)));
}

TEST_F(WebSocketClientEndTest, CloseBeforeItIsOpenGivesItUp) {
  dial();
  wire_->connect();
  client_->close();
  EXPECT_FALSE(wire_->is_open());
  EXPECT_EQ(handler_.closed, 0) << "not from within the call";
  loop_.settle();
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.opened, 0);
  loop_.advance(1h);
  EXPECT_EQ(handler_.closed, 1);
}

TEST_F(WebSocketClientEndTest, BrokenRuleIsAnsweredWithItsCode) {
  open();
  receive(Opcode::kContinuation, "x");
  const auto seen = written();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].code, close_code::kProtocolError);
  EXPECT_THAT(seen[0].payload, HasSubstr("no message to continue"));
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.code, close_code::kProtocolError);
  EXPECT_THAT(handler_.reason, HasSubstr("no message to continue"));
}

TEST_F(WebSocketClientEndTest, BinaryMessagesAreNotTaken) {
  open();
  receive(Opcode::kBinary, "x");
  EXPECT_EQ(written().at(0).code, close_code::kUnsupportedData);
  wire_->end("closed by peer");
  EXPECT_EQ(handler_.code, close_code::kUnsupportedData);
}

TEST_F(WebSocketClientEndTest, MessagesAreLimited) {
  options_.most_message = 100;
  open();
  receive(Opcode::kText, std::string(100, 'x'));
  EXPECT_EQ(handler_.messages.size(), 1U);
  receive(Opcode::kText, std::string(101, 'x'));
  EXPECT_EQ(written().at(0).code, close_code::kTooBig);
}

TEST_F(WebSocketClientEndTest, EndWithoutACloseFrameIsAbnormal) {
  open();
  wire_->end("Connection reset by peer");
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_EQ(handler_.reason, "Connection reset by peer");
  EXPECT_FALSE(client_->send("late"));
  client_->close();
  loop_.advance(1h);
  EXPECT_EQ(handler_.closed, 1);
}

TEST_F(WebSocketClientEndTest, SilenceOfTheServerEndsIt) {
  open();
  loop_.advance(70s);
  receive(Opcode::kPing, "");
  loop_.advance(75s - 1ns);
  EXPECT_EQ(handler_.closed, 0);
  loop_.advance(1ns);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_THAT(handler_.reason, HasSubstr("75000 ms"));
}

TEST_F(WebSocketClientEndTest, WhileReadingIsOffThereIsNoSilence) {
  open();
  client_->set_reading(false);
  EXPECT_FALSE(wire_->reading);
  loop_.advance(1h);
  EXPECT_EQ(handler_.closed, 0);
  client_->set_reading(true);
  EXPECT_TRUE(wire_->reading);
  loop_.advance(1h);
  EXPECT_EQ(handler_.closed, 1);
}

TEST_F(WebSocketClientEndTest, ClosingReadsOn) {
  open();
  client_->set_reading(false);
  client_->close();
  EXPECT_TRUE(wire_->reading);
}

TEST_F(WebSocketClientEndTest, HandlerMayCloseOrSendFromWithinACall) {
  open();
  handler_.then = [this] {
    if (handler_.closed > 0) return;
    static_cast<void>(client_->send("answer"));
    client_->close();
  };
  wire_->receive(frame_to(Role::kClient, Opcode::kText, "one") + frame_to(Role::kClient, Opcode::kText, "two"));
  EXPECT_THAT(handler_.messages, ElementsAre("one"));
  EXPECT_THAT(written(), ElementsAre(text("answer"), closed(1000)));
}

TEST_F(WebSocketClientEndTest, HandlerMayDestroyItFromWithinAnyCall) {
  handler_.then = [this] { client_.reset(); };
  const std::string two = frame_to(Role::kClient, Opcode::kText, "one") + frame_to(Role::kClient, Opcode::kText, "two");
  dial();
  wire_->connect();
  wire_->receive(answer() + two);
  EXPECT_EQ(client_, nullptr) << "in on_open";
  EXPECT_THAT(handler_.messages, IsEmpty());

  handler_.then = nullptr;
  handler_.opened = 0;
  open();
  handler_.then = [this] { client_.reset(); };
  wire_->receive(two);
  EXPECT_EQ(client_, nullptr) << "in on_message";
  EXPECT_THAT(handler_.messages, ElementsAre("one"));

  handler_.then = nullptr;
  handler_.opened = 0;
  options_.most_queued = 100;
  open();
  handler_.then = [this] { client_.reset(); };
  wire_->room = 0;
  while (client_->send("12345678901234567890")) continue;
  wire_->make_room(1000);
  EXPECT_EQ(client_, nullptr) << "in on_writable";

  handler_.then = nullptr;
  for (const bool by_timer : {false, true}) {
    wire_->room = std::string::npos;
    wire_->written.clear();
    handler_.opened = 0;
    open();
    receive(Opcode::kClose, "");
    handler_.then = [this] { client_.reset(); };
    if (by_timer) {
      loop_.advance(5s);
    } else {
      wire_->end("closed by peer");
    }
    EXPECT_EQ(client_, nullptr) << "in on_closed";
    handler_.then = nullptr;
  }
  loop_.advance(1h);
}

}  // namespace
}  // namespace buzzer::client
