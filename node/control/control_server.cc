#include "node/control/control_server.h"

#include <memory>
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
  auto session = std::make_shared<ControlSession>(std::move(connection), options_.token, target_,
                                                  static_cast<ControlSessionEvents&>(*this));
  sessions_.insert(session);
  session->start();
}

void ControlServer::make_room(const ControlSession& session) {
  while (true) {
    std::size_t unread = 0;
    std::shared_ptr<ControlSession> most;
    for (const auto& each : sessions_) {
      unread += each->unread_bytes();
      if (each.get() != &session && (most == nullptr || each->unread_bytes() > most->unread_bytes())) most = each;
    }
    if (unread <= options_.most_unread || most == nullptr || most->unread_bytes() == 0) return;
    most->close();
  }
}

}  // namespace buzzer::control
