// The native WebSocket client (RFC 6455): for bots, tests, the master and benches, on real networks and simulated ones.
//
// Everything happens on the loop's thread, nothing waits. Its life: dial, upgrade, open, closing, closed. Pings are
// answered. A frame that breaks a rule, a message past the limit, or one of binary data ends the connection with the
// code that the RFC wants for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/random.h"
#include "base/transport.h"
#include "client/closing.h"
#include "client/frame_reader.h"
#include "client/handshake.h"

namespace buzzer::client {

struct WebSocketOptions {
  base::Endpoint server;
  std::string target = "/ws";
  std::string host;                       // of the Host header; empty: the server's endpoint
  std::vector<std::string> subprotocols;  // offered, the one liked best first
  std::vector<OwnedHeader> headers;       // more of the request's: Origin, Cookie

  base::Duration handshake_timeout = std::chrono::seconds(5);  // from dial to the answer
  base::Duration close_timeout = std::chrono::seconds(5);      // for the server's close frame, and then for its end
  base::Duration most_silence = std::chrono::seconds(75);      // without a byte from the server, which sends pings
  std::size_t most_message = 1UL << 20;                        // bytes, of what comes
  std::size_t most_queued = 1UL << 20;                         // bytes of frames that wait to be sent
};

// What happens on one client. It may destroy the client from within any of these calls.
class WebSocketHandler {
 public:
  WebSocketHandler() = default;
  WebSocketHandler(const WebSocketHandler&) = delete;
  WebSocketHandler& operator=(const WebSocketHandler&) = delete;
  virtual ~WebSocketHandler() = default;

  // The upgrade is done. `subprotocol` is one of those offered, or empty if the server chose none.
  virtual void on_open(std::string_view subprotocol) = 0;
  // Valid UTF-8, valid during the call only.
  virtual void on_message(std::string_view text) = 0;
  // There is room again after send() had none: half the queue or more.
  virtual void on_writable() {}
  // The last call. `code` is the server's (kNoCode: it named none), or what this end closed with when the server broke
  // a rule; kAbnormal when the connection ended without a close frame, or was never open. `reason` is for a person.
  virtual void on_closed(std::uint16_t code, std::string_view reason) = 0;
};

// What it needs from outside; all must outlive it.
struct WebSocketServices {
  base::EventLoop& loop;
  base::Transport& transport;
  base::Random& random;  // fit for keys: masks must not be guessed (RFC 6455, section 10.3)
};

// Destroying it closes the connection at once, without a word to anybody.
class WebSocketClient final : private base::ConnectionHandler {
 public:
  // Begins to connect; nothing is told from within this call. The handler must outlive the client. Errors: options that
  // cannot stand in a request.
  [[nodiscard]] static base::Result<std::unique_ptr<WebSocketClient>> dial(const WebSocketServices& services,
                                                                           WebSocketOptions options,
                                                                           WebSocketHandler& handler);
  ~WebSocketClient() override;

  // Sends a message, at once if there is room on the way, else when there is. False, and nothing taken, while it is not
  // open, and when the queue has no room: then on_writable follows (a message past the whole queue never fits). `text`
  // must be valid UTF-8; a server ends the connection otherwise.
  [[nodiscard]] bool send(std::string_view text);

  // Begins to close: what was sent before still goes out, no message is handed over any more, on_closed follows (never
  // from within this call). Before on_open it gives the attempt up. `code` may be sent (frame.h); a reason past 123
  // bytes is cut. Again, or when closed, it does nothing.
  void close(std::uint16_t code = close_code::kNormal, std::string_view reason = {});

  // While off, nothing is read; what has been read already (64 KiB at most) is still handed over.
  void set_reading(bool on);

  [[nodiscard]] bool is_open() const { return stage_ == Stage::kOpen && !closing_.has_begun(); }
  // Of frames that wait to be sent.
  [[nodiscard]] std::size_t queued_bytes() const { return out_.size() - sent_; }

 private:
  enum class Stage : std::uint8_t { kDialling, kUpgrading, kOpen, kLingering, kClosed };

  WebSocketClient(const WebSocketServices& services, WebSocketOptions options, UpgradeOffer offer, std::string request,
                  WebSocketHandler& handler);

  void on_connected() override;
  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override;
  void on_end(std::string_view reason) override;

  // Each returns whether the client goes on as before: it is there, and open.
  [[nodiscard]] bool read_answer(std::span<const std::uint8_t>& input);
  [[nodiscard]] bool take(const Event& event);
  // Calls the handler; false if that destroyed this.
  template <class Call>
  [[nodiscard]] bool tell(Call&& call);

  void send_frame(Opcode opcode, std::string_view payload);
  void flush();
  void watch_silence(base::Duration wait);
  // Both ends have said their last, or the server broke a rule.
  void linger(std::uint16_t code, std::string_view reason);
  // Tells the handler, as the last thing that this does. The reason must not be part of this.
  void end(std::uint16_t code, std::string_view reason);

  base::EventLoop& loop_;
  base::Random& random_;
  WebSocketHandler& handler_;
  const WebSocketOptions options_;
  const UpgradeOffer offer_;

  Stage stage_ = Stage::kDialling;
  bool reading_ = true;
  bool wants_room_ = false;  // send() was refused
  bool* gone_ = nullptr;     // set when this is destroyed while the handler is called
  base::MonotonicTime heard_;
  Closing closing_;
  HeadReader answer_;
  FrameReader reader_;
  std::string out_;       // frames
  std::size_t sent_ = 0;  // of out_
  std::unique_ptr<base::Timer> timer_;
  std::unique_ptr<base::Connection> connection_;
  std::unique_ptr<Lingering> lingering_;
};

}  // namespace buzzer::client
