// Client and server on the simulated network, which cuts the bytes anywhere and delays them at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/websocket_client.h"
#include "tests/simulation/simulated_network.h"
#include "tests/unit/client/echo_server.h"
#include "tests/unit/client/recording_handler.h"

namespace buzzer::client {
namespace {

using namespace std::chrono_literals;
using simulation::Host;

constexpr Host kClientHost = 0;
constexpr Host kServerHost = 1;

class WebSocketSimulatedTest : public testing::Test {
 protected:
  void open() {
    ASSERT_TRUE(server_transport_.listen({"1", 80}, server_.on_accept()));
    WebSocketOptions options;
    options.server = {"1", 80};
    auto client = WebSocketClient::dial({client_loop_, client_transport_, random_}, options, handler_);
    ASSERT_TRUE(client) << client.error().message;
    client_ = *std::move(client);
    time_.run_for(1s);
    ASSERT_EQ(handler_.opened, 1) << handler_.reason;
  }

  base::SeededRandom random_{1};
  simulation::VirtualTime time_;
  base::Duration wall_offset_{};
  simulation::SimulatedLoop client_loop_{time_, wall_offset_};
  simulation::SimulatedLoop server_loop_{time_, wall_offset_};
  simulation::SimulatedNetwork network_{time_, random_};
  simulation::SimulatedTransport client_transport_{network_, kClientHost, client_loop_};
  simulation::SimulatedTransport server_transport_{network_, kServerHost, server_loop_};
  EchoServer server_{server_loop_};
  RecordingHandler handler_;
  std::unique_ptr<WebSocketClient> client_;
};

TEST_F(WebSocketSimulatedTest, MessagesComeBackInOrder) {
  ASSERT_NO_FATAL_FAILURE(open());
  std::vector<std::string> sent;
  for (int i = 0; i < 30; ++i) {
    sent.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 1000, 'x'));
    ASSERT_TRUE(client_->send(sent.back()));
    time_.run_for(1ms);
  }
  time_.run_for(10s);
  EXPECT_TRUE(handler_.messages == sent) << handler_.messages.size();
  client_->close();
  time_.run_for(1s);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, 1000);
}

TEST_F(WebSocketSimulatedTest, CutNetworkEndsItAfterTheSilence) {
  ASSERT_NO_FATAL_FAILURE(open());
  network_.cut(kServerHost, kClientHost);
  ASSERT_TRUE(client_->send("never answered"));
  time_.run_for(73s);
  EXPECT_EQ(handler_.closed, 0);
  time_.run_for(3s);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
}

TEST_F(WebSocketSimulatedTest, ResetOnTheWayIsTold) {
  ASSERT_NO_FATAL_FAILURE(open());
  network_.reset(kClientHost, kServerHost);
  time_.run_for(1s);
  EXPECT_EQ(handler_.closed, 1);
  EXPECT_EQ(handler_.code, close_code::kAbnormal);
}

TEST_F(WebSocketSimulatedTest, ServerThatIsNotThereIsToldInTime) {
  WebSocketOptions options;
  options.server = {"1", 80};
  network_.cut(kClientHost, kServerHost);
  auto client = WebSocketClient::dial({client_loop_, client_transport_, random_}, options, handler_);
  ASSERT_TRUE(client);
  time_.run_for(4900ms);
  EXPECT_EQ(handler_.closed, 0);
  time_.run_for(200ms);
  EXPECT_EQ(handler_.closed, 1);
}

}  // namespace
}  // namespace buzzer::client
