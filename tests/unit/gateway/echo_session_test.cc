#include "node/gateway/echo_session.h"

#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using client::Opcode;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class EchoSessionTest : public WsConnectionTest {
 protected:
  void start_echo(std::string_view early = {}) {
    limits_ = EchoSession::limits();
    reader_.emplace(client::Role::kClient, limits_.reader);
    connection_ = std::make_shared<WsConnection>(limits_, std::make_unique<FakeConnection>(wire_), loop_, flusher_);
    echo_ = std::make_shared<EchoSession>(connection_, [this](Session& session) {
      EXPECT_EQ(&session, echo_.get());
      echo_.reset();
    });
    echo_->start(early);
  }

  std::shared_ptr<EchoSession> echo_;
};

TEST_F(EchoSessionTest, MessagesComeBackAsTheyCame) {
  start_echo(text("early"));
  wire_.receive(frame(Opcode::kBinary, std::string("\0\xff", 2)) + frame(Opcode::kText, "in ", false) +
                frame(Opcode::kContinuation, "two") + text(""));
  loop_.settle();
  EXPECT_THAT(seen(), ElementsAre("early", std::string("binary \0\xff", 9), "in two", ""));
  EXPECT_EQ(flusher_.counts().received, 4);
  EXPECT_EQ(flusher_.counts().messages, 4);
}

TEST_F(EchoSessionTest, AMessageOfSixteenMebibytesComesBackAndALargerOneDoesNot) {
  start_echo();
  const std::string large(EchoSession::kMostMessage, 'x');
  wire_.receive(text(large));
  loop_.settle();
  const auto lines = seen();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_TRUE(lines.front() == large);
  wire_.receive(text(large + 'x'));
  EXPECT_THAT(seen(), ElementsAre("close 1009"));
}

TEST_F(EchoSessionTest, NothingMoreIsReadWhileMuchWaitsAndAllOfItLater) {
  start_echo();
  wire_.room = 0;
  const std::string message(50'000, 'x');
  std::size_t sent = 0;
  for (; wire_.reading && sent < 100; ++sent) {
    wire_.receive(text(message));
    loop_.settle();
  }
  EXPECT_LT(connection_->queued_bytes(), EchoSession::kMostWaiting + 2 * message.size());
  wire_.receive(text("was on its way"));
  EXPECT_FALSE(wire_.reading);
  wire_.make_room(FakeWire::kAny);
  loop_.settle();
  EXPECT_TRUE(wire_.reading);
  const auto lines = seen();
  ASSERT_THAT(lines, SizeIs(sent + 1));
  EXPECT_EQ(lines.back(), "was on its way");
}

TEST_F(EchoSessionTest, ItIsGoneWithItsConnection) {
  start_echo();
  wire_.receive(text("hello"));
  wire_.handler->on_end("the peer closed it");
  EXPECT_EQ(echo_, nullptr);
  EXPECT_FALSE(wire_.there);
  loop_.settle();
  EXPECT_THAT(seen(), IsEmpty());
}

}  // namespace
}  // namespace buzzer::gateway
