// Listens for room clients. When the process has few descriptors left (base/descriptors.h) it accepts none for a while,
// and then goes on: who waits to be accepted is not lost, and nobody else notices.
//
// Belongs to one loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/asio_event_loop.h"
#include "base/log.h"
#include "base/owned_socket.h"
#include "base/status.h"

namespace buzzer::room {

class RoomAcceptor {
 public:
  // A connected socket, which does not block. Never called from within a call.
  using OnAccept = std::function<void(base::OwnedSocket)>;

  // `loop` and `log` outlive it.
  RoomAcceptor(base::AsioEventLoop& loop, base::Log& log, OnAccept on_accept);
  RoomAcceptor(const RoomAcceptor&) = delete;
  RoomAcceptor& operator=(const RoomAcceptor&) = delete;
  ~RoomAcceptor() { close(); }

  // On 127.0.0.1; port 0: any that is free. `send_buffer`: bytes that the system is asked to hold for each client.
  // Fails if the port is taken or forbidden.
  [[nodiscard]] base::Result<void> listen(std::uint16_t port, int send_buffer);

  // Where it listens.
  [[nodiscard]] std::uint16_t port() const;

  // Nobody is accepted any more.
  void close();

 private:
  struct State;
  static void wait(const std::shared_ptr<State>& state);
  static void accept(const std::shared_ptr<State>& state);

  const std::shared_ptr<State> state_;
};

}  // namespace buzzer::room
