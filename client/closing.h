// How a WebSocket connection ends (RFC 6455, section 7), for both ends of it.
//
//   1  one end sends a close frame, and no message after it: Closing::begin
//   2  the other answers with one, if it has not sent one itself: Closing::answer
//   3  when both have passed, or the peer broke the rules, the server says that no more will come, the client waits for
//      that, and both read to the end before they let go: Lingering
//
// Step 3 is needed because a socket that is closed with bytes unread sends a reset, which may destroy the close frame
// before the peer has seen it.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/event_loop.h"
#include "base/transport.h"
#include "client/frame_reader.h"

namespace buzzer::client {

// Which close frames have passed on one connection.
class Closing {
 public:
  // This end closes, or must since the peer broke a rule. The payload of the close frame to send; none if one has been
  // sent. The code may be sent.
  [[nodiscard]] std::optional<std::string> begin(std::uint16_t code, std::string_view reason);

  // The peer's close frame has come, with this code. The payload of the one to answer with; none if one has been sent.
  [[nodiscard]] std::optional<std::string> answer(std::uint16_t code);

  // After this no message may be sent.
  [[nodiscard]] bool has_begun() const { return sent_; }
  // Nothing is to be sent nor read any more: time for Lingering.
  [[nodiscard]] bool is_over() const { return sent_ && received_; }

 private:
  bool sent_ = false;
  bool received_ = false;
};

// The last moments of a connection: sends what is left, then ignores what comes until the peer ends it or time is up.
// One thread's.
class Lingering final : private base::ConnectionHandler {
 public:
  // Becomes the connection's handler. `unsent`: bytes that still belong on the wire, up to the end of the close frame.
  // `on_done` is called once, when the connection is closed, never from within the constructor; it may destroy
  // this.
  Lingering(base::EventLoop& loop, std::unique_ptr<base::Connection> connection, std::string unsent, Role own,
            base::Duration most_wait, std::function<void()> on_done);

 private:
  void on_bytes(std::span<const std::uint8_t> /*bytes*/) override {}
  void on_writable() override { write(); }
  void on_end(std::string_view /*reason*/) override { done(); }

  void write();
  void done();

  const Role own_;
  std::unique_ptr<base::Connection> connection_;
  std::string unsent_;
  std::size_t sent_ = 0;   // of unsent_
  bool finished_ = false;  // said that no more will come
  std::function<void()> on_done_;
  std::unique_ptr<base::Timer> timer_;
};

struct CloserOptions {
  base::Duration most_wait = std::chrono::seconds(2);  // for the peer to end its side
  std::size_t most_connections = 1024;                 // a further one ends the oldest at once
};

// Where a server leaves connections that are done with. One thread's; what still lingers when it is destroyed is closed
// at once.
class Closer {
 public:
  explicit Closer(base::EventLoop& loop, CloserOptions options = {}) : loop_(loop), options_(options) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;

  // May be called from within the connection's handler.
  void take(std::unique_ptr<base::Connection> connection, std::string unsent);

  [[nodiscard]] std::size_t size() const { return lingering_.size(); }

 private:
  base::EventLoop& loop_;
  const CloserOptions options_;
  std::list<std::unique_ptr<Lingering>> lingering_;  // the oldest first
};

}  // namespace buzzer::client
