// Two ends of real connections over the loopback interface, for the tests of AsioTransport.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/asio_transport.h"
#include "base/check.h"
#include "tests/support/bytes.h"
#include "tests/support/run_until.h"

namespace buzzer::base {

// One end of a connection, and all that it heard.
struct End final : ConnectionHandler {
  void on_connected() override { connected = true; }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    received += tests::to_text(bytes);
    if (then) then();
  }
  void on_writable() override { ++writable; }
  void on_end(std::string_view reason) override {
    ++ends;
    end_reason = reason;
  }
  [[nodiscard]] std::size_t write(std::string_view text) const { return connection->write(tests::to_bytes(text)); }

  std::unique_ptr<Connection> connection;
  std::string received;
  bool connected = false;
  int writable = 0;
  int ends = 0;
  std::string end_reason;
  std::function<void()> then;  // after each on_bytes
};

class LoopbackTest : public testing::Test {
 protected:
  // Listens on a free port, of those that the system does not give to dialled connections.
  [[nodiscard]] static Endpoint listen_somewhere(AsioTransport& transport, const Transport::AcceptCallback& on_accept) {
    static std::uint32_t next = std::random_device()();
    while (true) {
      Endpoint endpoint{"127.0.0.1", static_cast<std::uint16_t>(20000 + next++ % 8000)};
      const auto listening = transport.listen(endpoint, on_accept);
      if (listening) return endpoint;
      BUZZER_CHECK(listening.error().message.find("in use") != std::string::npos);
    }
  }

  void listen() {
    endpoint_ = listen_somewhere(
        *transport_, [this](std::unique_ptr<Connection> connection) { accepted_.push_back(std::move(connection)); });
  }

  void connect() {
    listen();
    dialer_.connection = transport_->dial(endpoint_, dialer_);
    ASSERT_TRUE(until([this] { return dialer_.connected && !accepted_.empty(); }));
    acceptor_.connection = std::move(accepted_.front());
    accepted_.clear();
    acceptor_.connection->set_handler(acceptor_);
  }

  [[nodiscard]] bool until(const std::function<bool()>& condition) { return tests::run_until(loop_, condition); }

  // What is on its way over loopback has arrived once a later connection has carried bytes.
  void let_arrive() {
    AsioTransport transport(loop_);
    End probe;
    End answerer;
    const Endpoint endpoint = listen_somewhere(transport, [&](std::unique_ptr<Connection> connection) {
      answerer.connection = std::move(connection);
      answerer.connection->set_handler(answerer);
    });
    probe.connection = transport.dial(endpoint, probe);
    ASSERT_TRUE(until([&] { return probe.connected; }));
    ASSERT_EQ(probe.write("probe"), 5U);
    ASSERT_TRUE(until([&] { return answerer.received == "probe"; }));
  }

  AsioEventLoop loop_;
  std::unique_ptr<AsioTransport> transport_ = std::make_unique<AsioTransport>(loop_);
  Endpoint endpoint_;
  std::vector<std::unique_ptr<Connection>> accepted_;
  End dialer_;
  End acceptor_;
};

}  // namespace buzzer::base
