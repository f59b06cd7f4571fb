// Real TCP connections, on standalone Asio.
#pragma once

#include <memory>
#include <vector>

#include "base/asio_event_loop.h"
#include "base/descriptors.h"
#include "base/owned_socket.h"
#include "base/resolver.h"
#include "base/transport.h"

namespace buzzer::base {

// Belongs to the loop's thread. Must be destroyed before the loop, when the loop no longer runs or on its thread; its
// connections may outlive it, but not the loop.
class AsioTransport final : public Transport {
 public:
  // `spare_descriptors`: that accepting leaves free (descriptors.h): whoever connects meanwhile waits until there are
  // more.
  explicit AsioTransport(AsioEventLoop& loop, std::size_t spare_descriptors = kSpareForFiles);
  ~AsioTransport() override;

  // The host must be an address. Errors: the address is taken, forbidden, or not of this machine.
  [[nodiscard]] Result<void> listen(const Endpoint& endpoint, AcceptCallback on_accept) override;
  [[nodiscard]] std::unique_ptr<Connection> dial(const Endpoint& endpoint, ConnectionHandler& handler) override;

  // Takes a connected TCP socket for its own, to be served by this loop; like an accepted one it reads once it has a
  // handler. `send_buffer`: bytes that the system holds for a peer that does not read; 0: as the system likes.
  // Null, and the socket closed, when it is none or the system has no room for it.
  [[nodiscard]] std::unique_ptr<Connection> adopt(OwnedSocket socket, int send_buffer = 0);

  // Takes the socket out of a connection of any AsioTransport, to be adopted by another, also of another thread. Called
  // on the connection's own thread, from within its handler too, which hears nothing more. None if it had ended.
  [[nodiscard]] static OwnedSocket release(std::unique_ptr<Connection> connection);

 private:
  class Acceptor;
  AsioEventLoop& loop_;
  const std::size_t spare_descriptors_;
  Resolver resolver_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
};

}  // namespace buzzer::base
