// The client alone; the test plays the server, byte for byte.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "client/websocket_client.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/client/fake_connection.h"
#include "tests/unit/client/reading.h"
#include "tests/unit/client/recording_handler.h"

namespace buzzer::client {

class WebSocketClientTest : public testing::Test {
 protected:
  WebSocketClientTest() {
    options_.server = {"127.0.0.1", 8080};
    options_.subprotocols = {"buzzer.v1.json"};
  }

  void dial() {
    client_.reset();
    auto client = WebSocketClient::dial({loop_, transport_, random_}, options_, handler_);
    ASSERT_TRUE(client) << client.error().message;
    client_ = *std::move(client);
  }

  // The server's answer to the request that was written.
  [[nodiscard]] std::string answer() {
    const std::string request = wire_->take();
    const auto head = parse_head(request);
    EXPECT_TRUE(head) << request;
    if (!head) return {};
    const std::string_view spoken[] = {"buzzer.v1.json"};
    const auto verdict = judge_upgrade({"GET", 1, 1, HeaderList(head->headers)}, spoken);
    EXPECT_TRUE(verdict.is_accepted()) << verdict.reason;
    return upgrade_answer(verdict);
  }

  void open() {
    dial();
    wire_->connect();
    wire_->receive(answer());
    ASSERT_EQ(handler_.opened, 1);
  }

  void receive(Opcode opcode, std::string_view payload, bool final = true) {
    wire_->receive(frame_to(Role::kClient, opcode, payload, final));
  }

  // The frames that the client wrote since the last call, as a server reads them.
  [[nodiscard]] std::vector<Seen> written() { return read_all(at_server_, wire_->take()); }

  tests::ManualLoop loop_;
  base::SeededRandom random_{1};
  FakeTransport transport_;
  std::shared_ptr<Wire> wire_ = transport_.wire;
  WebSocketOptions options_;
  RecordingHandler handler_;
  FrameReader at_server_{Role::kServer, {8UL << 20, 8UL << 20}};
  std::unique_ptr<WebSocketClient> client_;
};

}  // namespace buzzer::client
