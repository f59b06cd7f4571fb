// Real TCP connections, on standalone Asio.
#pragma once

#include <memory>
#include <vector>

#include "base/asio_event_loop.h"
#include "base/resolver.h"
#include "base/transport.h"

namespace buzzer::base {

// Belongs to the loop's thread. Must be destroyed before the loop, when the loop no longer runs or on its thread; its
// connections may outlive it, but not the loop.
class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(AsioEventLoop& loop);
  ~AsioTransport() override;

  // The host must be an address. Errors: the address is taken, forbidden, or not of this machine.
  [[nodiscard]] Result<void> listen(const Endpoint& endpoint, AcceptCallback on_accept) override;
  [[nodiscard]] std::unique_ptr<Connection> dial(const Endpoint& endpoint, ConnectionHandler& handler) override;

 private:
  class Acceptor;
  AsioEventLoop& loop_;
  Resolver resolver_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
};

}  // namespace buzzer::base
