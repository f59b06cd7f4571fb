// HTTP/1.1 for a node's clients: requests to one handler, its answers back, and connections handed over to whoever goes
// on with them (WebSocket). Everything has a bound (Limits, Times); what exceeds one gets an error that says so.
//
// Answers to names of its own only (target.h). Every answer has the headers that keep browsers safe (message.h).
// Ours rather than a library's: see README.md.
//
// Belongs to one thread, that of the loop and the transport, and calls the handler there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/event_loop.h"
#include "base/transport.h"
#include "node/http/connection.h"
#include "node/http/message.h"

namespace buzzer::http {

struct ServerOptions {
  base::Endpoint endpoint;
  std::vector<std::string> host_names;  // answered to besides loopback's and the machine's own
  Limits limits;
  Times times;
  std::size_t most_connections = 16'384;  // with those handed over; a further one gets 503 and is closed
};

class Server {
 public:
  // The transport is the server's own: destroying it is how it stops listening. `loop` must outlive the server. The
  // handler must not destroy the server.
  Server(ServerOptions options, std::unique_ptr<base::Transport> transport, base::EventLoop& loop, Handler handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Closes what is still open, at once. Connections that were handed over live on.
  ~Server();

  // Errors: the address is taken, forbidden, or not of this machine.
  [[nodiscard]] base::Result<void> start();

  // Listens no more, closes idle connections, finishes the requests that are under way, and calls back once none is
  // left: after at most `times.answer`, then the rest is closed. Not from within the call, nor after destruction.
  void stop(std::function<void()> done);

  [[nodiscard]] const Counts& counts() const { return service_.counts; }
  // Open now, handed-over ones not counted.
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  void accept(std::unique_ptr<base::Connection> connection);
  void look_after_soon();
  // Ends what has taken too long.
  void look_after();
  void stopped();

  const ServerOptions options_;
  std::unique_ptr<base::Transport> transport_;
  Service service_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::unique_ptr<base::Timer> timer_;  // while there are connections
  std::unique_ptr<base::Timer> stopping_timer_;
  std::function<void()> stopped_;
};

}  // namespace buzzer::http
