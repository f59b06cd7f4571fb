// The network as a parameter: streams of bytes between endpoints, on real sockets (asio_transport.h) or simulated ones
// (tests/simulation). Everything happens on the thread of the event loop that the transport belongs to.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/endpoint.h"
#include "base/status.h"

namespace buzzer::base {

// What happens on one connection. A handler may destroy the connection from within any of these calls.
class ConnectionHandler {
 public:
  ConnectionHandler() = default;
  ConnectionHandler(const ConnectionHandler&) = delete;
  ConnectionHandler& operator=(const ConnectionHandler&) = delete;
  virtual ~ConnectionHandler() = default;

  // A dialled connection is made. Not called for an accepted one.
  virtual void on_connected() {}
  // The bytes are valid during the call only.
  virtual void on_bytes(std::span<const std::uint8_t> bytes) = 0;
  // There is room again after write() took less than it was given.
  virtual void on_writable() {}
  // It could not be made, the peer closed it, or it broke. The last call.
  virtual void on_end(std::string_view reason) = 0;
};

// One stream of bytes. Destroying it closes it at once; its handler then hears nothing more.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  // Whoever is told of events from now on; must outlive the connection or be replaced. Reading of an accepted
  // connection begins here.
  virtual void set_handler(ConnectionHandler& handler) = 0;

  // Takes what the transport has room for now, without waiting, and says how many bytes that was. After less than all,
  // on_writable follows once there is room. An error is told by on_end, not here.
  [[nodiscard]] virtual std::size_t write(std::span<const std::uint8_t> bytes) = 0;

  // Whether a write() has failed: what is written goes nowhere, and on_end follows when all that had come is read.
  [[nodiscard]] virtual bool is_broken() const { return false; }

  // Tells the peer that no more will come, after all that was written. Reading goes on.
  virtual void finish_writing() = 0;

  // While off, nothing is read, not even the end: bytes pile up in the transport until the peer cannot write.
  virtual void set_reading(bool on) = 0;

  // For logs: the peer's address.
  [[nodiscard]] virtual const std::string& peer_name() const = 0;

  // Whether the connection stays on this machine. False until it is made.
  [[nodiscard]] virtual bool is_loopback() const = 0;
};

class Transport {
 public:
  using AcceptCallback = std::function<void(std::unique_ptr<Connection>)>;

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // Hands over every connection that peers make to this endpoint, until the transport is destroyed.
  [[nodiscard]] virtual Result<void> listen(const Endpoint& endpoint, AcceptCallback on_accept) = 0;

  // Begins a connection; on_connected or on_end follows, never from within this call. No time limit of its own.
  [[nodiscard]] virtual std::unique_ptr<Connection> dial(const Endpoint& endpoint, ConnectionHandler& handler) = 0;
};

}  // namespace buzzer::base
