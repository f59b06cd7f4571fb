#include "client/crowd.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/run_until.h"

namespace buzzer::client {
namespace {

using namespace std::chrono_literals;
using Count = Crowd::Count;
using Clients = Crowd::Clients;
using State = CrowdMember::State;
using tests::kTestDeadline;

// The server's end of one connection; blocking.
class Served {
 public:
  explicit Served(int descriptor) : socket_(descriptor) {}

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t put = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ASSERT_GT(put, 0);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }
  // Waits until all that was written is with the client's kernel.
  void await_taken() const {
    const auto deadline = std::chrono::steady_clock::now() + kTestDeadline;
    for (int left = 1; left > 0;) {
      ASSERT_EQ(::ioctl(socket_.descriptor(), SIOCOUTQ, &left), 0);
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
  }
  // As much as the kernel takes.
  [[nodiscard]] std::size_t fill() const {
    const std::string bytes(64UL << 10, 'f');
    std::size_t all = 0;
    for (ssize_t put = 0; put >= 0; all += static_cast<std::size_t>(std::max<ssize_t>(put, 0))) {
      put = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return all;
  }
  [[nodiscard]] std::string read(std::size_t size) const {
    std::string bytes(size, '\0');
    const ssize_t got = ::recv(socket_.descriptor(), bytes.data(), size, MSG_WAITALL);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
  }
  void close() { socket_ = base::OwnedSocket(); }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close();
  }

 private:
  base::OwnedSocket socket_;
};

class CrowdTest : public testing::Test {
 protected:
  // The kernel completes connections of the crowd's before the test accepts them.
  static constexpr int kBacklog = 512;

