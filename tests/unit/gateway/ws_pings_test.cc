// Pings and pongs, from either end.
#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using client::Opcode;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using WsPingsTest = WsConnectionTest;

TEST_F(WsPingsTest, APingIsAnsweredAndAFragmentedMessageGoesOnBehindIt) {
  start();
  wire_.receive(frame(Opcode::kText, "he", false) + frame(Opcode::kPing, "42") + frame(Opcode::kContinuation, "llo"));
  EXPECT_THAT(seen(), ElementsAre("pong 42"));
  EXPECT_THAT(session_.messages, ElementsAre("hello"));
}

TEST_F(WsPingsTest, APongToOneWhoDoesNotReadComesBehindWhatIsHalfWritten) {
  start();
  wire_.room = 10;
  connection_->send("longer than ten bytes");
  loop_.settle();
  wire_.receive(frame(Opcode::kPing, "now"));
  wire_.make_room(FakeWire::kAny);
  EXPECT_THAT(seen(), ElementsAre("longer than ten bytes", "pong now"));
}

TEST_F(WsPingsTest, TenPingsAreAnsweredInTheirOrderInOneWrite) {
  start();
  std::string pings;
  std::vector<std::string> pongs;
  for (int i = 0; i < 10; ++i) {
    pings += frame(Opcode::kPing, std::to_string(i));
    pongs.push_back("pong " + std::to_string(i));
  }
  wire_.receive(pings);
  EXPECT_EQ(seen(), pongs);
  EXPECT_THAT(wire_.writes, SizeIs(1));
  wire_.receive(frame(Opcode::kPing, "alone"));
  EXPECT_THAT(seen(), ElementsAre("pong alone"));
}

TEST_F(WsPingsTest, APingBeforeACloseIsAnsweredBeforeIt) {
  start();
  wire_.receive(frame(Opcode::kPing, "1") + frame(Opcode::kClose, ""));
  EXPECT_THAT(seen(), ElementsAre("pong 1", "close 1005"));
}

// Pings of six bytes once kept a worker from its timers and its other clients for seconds.
TEST_F(WsPingsTest, AFloodOfPingsInOneReadIsTakenAFewAtATime) {
  start();
  constexpr std::size_t kPings = 10'000;
  std::string flood;
  for (std::size_t i = 0; i < kPings; ++i) flood += frame(Opcode::kPing, "");
  wire_.receive(flood);
  EXPECT_THAT(seen(), SizeIs(64)) << "the others have their turn";
  EXPECT_FALSE(wire_.reading) << "and nothing more is read before all of that is done";
  EXPECT_LE(connection_->held_bytes(), 2 * flood.size());
  wire_.receive(text("behind it"));  // was on its way
  EXPECT_THAT(session_.messages, IsEmpty());
  loop_.settle();
  EXPECT_THAT(seen(), SizeIs(kPings - 64));
  EXPECT_THAT(session_.messages, ElementsAre("behind it"));
  EXPECT_THAT(wire_.writes, SizeIs(kPings / 64 + 1));
  EXPECT_TRUE(wire_.reading);
  EXPECT_LT(connection_->held_bytes(), 128U);
}

TEST_F(WsPingsTest, OneWhoReadsNothingGetsThePongOfTheLatestPing) {
  start();
  wire_.room = 0;
  connection_->send("hello");
  loop_.settle();
  for (int i = 0; i < 1000; ++i) wire_.receive(frame(Opcode::kPing, std::to_string(i)));
  connection_->send("later");
  wire_.make_room(FakeWire::kAny);
  EXPECT_THAT(seen(), ElementsAre("hello", "pong 999", "later"));
}

TEST_F(WsPingsTest, PingsOfOneWhoReadsNothingCostNoMoreThanALimit) {
  start();
  wire_.room = 0;
  connection_->send("hello");
  loop_.settle();
  for (int i = 0; i < 10'000; ++i) wire_.receive(frame(Opcode::kPing, std::string(125, 'p')));
  EXPECT_LT(connection_->queued_bytes(), 256U);
}

TEST_F(WsPingsTest, ASilentClientIsPingedOnceAndClosedWhenNothingComes) {
  start();
  loop_.advance(limits_.ping_after);
  connection_->check();
  EXPECT_THAT(seen(), IsEmpty());
  loop_.advance(seconds(5));
  connection_->check();
  connection_->check();
  EXPECT_THAT(seen(), ElementsAre("ping"));
  loop_.advance(limits_.close_after - limits_.ping_after);
  connection_->check();
  EXPECT_THAT(seen(), ElementsAre("close 4002"));
}

}  // namespace
}  // namespace buzzer::gateway
