// What a WebSocketClient has told.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/websocket_client.h"

namespace buzzer::client {

struct RecordingHandler final : WebSocketHandler {
  void on_open(std::string_view chosen) override {
    ++opened;
    subprotocol = chosen;
    if (then) then();
  }
  void on_message(std::string_view text) override {
    messages.emplace_back(text);
    if (then) then();
  }
  void on_writable() override {
    ++writable;
    if (then) then();
  }
  void on_closed(std::uint16_t closed_with, std::string_view why) override {
    ++closed;
    code = closed_with;
    reason = why;
    if (then) then();
  }

  int opened = 0;
  std::string subprotocol;
  std::vector<std::string> messages;
  int writable = 0;
  int closed = 0;
  std::uint16_t code = 0;
  std::string reason;
  std::function<void()> then;  // after each of them
};

}  // namespace buzzer::client
