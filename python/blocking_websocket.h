// A WebSocket connection for threads that wait: what Python's `WebSocket` is made of.
//
// All connections of a process live on one thread of their own (its event loop and transport), which lasts as long as
// the process does and knows nothing of Python. Any thread may call; what is waited for is told through one mutex for
// each connection.
//
// Bounded both ways: with `most_messages` or `most_bytes` waiting to be taken, nothing more is read from the server
// until half of them are taken; send() waits for room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/status.h"
#include "client/websocket_client.h"

namespace buzzer::python {

struct BlockingOptions {
  client::WebSocketOptions socket;
  std::size_t most_messages = 10'000;   // received and not taken
  std::size_t most_bytes = 16UL << 20;  // of these; what had been read already (64 KiB) may come on top
};

// How a connection ended: as client::WebSocketHandler::on_closed has it.
struct Ending {
  std::uint16_t code = client::close_code::kAbnormal;
  std::string reason;
};

class BlockingWebSocket {
 public:
  enum class Sent : std::uint8_t { kTaken, kNoRoom, kClosed };

  // Begins to connect. Errors: options that cannot stand in a request; a process that was forked from one that has
  // connections, whose thread it does not have.
  [[nodiscard]] static base::Result<std::unique_ptr<BlockingWebSocket>> connect(BlockingOptions options);

  BlockingWebSocket(const BlockingWebSocket&) = delete;
  BlockingWebSocket& operator=(const BlockingWebSocket&) = delete;
  // As drop().
  ~BlockingWebSocket();

  // Until it is open or has ended, or the time is over. Whether it was ever open.
  bool wait_until_open(base::Duration most_wait);

  // Takes a message to be sent in its turn, which is valid UTF-8; waits for room. kNoRoom: nothing was taken.
  [[nodiscard]] Sent send(std::string text, base::Duration most_wait);

  // The next message. None when none has come in time, or when it has ended and all are taken.
  [[nodiscard]] std::optional<std::string> receive(base::Duration most_wait);

  // Begins to close; what was sent before still goes out. `code` may be sent (client/frame.h).
  void close(std::uint16_t code, std::string reason);
  // Ends the connection at once, without a word to the server.
  void drop();
  // While off nothing is read; what has been read already can be taken.
  void set_reading(bool on);

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] std::string subprotocol() const;
  // Messages that wait to be taken.
  [[nodiscard]] std::size_t waiting() const;
  // How it ended, once all messages are taken.
  [[nodiscard]] std::optional<Ending> ending() const;

 private:
  class Socket;
  explicit BlockingWebSocket(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}

  const std::shared_ptr<Socket> socket_;
};

}  // namespace buzzer::python
