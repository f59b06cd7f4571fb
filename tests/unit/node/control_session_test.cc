#include "node/control/control_session.h"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/unit/node/fake_control.h"

namespace buzzer::control {
namespace {

using base::NodeId;
using testing::ElementsAre;
using testing::SizeIs;
using tests::to_bytes;

const std::string kToken = "c0ffee";

class ControlSessionTest : public testing::Test {
 protected:
  ControlSessionTest() {
    server_.drop = [this] { session_.reset(); };
    session_->start();
  }

  void send(std::string_view text) { session_->on_bytes(to_bytes(text)); }
  void authorize() {
    send("auth c0ffee\n");
    ASSERT_EQ(answers(), "ok\n");
  }
  // What the master has read since it last looked.
  std::string answers() { return std::exchange(wire_.read, {}); }
  // The master reads up to `bytes` more.
  void make_room(std::size_t bytes) {
    wire_.room = bytes;
    session_->on_writable();
  }

  FakeTarget target_;
  Wire wire_;
  FakeServer server_;
  std::shared_ptr<ControlSession> session_ =
      std::make_shared<ControlSession>(std::make_unique<FakeConnection>(wire_), kToken, target_, server_);
};

TEST_F(ControlSessionTest, LabsCommandsAreAnsweredByteForByte) {
  send("get\n");
  EXPECT_EQ(answers(), "messages \n");
  send("broadcast it's one\nbroadcast two\nget\nalive\n");
  EXPECT_EQ(answers(), "messages it's one,two\nalive 0,2\n");
}

TEST_F(ControlSessionTest, EmptyMessagesKeepTheirCommas) {
  target_.lines = {"", "a", ""};
  send("get\n");
  EXPECT_EQ(answers(), "messages ,a,\n");
}

TEST_F(ControlSessionTest, CommandsMayComeInAnyPieces) {
  for (const char byte : std::string("alive\r\nalive\n")) send({&byte, 1});
  EXPECT_EQ(answers(), "alive 0,2\nalive 0,2\n");
}

TEST_F(ControlSessionTest, EveryLineThatIsNoCommandIsAnswered) {
  send("hello\n\nget now\n");
  EXPECT_EQ(answers(), "error unknown command: hello\nerror unknown command: \nerror usage: get\n");
}

TEST_F(ControlSessionTest, CommandsOfTheMasterWantTheTokenFirst) {
  send("status\nblock 1\nunblock 1\nmark\nstop\n");
  EXPECT_EQ(answers(),
            "error not authorized\nerror not authorized\nerror not authorized\nerror not authorized\n"
            "error not authorized\n");
  send("auth wrong\nstop\nauth C0FFEE\nauth c0ffe\nstop\n");
  EXPECT_EQ(answers(),
            "error wrong token\nerror not authorized\nerror wrong token\nerror wrong token\n"
            "error not authorized\n");
  EXPECT_EQ(target_.stops, 0);
}

TEST_F(ControlSessionTest, WrongTokenAfterTheRightOneTakesNothingAway) {
  authorize();
  send("auth wrong\nstop\n");
  EXPECT_EQ(answers(), "error wrong token\nok\n");
  EXPECT_EQ(target_.stops, 1);
}

TEST_F(ControlSessionTest, AnswersOfTheNodeBecomeLines) {
  authorize();
  send("status\n");
  target_.statuses.at(0)(R"({"id":0})");
  send("block 1 in\n");
  target_.dones.at(0)({});
  send("unblock 9\n");
  target_.dones.at(1)(base::fail("no peer 9"));
  send("mark\n");
  target_.marks.at(0)(std::vector<NodeId>{NodeId(1), NodeId(2)});
  send("mark\n");
  target_.marks.at(1)(base::fail("no answer from 1"));
  EXPECT_EQ(answers(), "{\"id\":0}\nok\nerror unblock: no peer 9\nmarked 1,2\nerror mark: no answer from 1\n");
  EXPECT_THAT(target_.asked, ElementsAre("block 1 in", "unblock 9"));
}

TEST_F(ControlSessionTest, NextCommandWaitsUntilTheOneUnderWayIsDone) {
  authorize();
  send("block 1\nalive\nunblock 1\nget\n");
  EXPECT_THAT(target_.asked, ElementsAre("block 1 in out"));
  EXPECT_EQ(answers(), "");
  EXPECT_FALSE(wire_.reading);
  target_.dones.at(0)({});
  EXPECT_EQ(answers(), "ok\nalive 0,2\n");
  EXPECT_THAT(target_.asked, SizeIs(2));
  EXPECT_FALSE(wire_.reading);
  target_.dones.at(1)({});
  EXPECT_EQ(answers(), "ok\nmessages \n");
  EXPECT_TRUE(wire_.reading);
}

TEST_F(ControlSessionTest, LineTooLongIsAnsweredAndItAloneIsLost) {
  send("alive\n");
  send("broadcast " + std::string(kMostLineBytes, 'x'));
  send("still the same line\nalive\n");
  EXPECT_EQ(answers(), "alive 0,2\nerror line too long: the limit is 65536 bytes\nalive 0,2\n");
  EXPECT_TRUE(target_.lines.empty());
}

TEST_F(ControlSessionTest, LongestLinePasses) {
  const std::string text(kMostLineBytes - std::string("broadcast ").size(), 'x');
  send("broadcast " + text + "\n");
  EXPECT_THAT(target_.lines, ElementsAre(text));
}

TEST_F(ControlSessionTest, BrowserIsSentAwayWithoutAnAnswer) {
  send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nbroadcast from a web page\n");
  EXPECT_FALSE(wire_.open);
  EXPECT_EQ(server_.closed, 1);
  EXPECT_EQ(answers(), "");
  EXPECT_TRUE(target_.lines.empty());
}

// A request line past the limit was not seen to be HTTP, and the page's commands after it were executed.
TEST_F(ControlSessionTest, BrowserWithALongAddressIsSentAwayToo) {
  send("POST /" + std::string(kMostLineBytes, 'x') + " HTTP/1.1\r\n\r\nbroadcast from a web page\n");
  EXPECT_FALSE(wire_.open);
  EXPECT_TRUE(target_.lines.empty());
}

TEST_F(ControlSessionTest, OnlyTheFirstLineCanBeARequest) {
  send("alive\nGET / HTTP/1.1\n");
  EXPECT_EQ(answers(), "alive 0,2\nerror unknown command: GET / HTTP/1.1\n");
  EXPECT_TRUE(wire_.open);
}

TEST_F(ControlSessionTest, SlowReaderGetsEveryAnswerInOrder) {
  wire_.room = 0;
  std::string lines;
  std::string expected;
  for (int i = 0; i < 700; ++i) {
    lines += (i > 0 ? "," : "") + std::to_string(i);
    expected += "messages " + lines + "\n";
    send("broadcast " + std::to_string(i) + "\nget\n");
    make_room(static_cast<std::size_t>(i * 37 % 2500));
  }
  while (wire_.read.size() < expected.size()) {
    const std::size_t before = wire_.read.size();
    make_room(4096);
    ASSERT_GT(wire_.read.size(), before);
  }
  EXPECT_TRUE(answers() == expected);
}

TEST_F(ControlSessionTest, MasterThatDoesNotReadIsNotReadFrom) {
  wire_.room = 0;
  target_.lines = {std::string(100'000, 'x')};
  std::string gets;
  for (int i = 0; i < 100; ++i) gets += "get\n";
  send(gets);
  EXPECT_FALSE(wire_.reading);
  make_room(static_cast<std::size_t>(-1));
  EXPECT_TRUE(wire_.reading);
  const std::string read = answers();
  EXPECT_EQ(std::count(read.begin(), read.end(), '\n'), 100);
}

TEST_F(ControlSessionTest, NothingMoreIsReadWhileAnAnswerWaits) {
  wire_.room = 3;
  send("alive\n");
  EXPECT_FALSE(wire_.reading) << "the master's end of sending would cost it the answer";
  make_room(100);
  EXPECT_TRUE(wire_.reading);
  EXPECT_EQ(answers(), "alive 0,2\n");
}

TEST_F(ControlSessionTest, LogIsNotPutTogetherForAMasterThatLeft) {
  wire_.broken = true;
  send("get\nbroadcast still executed\n");
  EXPECT_EQ(answers(), "");
  EXPECT_THAT(target_.lines, SizeIs(1));
}

TEST_F(ControlSessionTest, NoMoreThanAMebibyteAndOneAnswerWaits) {
  wire_.room = 0;
  target_.lines = {std::string(kMostUnread / 2, 'x')};
  send("get\nget\nget\nget\nbroadcast late\n");
  EXPECT_THAT(target_.lines, SizeIs(1)) << "executed although nobody reads";
  make_room(static_cast<std::size_t>(-1));
  EXPECT_THAT(target_.lines, SizeIs(2));
}

TEST_F(ControlSessionTest, MasterThatLeavesHarmsNothing) {
  authorize();
  send("status\n");
  session_->on_end("closed by peer");
  EXPECT_EQ(server_.closed, 1);
  EXPECT_FALSE(wire_.open);
  target_.statuses.at(0)("{}");  // the answer comes when nobody is there any more
  EXPECT_EQ(answers(), "");
}

TEST_F(ControlSessionTest, CallbackThatIsNeverCalledKeepsNoSession) {
  authorize();
  send("mark\n");
  const std::weak_ptr<ControlSession> watched = session_;
  session_->on_end("closed by peer");
  EXPECT_TRUE(watched.expired());
}

TEST_F(ControlSessionTest, StopIsAnsweredBeforeTheNodeStops) {
  authorize();
  send("stop\n");
  EXPECT_EQ(answers(), "ok\n");
  EXPECT_EQ(target_.stops, 1);
}

TEST_F(ControlSessionTest, UsersAndBuzzesWantAuthFirst) {
  for (const char* line : {"as bob post x\n", "as bob follow max\n", "author bob\n", "feed bob\n", "topic x\n",
                           "mentions bob\n", "thread 1\n", "users\n", "followers bob\n", "followees bob\n",
                           "user bob\n", "home bob\n", "owed\n", "settle 5\n", "trace 5\n", "audit\n"}) {
    send(line);
    EXPECT_EQ(answers(), "error not authorized\n") << line;
  }
}

TEST_F(ControlSessionTest, WishesAreAnsweredInOrder) {
  authorize();
  send("as bob with k post x\nauthor bob\nhome bob\n");
  ASSERT_THAT(target_.asked, ElementsAre("as bob with k"));
  proto::Reply reply;
  reply.set_id(7);
  target_.replies.at(0)(reply);
  EXPECT_EQ(answers(), "posted 7\n");
  ASSERT_THAT(target_.answers, SizeIs(1));
  target_.answers.at(0)({});
  EXPECT_EQ(answers(), "author \nhome 2 shard 5\n");
}

TEST_F(ControlSessionTest, SettleIsAnsweredWhenItIsDoneOrItsTimeIsOver) {
  authorize();
  send("settle 500\nalive\n");
  EXPECT_THAT(target_.asked, ElementsAre("settle 500"));
  EXPECT_EQ(answers(), "");
  target_.dones.at(0)({});
  EXPECT_EQ(answers(), "settled\nalive 0,2\n");
  send("settle 0\n");
  target_.dones.at(1)(base::fail("3>4 1; no answer from 1"));
  EXPECT_EQ(answers(), "error not_settled: 3>4 1; no answer from 1\n");
}

TEST_F(ControlSessionTest, TracesAndAuditsAreAnsweredInTurn) {
  authorize();
  send("audit json 3\ntrace 7\n");
  EXPECT_EQ(target_.asked.back(), "audit shard 3 as json");
  target_.statuses.at(0)("{}");
  EXPECT_EQ(target_.asked.back(), "trace 7");
  target_.statuses.at(1)("trace 7/1 @bob shard 5 | nowhere else");
  EXPECT_EQ(answers(), "{}\ntrace 7/1 @bob shard 5 | nowhere else\n");
}

TEST_F(ControlSessionTest, NobodyGoesOnSettlingForAMasterThatLeft) {
  authorize();
  send("settle 600000\n");
  EXPECT_FALSE(target_.settlings.at(0).expired());
  session_->on_end("closed by peer");
  EXPECT_TRUE(target_.settlings.at(0).expired());
}

}  // namespace
}  // namespace buzzer::control
