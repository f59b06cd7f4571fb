#include "node/control/control_server.h"

#include <utility>

namespace buzzer::control {

ControlServer::ControlServer(ControlOptions options, base::Transport& transport, ControlTarget& target)
    : options_(std::move(options)), transport_(transport), target_(target) {}

ControlServer::~ControlServer() = default;

base::Result<void> ControlServer::start() {
  return transport_.listen({"127.0.0.1", options_.port},
                           [this](std::unique_ptr<base::Connection> connection) { accept(std::move(connection)); });
}

void ControlServer::accept(std::unique_ptr<base::Connection> connection) {
  if (sessions_.size() >= options_.most_connections) {
    const std::string refusal =
        "error too many connections: the limit is " + std::to_string(options_.most_connections) + "\n";
    // A new connection has room for a line; the answer may still be lost if the peer has already sent something.
    static_cast<void>(connection->write({reinterpret_cast<const std::uint8_t*>(refusal.data()), refusal.size()}));
    connection->finish_writing();
    return;
  }
  auto session =
      std::make_shared<ControlSession>(std::move(connection), options_.token, target_,
                                       [this](ControlSession& closed) { sessions_.erase(closed.shared_from_this()); });
  sessions_.insert(session);
  session->start();
}

}  // namespace buzzer::control
