#include "client/websocket_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/websocket_client_fixture.h"

namespace buzzer::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(WebSocketClientTest, AsksForTheUpgradeOnceConnected) {
  options_.headers = {{"Cookie", "a=b"}};
  options_.target = "/echo";
  dial();
  EXPECT_EQ(wire_->written, "");
  wire_->connect();
  EXPECT_THAT(wire_->written, testing::StartsWith("GET /echo HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"));
  EXPECT_THAT(wire_->written, HasSubstr("\r\nCookie: a=b\r\n"));
  EXPECT_THAT(wire_->written, HasSubstr("\r\nSec-WebSocket-Protocol: buzzer.v1.json\r\n"));
  EXPECT_FALSE(client_->is_open());
  wire_->receive(answer());
  EXPECT_TRUE(client_->is_open());
  EXPECT_EQ(handler_.opened, 1);
  EXPECT_EQ(handler_.subprotocol, "buzzer.v1.json");
}

TEST_F(WebSocketClientTest, HostCanBeNamed) {
  options_.host = "buzzer.example";
  dial();
  wire_->connect();
  EXPECT_THAT(wire_->written, HasSubstr("\r\nHost: buzzer.example\r\n"));
}

TEST_F(WebSocketClientTest, OptionsThatCannotStandInARequestAreRefused) {
  options_.headers = {{"A", "x\r\ny"}};
  EXPECT_FALSE(WebSocketClient::dial({loop_, transport_, random_}, options_, handler_));
}

TEST_F(WebSocketClientTest, AnswerAndFirstMessagesMayComeTogetherOrByteByByte) {
  const std::string messages =
      frame_to(Role::kClient, Opcode::kText, "welcome") + frame_to(Role::kClient, Opcode::kText, "again");
  dial();
  wire_->connect();
  wire_->receive(answer() + messages);
  EXPECT_THAT(handler_.messages, ElementsAre("welcome", "again"));
  dial();
  wire_->connect();
  handler_.messages.clear();
  for (const char byte : answer() + messages) wire_->receive({&byte, 1});
  EXPECT_THAT(handler_.messages, ElementsAre("welcome", "again"));
}

TEST_F(WebSocketClientTest, RefusalEndsItWithTheServersWords) {
  dial();
  wire_->connect();
  wire_->receive("HTTP/1.1 421 Misdirected Request\r\n\r\n");
  EXPECT_EQ(handler_.opened, 0);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_THAT(handler_.reason, HasSubstr("421 Misdirected Request"));
  EXPECT_FALSE(wire_->is_open());
}

TEST_F(WebSocketClientTest, AnswerThatIsTooLongEndsIt) {
  dial();
  wire_->connect();
  wire_->receive(std::string(kMostHeadBytes + 1, 'x'));
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_THAT(handler_.reason, HasSubstr("8192"));
}

TEST_F(WebSocketClientTest, ConnectionThatCannotBeMadeEndsItWithTheReason) {
  dial();
  wire_->end("cannot connect: refused");
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_EQ(handler_.reason, "cannot connect: refused");
}

TEST_F(WebSocketClientTest, NoAnswerInTimeEndsIt) {
  dial();
  loop_.advance(2s);
  wire_->connect();
  loop_.advance(3s - 1ns);
  EXPECT_EQ(handler_.closed, 0);
  loop_.advance(1ns);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_THAT(handler_.reason, HasSubstr("5000 ms"));
  EXPECT_FALSE(wire_->is_open());
}

TEST_F(WebSocketClientTest, HandshakeTimeDoesNotEndWhatIsOpen) {
  open();
  loop_.advance(6s);
  EXPECT_TRUE(client_->is_open());
}

TEST_F(WebSocketClientTest, MessagesGoOutMaskedEachWithAKeyOfItsOwn) {
  open();
  EXPECT_TRUE(client_->send("Hello"));
  EXPECT_TRUE(client_->send("Hello"));
  const std::string bytes = wire_->written;
  ASSERT_EQ(bytes.size(), 22U);
  EXPECT_NE(bytes.substr(2, 4), bytes.substr(13, 4));
  EXPECT_THAT(written(), ElementsAre(text("Hello"), text("Hello")));
}

TEST_F(WebSocketClientTest, NothingIsSentBeforeItIsOpen) {
  dial();
  EXPECT_FALSE(client_->send("early"));
  wire_->connect();
  EXPECT_FALSE(client_->send("early"));
  wire_->receive(answer());
  EXPECT_EQ(wire_->written, "");
  EXPECT_TRUE(client_->send("now"));
}

TEST_F(WebSocketClientTest, PingsAreAnswered) {
  open();
  receive(Opcode::kPing, "data");
  EXPECT_THAT(written(), ElementsAre(pong("data")));
  receive(Opcode::kPong, "unasked");
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(WebSocketClientTest, WhatFindsNoRoomIsSentLaterInOrder) {
  open();
  wire_->room = 5;
  EXPECT_TRUE(client_->send("one"));
  EXPECT_TRUE(client_->send("two"));
  receive(Opcode::kPing, "p");
  EXPECT_EQ(wire_->written.size(), 5U);
  wire_->make_room(7);
  EXPECT_EQ(wire_->written.size(), 12U);
  wire_->make_room(1000);
  EXPECT_EQ(client_->queued_bytes(), 0U);
  EXPECT_THAT(written(), ElementsAre(text("one"), text("two"), pong("p")));
}

TEST_F(WebSocketClientTest, FullQueueRefusesAndTellsWhenThereIsRoom) {
  options_.most_queued = 1000;
  open();
  wire_->room = 0;
  const std::string message(100, 'x');
  int sent = 0;
  while (client_->send(message)) ++sent;
  EXPECT_EQ(sent, 9);
  EXPECT_LE(client_->queued_bytes(), 1000U);
  wire_->make_room(100);
  EXPECT_EQ(handler_.writable, 0);
  wire_->make_room(1000);
  EXPECT_EQ(handler_.writable, 1);
  wire_->make_room(1000);
  EXPECT_EQ(handler_.writable, 1) << "told once for each refusal";
  EXPECT_TRUE(client_->send(message));
  EXPECT_FALSE(client_->send(std::string(1001, 'x')));
  EXPECT_FALSE(client_->send(std::string(1001 - kMostHeaderBytes, 'x')));
  EXPECT_TRUE(client_->send(std::string(1000 - kMostHeaderBytes, 'x')));
}

TEST_F(WebSocketClientTest, ServerThatPingsAndReadsNothingFillsNoMoreThanTheQueue) {
  options_.most_queued = 1000;
  open();
  wire_->room = 0;
  for (int i = 0; i < 1000; ++i) receive(Opcode::kPing, std::string(100, 'p'));
  EXPECT_LE(client_->queued_bytes(), 1000U + kMostControlPayload + kMostHeaderBytes);
  EXPECT_GT(client_->queued_bytes(), 900U);
}

TEST_F(WebSocketClientTest, LongQueueDrainsThroughManySmallWrites) {
  open();
  wire_->room = 0;
  std::vector<Seen> sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back(text(std::string(20'000, static_cast<char>('a' + i))));
    ASSERT_TRUE(client_->send(sent.back().payload));
  }
  while (client_->queued_bytes() > 0) wire_->make_room(7'001);
  EXPECT_EQ(written(), sent);
}

}  // namespace
}  // namespace buzzer::client
