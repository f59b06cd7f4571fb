// On real sockets of the loopback interface.
#include "base/asio_transport.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/base/loopback_fixture.h"

namespace buzzer::base {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AsioTransportTest : public LoopbackTest {};

TEST_F(AsioTransportTest, BytesTravelBothWays) {
  ASSERT_NO_FATAL_FAILURE(connect());
  EXPECT_EQ(dialer_.write("ping"), 4U);
  ASSERT_TRUE(until([this] { return acceptor_.received == "ping"; }));
  EXPECT_EQ(acceptor_.write("pong"), 4U);
  ASSERT_TRUE(until([this] { return dialer_.received == "pong"; }));
  EXPECT_EQ(dialer_.ends + acceptor_.ends, 0);
}

TEST_F(AsioTransportTest, AcceptedEndIsNotToldThatItIsConnected) {
  ASSERT_NO_FATAL_FAILURE(connect());
  ASSERT_EQ(dialer_.write("x"), 1U);
  ASSERT_TRUE(until([this] { return !acceptor_.received.empty(); }));
  EXPECT_FALSE(acceptor_.connected);
}

TEST_F(AsioTransportTest, NothingIsToldFromWithinDial) {
  listen();
  dialer_.connection = transport_->dial(endpoint_, dialer_);
  EXPECT_FALSE(dialer_.connected);
  EXPECT_FALSE(dialer_.connection->is_loopback());
  EXPECT_EQ(dialer_.write("too early"), 0U);
  EXPECT_TRUE(until([this] { return dialer_.connected; }));
}

TEST_F(AsioTransportTest, MadeConnectionKnowsItsPeer) {
  ASSERT_NO_FATAL_FAILURE(connect());
  EXPECT_TRUE(dialer_.connection->is_loopback());
  EXPECT_TRUE(acceptor_.connection->is_loopback());
  EXPECT_EQ(dialer_.connection->peer_name(), to_string(endpoint_));
  EXPECT_THAT(acceptor_.connection->peer_name(), StartsWith("127.0.0.1:"));
}

TEST_F(AsioTransportTest, DialWhereNobodyListensEndsWithTheReason) {
  listen();
  transport_ = std::make_unique<AsioTransport>(loop_);
  dialer_.connection = transport_->dial(endpoint_, dialer_);
  ASSERT_TRUE(until([this] { return dialer_.ends > 0; }));
  EXPECT_THAT(dialer_.end_reason, StartsWith("cannot connect: "));
  EXPECT_FALSE(dialer_.connected);
  EXPECT_EQ(dialer_.ends, 1);
}

TEST_F(AsioTransportTest, NamesAreLookedUp) {
  listen();
  dialer_.connection = transport_->dial({"localhost", endpoint_.port}, dialer_);
  ASSERT_TRUE(until([this] { return dialer_.connected || dialer_.ends > 0; }));
  EXPECT_TRUE(dialer_.connected) << dialer_.end_reason;
}

TEST_F(AsioTransportTest, DialThatIsTakenBackTellsNothing) {
  listen();
  dialer_.connection = transport_->dial(endpoint_, dialer_);
  dialer_.connection.reset();
  ASSERT_NO_FATAL_FAILURE(let_arrive());
  EXPECT_FALSE(dialer_.connected);
  EXPECT_EQ(dialer_.ends, 0);
}

TEST_F(AsioTransportTest, BytesThatCameBeforeTheHandlerAreNotLost) {
  listen();
  dialer_.connection = transport_->dial(endpoint_, dialer_);
  ASSERT_TRUE(until([this] { return dialer_.connected && !accepted_.empty(); }));
  ASSERT_EQ(dialer_.write("early"), 5U);
  acceptor_.connection = std::move(accepted_.front());
  accepted_.clear();
  ASSERT_NO_FATAL_FAILURE(let_arrive());
  acceptor_.connection->set_handler(acceptor_);
  EXPECT_TRUE(until([this] { return acceptor_.received == "early"; }));
}

TEST_F(AsioTransportTest, ClosingIsHeardAfterAllThatWasWritten) {
  ASSERT_NO_FATAL_FAILURE(connect());
  const std::string text(100'000, 'x');
  const std::size_t taken = dialer_.write(text);
  dialer_.connection.reset();
  ASSERT_TRUE(until([this] { return acceptor_.ends > 0; }));
  EXPECT_EQ(acceptor_.received, text.substr(0, taken));
  EXPECT_EQ(acceptor_.end_reason, "closed by peer");
  EXPECT_EQ(acceptor_.ends, 1);
  EXPECT_EQ(dialer_.ends, 0);
}

TEST_F(AsioTransportTest, FinishedEndStillReads) {
  ASSERT_NO_FATAL_FAILURE(connect());
  acceptor_.then = [this] { static_cast<void>(acceptor_.write("answer")); };
  ASSERT_EQ(dialer_.write("question"), 8U);
  dialer_.connection->finish_writing();
  ASSERT_TRUE(until([this] { return acceptor_.ends > 0; }));
  EXPECT_EQ(acceptor_.received, "question");
  EXPECT_TRUE(until([this] { return dialer_.received == "answer"; }));
}

TEST_F(AsioTransportTest, FullConnectionTakesLessAndTellsWhenThereIsRoom) {
  ASSERT_NO_FATAL_FAILURE(connect());
  acceptor_.connection->set_reading(false);
  std::string sent;
  while (dialer_.writable == 0) {
    const std::string piece(100'000, static_cast<char>('a' + sent.size() % 26));
    const std::size_t taken = dialer_.write(piece);
    sent.append(piece, 0, taken);
    ASSERT_LT(sent.size(), 1U << 30);
    if (taken == piece.size()) continue;
    EXPECT_EQ(dialer_.write("more"), 0U);
    acceptor_.connection->set_reading(true);
    ASSERT_TRUE(until([this] { return dialer_.writable > 0; }));
  }
  ASSERT_TRUE(until([&] { return acceptor_.received.size() == sent.size(); }));
  EXPECT_TRUE(acceptor_.received == sent);
  EXPECT_EQ(dialer_.write("more"), 4U);
}

TEST_F(AsioTransportTest, WhileReadingIsOffNothingIsReadNotEvenTheEnd) {
  ASSERT_NO_FATAL_FAILURE(connect());
  acceptor_.connection->set_reading(false);
  ASSERT_EQ(dialer_.write("later"), 5U);
  dialer_.connection.reset();
  ASSERT_NO_FATAL_FAILURE(let_arrive());
  EXPECT_EQ(acceptor_.received, "");
  EXPECT_EQ(acceptor_.ends, 0);
  acceptor_.connection->set_reading(true);
  ASSERT_TRUE(until([this] { return acceptor_.ends > 0; }));
  EXPECT_EQ(acceptor_.received, "later");
}

TEST_F(AsioTransportTest, WriteThatFailsTakesEverythingAndTheEndIsToldByReading) {
  ASSERT_NO_FATAL_FAILURE(connect());
  dialer_.connection->set_reading(false);
  acceptor_.connection.reset();
  ASSERT_TRUE(until([this] {
    EXPECT_EQ(dialer_.write("x"), 1U);
    return dialer_.connection->is_broken();
  }));
  EXPECT_EQ(dialer_.ends, 0);
  dialer_.connection->set_reading(true);
  EXPECT_TRUE(until([this] { return dialer_.ends == 1; }));
}

TEST_F(AsioTransportTest, HandlerThatStopsReadingHearsNothingMoreInThatTurn) {
  ASSERT_NO_FATAL_FAILURE(connect());
  int calls = 0;
  acceptor_.then = [&] {
    ++calls;
    acceptor_.connection->set_reading(false);
  };
  const std::string text(1'000'000, 'x');  // more than one read takes
  static_cast<void>(dialer_.write(text));
  ASSERT_TRUE(until([&] { return calls > 0; }));
  ASSERT_NO_FATAL_FAILURE(let_arrive());
  EXPECT_EQ(calls, 1);
}

TEST_F(AsioTransportTest, HandlerMayDestroyItsConnectionAndHearsNothingMore) {
  ASSERT_NO_FATAL_FAILURE(connect());
  int calls = 0;
  acceptor_.then = [&] {
    ++calls;
    acceptor_.connection.reset();
  };
  const std::string text(1'000'000, 'x');
  static_cast<void>(dialer_.write(text));
  ASSERT_TRUE(until([this] { return dialer_.ends > 0; }));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(acceptor_.ends, 0);
}

TEST_F(AsioTransportTest, ReplacedHandlerHearsWhatComesNext) {
  ASSERT_NO_FATAL_FAILURE(connect());
  End next;
  acceptor_.connection->set_handler(next);
  ASSERT_EQ(dialer_.write("hello"), 5U);
  ASSERT_TRUE(until([&] { return next.received == "hello"; }));
  EXPECT_EQ(acceptor_.received, "");
}

TEST_F(AsioTransportTest, ConnectionsOutliveTheirTransport) {
  ASSERT_NO_FATAL_FAILURE(connect());
  transport_.reset();
  ASSERT_EQ(dialer_.write("still here"), 10U);
  EXPECT_TRUE(until([this] { return acceptor_.received == "still here"; }));
}

TEST_F(AsioTransportTest, TakenAddressIsNamed) {
  listen();
  const auto second = AsioTransport(loop_).listen(endpoint_, [](auto) {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("cannot listen on " + to_string(endpoint_)));
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
}

TEST_F(AsioTransportTest, AddressIsFreeAgainOnceTheTransportIsGone) {
  ASSERT_NO_FATAL_FAILURE(connect());
  transport_ = std::make_unique<AsioTransport>(loop_);
  EXPECT_TRUE(transport_->listen(endpoint_, [](auto) {}));
}

TEST_F(AsioTransportTest, ListensOnAddressesOfThisMachineOnly) {
  const auto name = transport_->listen({"localhost", 20000}, [](auto) {});
  ASSERT_FALSE(name);
  EXPECT_THAT(name.error().message, HasSubstr("must be an address"));
  const auto foreign = transport_->listen({"192.0.2.1", 20000}, [](auto) {});  // reserved for documentation
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("192.0.2.1:20000"));
}

}  // namespace
}  // namespace buzzer::base
