// Client and server on real sockets of the loopback interface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/websocket_client.h"
#include "tests/unit/base/loopback_fixture.h"
#include "tests/unit/client/echo_server.h"
#include "tests/unit/client/recording_handler.h"

namespace buzzer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WebSocketLoopbackTest : public base::LoopbackTest {
 protected:
  void open() {
    endpoint_ = listen_somewhere(*transport_, server_.on_accept());
    WebSocketOptions options;
    options.server = endpoint_;
    options.subprotocols = {"other", "buzzer.v1.json"};
    auto client = WebSocketClient::dial({loop_, *transport_, random_}, options, handler_);
    ASSERT_TRUE(client) << client.error().message;
    client_ = *std::move(client);
    ASSERT_TRUE(until([this] { return handler_.opened + handler_.closed > 0; }));
    ASSERT_EQ(handler_.closed, 0) << handler_.reason;
  }

  EchoServer server_{loop_};
  base::SystemRandom random_;
  RecordingHandler handler_;
  std::unique_ptr<WebSocketClient> client_;
};

TEST_F(WebSocketLoopbackTest, MessagesOfAllSizesComeBackInOrder) {
  ASSERT_NO_FATAL_FAILURE(open());
  EXPECT_EQ(handler_.subprotocol, "buzzer.v1.json");
  std::vector<std::string> sent;
  for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65535UL, 65536UL, 5UL}) {
    sent.emplace_back(size, static_cast<char>('a' + sent.size()));
    ASSERT_TRUE(client_->send(sent.back()));
  }
  ASSERT_TRUE(until([&] { return handler_.messages.size() == sent.size(); }));
  EXPECT_TRUE(handler_.messages == sent);
}

TEST_F(WebSocketLoopbackTest, MoreThanTheSocketsHoldComesBackWhenBothReadOn) {
  ASSERT_NO_FATAL_FAILURE(open());
  std::size_t sent = 0;
  handler_.then = [&] {
    while (sent < 2000 && client_->send(std::to_string(sent) + std::string(10'000, 'x'))) ++sent;
  };
  handler_.then();
  ASSERT_TRUE(until([&] { return handler_.messages.size() == 2000; }));
  for (std::size_t i = 0; i < handler_.messages.size(); ++i) {
    ASSERT_EQ(handler_.messages[i].substr(0, handler_.messages[i].find('x')), std::to_string(i));
  }
}

TEST_F(WebSocketLoopbackTest, CloseOfTheClientPassesBothWays) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_TRUE(client_->send("last words"));
  client_->close(4002, "done");
  ASSERT_TRUE(until([this] { return handler_.closed > 0 && server_.lingering() == 0; }));
  EXPECT_EQ(handler_.code, 4002);
  EXPECT_THAT(server_.closed_with, ElementsAre(4002));
  EXPECT_EQ(server_.sessions(), 0U);
}

TEST_F(WebSocketLoopbackTest, CloseOfTheServerPassesBothWays) {
  ASSERT_NO_FATAL_FAILURE(open());
  server_.close_all(4001, "stopping");
  ASSERT_TRUE(until([this] { return handler_.closed > 0 && server_.lingering() == 0; }));
  EXPECT_EQ(handler_.code, 4001);
  EXPECT_EQ(handler_.reason, "stopping");
  EXPECT_THAT(server_.closed_with, ElementsAre(4001));
}

// A socket closed with bytes unread would send a reset, and the client would not see why.
TEST_F(WebSocketLoopbackTest, CloseFrameArrivesThoughTheServerHasMuchUnread) {
  ASSERT_NO_FATAL_FAILURE(open());
  client_->set_reading(false);
  // The first frame is too big; all behind it is ignored.
  ASSERT_TRUE(client_->send(std::string(65537, 'x')));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(client_->send(std::string(65536, 'y')));
  ASSERT_TRUE(until([this] { return server_.sessions() == 0; }));
  client_->set_reading(true);
  ASSERT_TRUE(until([this] { return handler_.closed > 0; }));
  EXPECT_EQ(handler_.code, close_code::kTooBig);
  EXPECT_THAT(handler_.reason, HasSubstr("65537"));
}

TEST_F(WebSocketLoopbackTest, BrokenRuleOfTheServerIsToldToBoth) {
  ASSERT_NO_FATAL_FAILURE(open());
  server_.send_raw("\x83\x01x");
  ASSERT_TRUE(until([this] { return handler_.closed > 0; }));
  EXPECT_EQ(handler_.code, close_code::kProtocolError);
  EXPECT_THAT(server_.closed_with, ElementsAre(close_code::kProtocolError));
}

TEST_F(WebSocketLoopbackTest, ServerThatVanishesIsToldAsAbnormal) {
  ASSERT_NO_FATAL_FAILURE(open());
  server_.drop_all();
  ASSERT_TRUE(until([this] { return handler_.closed > 0; }));
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
  EXPECT_FALSE(handler_.reason.empty());
}

TEST_F(WebSocketLoopbackTest, ClientThatIsDestroyedEndsTheSession) {
  ASSERT_NO_FATAL_FAILURE(open());
  client_.reset();
  ASSERT_TRUE(until([this] { return server_.sessions() == 0; }));
  EXPECT_EQ(handler_.closed, 0);
}

}  // namespace
}  // namespace buzzer::client
