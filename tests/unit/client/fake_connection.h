// A connection without a network: the test plays the peer, and says how much room there is.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/transport.h"
#include "tests/support/bytes.h"

namespace buzzer::client {

// What is left of a connection once its owner has destroyed it.
struct Wire {
  base::ConnectionHandler* handler = nullptr;  // null once the connection is destroyed
  std::string written;
  std::size_t room = std::string::npos;
  bool finished = false;
  bool reading = true;

  void connect() const { handler->on_connected(); }
  void receive(std::string_view bytes) const { handler->on_bytes(tests::to_bytes(bytes)); }
  void make_room(std::size_t bytes) {
    room = bytes;
    handler->on_writable();
  }
  void end(std::string_view reason) const { handler->on_end(reason); }
  [[nodiscard]] bool is_open() const { return handler != nullptr; }
  // What was written since the last call.
  [[nodiscard]] std::string take() { return std::exchange(written, {}); }
};

class FakeConnection final : public base::Connection {
 public:
  explicit FakeConnection(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~FakeConnection() override { wire_->handler = nullptr; }

  void set_handler(base::ConnectionHandler& handler) override { wire_->handler = &handler; }
  [[nodiscard]] std::size_t write(std::span<const std::uint8_t> bytes) override {
    BUZZER_CHECK(!wire_->finished);
    const std::size_t taken = std::min(bytes.size(), wire_->room);
    wire_->written += tests::to_text(bytes.first(taken));
    if (wire_->room != std::string::npos) wire_->room -= taken;
    return taken;
  }
  void finish_writing() override { BUZZER_CHECK(!std::exchange(wire_->finished, true)); }
  void set_reading(bool on) override { wire_->reading = on; }
  [[nodiscard]] const std::string& peer_name() const override { return peer_name_; }
  [[nodiscard]] bool is_loopback() const override { return true; }

 private:
  const std::shared_ptr<Wire> wire_;
  const std::string peer_name_ = "fake";
};

// Dials one connection, which the test then drives by its wire.
class FakeTransport final : public base::Transport {
 public:
  [[nodiscard]] base::Result<void> listen(const base::Endpoint& /*endpoint*/, AcceptCallback /*on_accept*/) override {
    return base::fail("nobody listens here");
  }
  [[nodiscard]] std::unique_ptr<base::Connection> dial(const base::Endpoint& /*endpoint*/,
                                                       base::ConnectionHandler& handler) override {
    wire->handler = &handler;
    return std::make_unique<FakeConnection>(wire);
  }

  std::shared_ptr<Wire> wire = std::make_shared<Wire>();
};

}  // namespace buzzer::client
