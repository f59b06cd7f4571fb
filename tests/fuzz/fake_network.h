// A network whose other end is the fuzzer: what a mesh listens to and dials are wires that the target pulls at.
//
// One thread. The mesh under test owns its connections; the target owns the wires, which outlive them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/transport.h"
#include "linkmgr/mesh_services.h"
#include "tests/support/bytes.h"

namespace buzzer::fuzz {

// The far end's view of one connection.
struct Wire {
  base::ConnectionHandler* handler = nullptr;       // null before there is one, and once the near end has gone
  std::string read;                                 // what the far end has got and not looked at yet
  std::size_t room = static_cast<std::size_t>(-1);  // what the connection still takes
  bool reading = true;
  bool wants_room = false;
  bool made = false;  // false of a dialled one until the target makes it

  // What the far end does; nothing is heard of it when nobody reads.
  [[nodiscard]] bool can_hear() const { return handler != nullptr && made && reading; }
  void say(std::span<const std::uint8_t> bytes) {
    if (can_hear() && !bytes.empty()) handler->on_bytes(bytes);
  }
  void end() {
    if (handler == nullptr || !reading) return;
    std::exchange(handler, nullptr)->on_end("the far end has closed it");
  }
  void make() {
    if (handler == nullptr || std::exchange(made, true)) return;
    handler->on_connected();
  }
  void give_room(std::size_t bytes) {
    room = bytes;
    if (handler != nullptr && std::exchange(wants_room, false)) handler->on_writable();
  }
};

class FakeConnection final : public base::Connection {
 public:
  explicit FakeConnection(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~FakeConnection() override { wire_->handler = nullptr; }

  void set_handler(base::ConnectionHandler& handler) override { wire_->handler = &handler; }
  [[nodiscard]] std::size_t write(std::span<const std::uint8_t> bytes) override {
    const std::size_t taken = std::min(bytes.size(), wire_->room);
    wire_->read += tests::to_text(bytes.first(taken));
    if (wire_->room != static_cast<std::size_t>(-1)) wire_->room -= taken;
    wire_->wants_room = taken < bytes.size();
    return taken;
  }
  void finish_writing() override {}
  void set_reading(bool on) override { wire_->reading = on; }
  [[nodiscard]] const std::string& peer_name() const override { return name_; }
  [[nodiscard]] bool is_loopback() const override { return true; }

 private:
  const std::shared_ptr<Wire> wire_;
  const std::string name_ = "127.0.0.1:50000";
};

class FakeTransport final : public base::Transport {
 public:
  [[nodiscard]] base::Result<void> listen(const base::Endpoint& /*endpoint*/, AcceptCallback on_accept) override {
    on_accept_ = std::move(on_accept);
    return {};
  }
  [[nodiscard]] std::unique_ptr<base::Connection> dial(const base::Endpoint& /*endpoint*/,
                                                       base::ConnectionHandler& handler) override {
    auto wire = std::make_shared<Wire>();
    wire->handler = &handler;
    dialled_.push_back(wire);
    return std::make_unique<FakeConnection>(std::move(wire));
  }

  // Somebody connects.
  [[nodiscard]] std::shared_ptr<Wire> connect() {
    auto wire = std::make_shared<Wire>();
    wire->made = true;
    on_accept_(std::make_unique<FakeConnection>(wire));
    return wire;
  }
  // The connections that were dialled since this was asked last; each waits for make() or end().
  [[nodiscard]] std::vector<std::shared_ptr<Wire>> take_dialled() { return std::exchange(dialled_, {}); }

 private:
  AcceptCallback on_accept_;
  std::vector<std::shared_ptr<Wire>> dialled_;
};

struct NoLog final : base::Log {
  void write(base::LogLevel /*level*/, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    static_cast<void>(base::format_text(base::NodeId(0), component, message, fields));
  }
};

struct GoodHealth final : linkmgr::HealthSource {
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override {
    return {std::chrono::milliseconds(1)};
  }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

}  // namespace buzzer::fuzz
