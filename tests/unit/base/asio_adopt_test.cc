// Sockets that go from one transport to another.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/base/loopback_fixture.h"

namespace buzzer::base {
namespace {

class AsioAdoptTest : public LoopbackTest {
 protected:
  [[nodiscard]] OwnedSocket release() { return AsioTransport::release(std::move(acceptor_.connection)); }
};

TEST_F(AsioAdoptTest, ReleasedConnectionTellsNothingAndIsReadByWhoeverAdoptsIt) {
  ASSERT_NO_FATAL_FAILURE(connect());
  OwnedSocket socket = release();
  ASSERT_TRUE(socket.is_there());
  ASSERT_EQ(dialer_.write("between"), 7U);
  ASSERT_NO_FATAL_FAILURE(let_arrive());
  EXPECT_EQ(acceptor_.received, "");
  End next;
  next.connection = transport_->adopt(std::move(socket));
  ASSERT_NE(next.connection, nullptr);
  next.connection->set_handler(next);
  ASSERT_TRUE(until([&] { return next.received == "between"; }));
  EXPECT_EQ(next.write("back"), 4U);
  EXPECT_TRUE(until([&] { return dialer_.received == "back"; }));
  EXPECT_TRUE(next.connection->is_loopback());
  EXPECT_EQ(acceptor_.received, "");
  EXPECT_EQ(acceptor_.ends, 0);
}

TEST_F(AsioAdoptTest, HandlerMayReleaseItsConnectionWhileItIsTold) {
  ASSERT_NO_FATAL_FAILURE(connect());
  OwnedSocket socket;
  int calls = 0;
  acceptor_.then = [&] {
    ++calls;
    socket = release();
  };
  const std::string text(1'000'000, 'x');  // more than one read takes
  const std::size_t sent = dialer_.write(text);
  ASSERT_TRUE(until([&] { return calls > 0; }));
  const std::size_t before = acceptor_.received.size();
  End next;
  next.connection = transport_->adopt(std::move(socket));
  next.connection->set_handler(next);
  EXPECT_TRUE(until([&] { return before + next.received.size() == sent; }));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(acceptor_.received.size(), before);
}

TEST_F(AsioAdoptTest, ReleaseOfAConnectionThatHasEndedGivesNothing) {
  ASSERT_NO_FATAL_FAILURE(connect());
  dialer_.connection.reset();
  ASSERT_TRUE(until([this] { return acceptor_.ends == 1; }));
  EXPECT_FALSE(release().is_there());
}

TEST_F(AsioAdoptTest, SocketThatNobodyAdoptsIsClosed) {
  ASSERT_NO_FATAL_FAILURE(connect());
  { const OwnedSocket socket = release(); }
  EXPECT_TRUE(until([this] { return dialer_.ends == 1; }));
}

TEST_F(AsioAdoptTest, SendBufferIsAsSmallAsAsked) {
  ASSERT_NO_FATAL_FAILURE(connect());
  OwnedSocket socket = release();
  const int descriptor = socket.descriptor();
  const auto adopted = transport_->adopt(std::move(socket), 64 << 10);
  int size = 0;
  socklen_t length = sizeof(size);
  ASSERT_EQ(::getsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, &length), 0);
  EXPECT_EQ(size, 2 * (64 << 10));  // the system counts its own use of it too
}

TEST_F(AsioAdoptTest, WhatIsNoSocketIsClosedAndNotAdopted) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  EXPECT_EQ(transport_->adopt(OwnedSocket(file)), nullptr);
  EXPECT_EQ(::fcntl(file, F_GETFD), -1);
  EXPECT_EQ(transport_->adopt(OwnedSocket()), nullptr);
}

}  // namespace
}  // namespace buzzer::base