  CrowdTest() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(listening_.descriptor(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listening_.descriptor(), kBacklog), 0);
    EXPECT_EQ(::getsockname(listening_.descriptor(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    server_ = {"127.0.0.1", ntohs(address.sin_port)};
  }

  // The clients' other ends, in order: one client is connected after the other.
  std::vector<Served> connect(Crowd& crowd, std::size_t count) const {
    std::vector<Served> served;
    for (std::size_t i = 0; i < count; ++i) {
      const auto connected = crowd.connect(server_, 1, kTestDeadline);
      EXPECT_TRUE(connected) << connected.error().message;
      served.push_back(accept());
    }
    return served;
  }
  [[nodiscard]] Served accept() const {
    return Served(::accept4(listening_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  base::OwnedSocket listening_;
  base::Endpoint server_;
};

TEST_F(CrowdTest, EachClientHasWhatItWasSent) {
  Crowd crowd({.hash = true, .last_line = true});
  ASSERT_TRUE(crowd.connect(server_, 300, kTestDeadline));
  EXPECT_EQ(crowd.size(), 300U);
  std::vector<Served> served;
  while (served.size() < crowd.size()) served.push_back(accept());
  for (const Served& each : served) each.write("hello\nall of you\n");
  EXPECT_EQ(crowd.await(crowd.all(), Count::kLines, 2, kTestDeadline), Clients{});
  for (const auto client : crowd.all()) {
    EXPECT_EQ(crowd[client].bytes(), 17U);
    EXPECT_EQ(crowd[client].last_line(), "all of you");
    EXPECT_EQ(crowd[client].hash(), crowd[0].hash());
  }
}

TEST_F(CrowdTest, WhoHasNotEnoughInTimeIsNamed) {
  Crowd crowd({});
  const auto served = connect(crowd, 4);
  served[1].write("one\ntwo\n");
  served[2].write("one\n");
  served[3].write("no line");
  EXPECT_EQ(crowd.await({1, 2}, Count::kLines, 1, kTestDeadline), Clients{});
  EXPECT_EQ(crowd.await({3}, Count::kBytes, 7, kTestDeadline), Clients{});
  EXPECT_EQ(crowd.await(crowd.all(), Count::kLines, 2, 10ms), (Clients{0, 2, 3}));
  EXPECT_EQ(crowd.await(crowd.all(), Count::kBytes, 5, 0ms), (Clients{0, 2}));
}

TEST_F(CrowdTest, AwaitEndsAtOnceWhenThoseWhoLackSomethingHaveEnded) {
  Crowd crowd({});
  auto served = connect(crowd, 2);
  served[0].write("one\n");
  served[1].close();
  EXPECT_EQ(crowd.await(crowd.all(), Count::kLines, 1, kTestDeadline), Clients{1});
  EXPECT_EQ(crowd[1].state(), State::kEndedByServer);
  EXPECT_EQ(crowd.open(), Clients{0});
}

TEST_F(CrowdTest, AResetIsNotAnOrderlyEnd) {
  Crowd crowd({});
  auto served = connect(crowd, 2);
  served[0].write("before");
  ASSERT_EQ(crowd.await({0}, Count::kBytes, 6, kTestDeadline), Clients{});
  served[0].reset();
  EXPECT_EQ(crowd.await_ended({0}, kTestDeadline), Clients{});
  EXPECT_EQ(crowd[0].state(), State::kBroken);
  EXPECT_EQ(crowd[0].error(), ECONNRESET);
  EXPECT_EQ(crowd.await_ended({1}, 10ms), Clients{1});
}

TEST_F(CrowdTest, AStalledClientIsNotReadUntilItGoesOn) {
  Crowd crowd({});
  const auto served = connect(crowd, 2);
  crowd.set_stalled(0, true);
  for (const Served& each : served) each.write("a line\n");
  EXPECT_EQ(crowd.await({1}, Count::kLines, 1, kTestDeadline), Clients{});
  EXPECT_EQ(crowd.await({0}, Count::kLines, 1, 20ms), Clients{0});
  crowd.set_stalled(0, false);
  EXPECT_EQ(crowd.await({0}, Count::kLines, 1, kTestDeadline), Clients{});
}

TEST_F(CrowdTest, AStalledClientSeesThatItIsReset) {
  Crowd crowd({});
  auto served = connect(crowd, 1);
  crowd.set_stalled(0, true);
  served[0].reset();
  EXPECT_EQ(crowd.await_ended({0}, kTestDeadline), Clients{});
}

TEST_F(CrowdTest, ASmallReceiveBufferMakesTheServersPileUp) {
  Crowd small({.receive_buffer = 4'096});
  Crowd usual({});
  auto served = connect(small, 1);
  served.push_back(std::move(connect(usual, 1).front()));
  EXPECT_LT(served[0].fill(), served[1].fill());
}

TEST_F(CrowdTest, WhatIsSentArrivesInOrderAlsoWhenTheServerReadsLate) {
  Crowd crowd({});
  const auto served = connect(crowd, 1);
  std::string all;
  for (int i = 0; all.size() < (16UL << 20); ++i) {
    const std::string piece = std::to_string(i) + std::string(10'000, 'x') + "\n";
    crowd.send(0, piece);
    all += piece;
  }
  EXPECT_EQ(crowd.await_sent({0}, 10ms), Clients{0}) << "no kernel holds so much";
  std::string got;
  while (got.size() < all.size()) {
    got += served[0].read(std::min<std::size_t>(64UL << 10, all.size() - got.size()));
    crowd.run_for(0ms);
  }
  EXPECT_TRUE(got == all);
  EXPECT_EQ(crowd.await_sent({0}, kTestDeadline), Clients{});
}

TEST_F(CrowdTest, ClosingResettingAndFinishingAreSeenByTheServer) {
  Crowd crowd({});
  const auto served = connect(crowd, 3);
  crowd.send(2, "the last word");
  ASSERT_EQ(crowd.await_sent({2}, kTestDeadline), Clients{});
  crowd.close(0);
  crowd.reset(1);
  crowd.finish_sending(2);
  EXPECT_EQ(served[0].read(1), "");
  errno = 0;
  EXPECT_EQ(served[1].read(1), "");
  EXPECT_EQ(errno, ECONNRESET);
  EXPECT_EQ(served[2].read(20), "the last word");
  served[2].write("still heard");
  EXPECT_EQ(crowd.await({2}, Count::kBytes, 11, kTestDeadline), Clients{});
  EXPECT_EQ(crowd[0].state(), State::kClosedHere);
  EXPECT_EQ(crowd.open(), Clients{2});
  crowd.send(0, "to nobody");
  crowd.close(0);
}

TEST_F(CrowdTest, EveryClientIsHeldAgainstTheExpectedStream) {
  Crowd crowd({});
  const auto served = connect(crowd, 3);
  crowd.expect(crowd.all(), std::make_shared<const std::string>("abcdef"));
  crowd.keep(1, 100);
  served[0].write("abcdef");
  served[1].write("abXdef");
  served[2].write("abc");
  EXPECT_EQ(crowd.await({0, 1}, Count::kBytes, 6, kTestDeadline), Clients{});
  EXPECT_EQ(crowd.await({2}, Count::kBytes, 3, kTestDeadline), Clients{});
  EXPECT_EQ(crowd[0].differs(), std::nullopt);
  EXPECT_EQ(crowd[1].differs(), 2U);
  EXPECT_EQ(crowd[2].differs(), std::nullopt);
  EXPECT_EQ(crowd.take(1), "abXdef");
  EXPECT_EQ(crowd.take(1), "");
}

TEST_F(CrowdTest, CountingBytesAloneCountsAllOfThem) {
  Crowd crowd({.bytes_only = true});
  const auto served = connect(crowd, 2);
  const std::string bytes(40'000, 'b');
  for (const Served& each : served) each.write(bytes);
  EXPECT_EQ(crowd.await(crowd.all(), Count::kBytes, bytes.size(), kTestDeadline), Clients{});
  crowd.run_for(1ms);
  EXPECT_EQ(crowd[0].bytes(), bytes.size());
}

// Once of the first 256 only.
TEST_F(CrowdTest, WithNoTimeWhatIsThereIsReadOfAll) {
  Crowd crowd({});
  ASSERT_TRUE(crowd.connect(server_, 400, kTestDeadline));
  std::vector<Served> served;
  while (served.size() < crowd.size()) served.push_back(accept());
  for (const Served& each : served) each.write("x\n");
  for (const Served& each : served) each.await_taken();
  EXPECT_EQ(crowd.await(crowd.all(), Count::kLines, 1, 0ms), Clients{});
}

TEST_F(CrowdTest, ConnectingMayGoOnLaterOrBeGivenUp) {
  Crowd crowd({});
  ASSERT_TRUE(crowd.begin_connecting(server_, 300));
  for (bool all = false; !all;) {
    const auto connected = crowd.go_on_connecting(0ms);
    ASSERT_TRUE(connected) << connected.error().message;
    all = *connected;
    EXPECT_EQ(crowd.is_connecting(), !all);
  }
  EXPECT_EQ(crowd.open().size(), 300U);
  ASSERT_EQ(::listen(listening_.descriptor(), 1), 0);  // of 600 most wait now: the first 300 are not accepted yet
  ASSERT_TRUE(crowd.begin_connecting(server_, 600));
  const auto few = crowd.go_on_connecting(10ms);
  ASSERT_TRUE(few);
  EXPECT_FALSE(*few);
  const base::Error told = crowd.give_up_connecting("no patience");
  EXPECT_NE(told.message.find(" of 600 clients connected, then no patience"), std::string::npos) << told.message;
  EXPECT_FALSE(crowd.is_connecting());
  EXPECT_EQ(crowd.await_ended(crowd.all(), 0ms).size(), crowd.open().size());
  EXPECT_LT(crowd.open().size(), crowd.size());
}

TEST_F(CrowdTest, AServerThatIsNotThereIsToldAndTheClientsThatAreConnectedStay) {
  Crowd crowd({});
  const auto served = connect(crowd, 1);
  listening_ = base::OwnedSocket();
  const auto refused = crowd.connect(server_, 100, kTestDeadline);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("0 of 100 clients connected, then Connection refused"), std::string::npos)
      << refused.error().message;
  served[0].write("still here\n");
  EXPECT_EQ(crowd.await({0}, Count::kLines, 1, kTestDeadline), Clients{});
  EXPECT_EQ(crowd.open(), Clients{0});
}

TEST_F(CrowdTest, AHostThatIsNoAddressIsRefused) {
  Crowd crowd({});
  const auto refused = crowd.connect({"a name", 4000}, 1, kTestDeadline);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("\"a name\" is no address"), std::string::npos) << refused.error().message;
}

TEST_F(CrowdTest, MoreClientsThanDescriptorsAreRefusedBeforeTheFirst) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  Crowd crowd({});
  const auto refused = crowd.connect(server_, limit.rlim_max, kTestDeadline);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("(ulimit -Hn)"), std::string::npos) << refused.error().message;
  EXPECT_EQ(crowd.size(), 0U);
}

TEST_F(CrowdTest, TheSoftLimitIsRaisedWhereTheHardOneAllows) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  Crowd crowd({});
  EXPECT_TRUE(crowd.connect(server_, 100, kTestDeadline));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace buzzer::client
