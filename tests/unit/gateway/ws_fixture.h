// A WsConnection whose loop, wire and session are a test's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/frame.h"
#include "client/frame_reader.h"
#include "node/gateway/ws_connection.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/gateway/fake_connection.h"

namespace buzzer::gateway {

// Keeps what it is told.
struct RecordingSession final : WsSession {
  void on_message(std::string_view text) override {
    messages.emplace_back(text);
    if (then) then();
  }
  [[nodiscard]] bool on_binary(std::string_view data) override {
    if (takes_binary) messages.push_back("binary " + std::string(data));
    return takes_binary;
  }
  void append_head(std::string& to, const PushHead& head) const override {
    to += std::to_string(head.subscription) + ':';
  }
  void on_push_written(const PushHead& head) override { written.push_back(head.position); }
  void on_drained() override { ++drained; }
  void on_closed() override { ++closed; }

  std::vector<std::string> messages;
  std::vector<std::uint64_t> written;
  std::function<void()> then;
  bool takes_binary = false;
  int drained = 0;
  int closed = 0;
};

class WsConnectionTest : public testing::Test {
 protected:
  void start(std::string_view early = {}) {
    reader_.emplace(client::Role::kClient);
    connection_ = std::make_shared<WsConnection>(limits_, std::make_unique<FakeConnection>(wire_), loop_, flusher_);
    connection_->start(session_, early);
  }

  static std::string frame(client::Opcode opcode, std::string_view payload, bool final = true) {
    std::string bytes;
    client::append_frame({final, opcode, 0, client::MaskKey{1, 2, 3, 4}}, payload, bytes);
    return bytes;
  }
  static std::string text(std::string_view payload) { return frame(client::Opcode::kText, payload); }

  // What has been written since the last look, one line a frame; what is not yet a whole frame comes with the next
  // look.
  std::vector<std::string> seen() {
    std::vector<std::string> lines;
    const auto bytes = tests::to_bytes(wire_.written);
    std::span<const std::uint8_t> rest(bytes);
    while (const auto event = reader_->next(rest)) {
      switch (event->kind) {
        case client::Event::Kind::kText:
          lines.emplace_back(event->payload);
          break;
        case client::Event::Kind::kBinary:
          lines.push_back("binary " + std::string(event->payload));
          break;
        case client::Event::Kind::kPing:
          lines.emplace_back("ping");
          break;
        case client::Event::Kind::kPong:
          lines.push_back("pong " + std::string(event->payload));
          break;
        case client::Event::Kind::kClose:
          lines.push_back("close " + std::to_string(event->code));
          break;
        default:
          lines.push_back("broken: " + std::string(event->payload));
      }
    }
    wire_.written.clear();
    return lines;
  }

  bool push(std::uint64_t position, std::string body) {
    return connection_->push({1, {}, position}, std::make_shared<const std::string>(std::move(body)));
  }

  tests::ManualLoop loop_;
  Flusher flusher_{loop_};
  WsLimits limits_;
  FakeWire wire_;
  RecordingSession session_;
  std::shared_ptr<WsConnection> connection_;
  std::optional<client::FrameReader> reader_{client::Role::kClient};
};

}  // namespace buzzer::gateway
