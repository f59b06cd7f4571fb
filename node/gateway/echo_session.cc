#include "node/gateway/echo_session.h"

#include <utility>

namespace buzzer::gateway {

WsLimits EchoSession::limits() {
  WsLimits limits;
  limits.reader = {kMostMessage, kMostMessage};
  return limits;
}

EchoSession::EchoSession(std::shared_ptr<WsConnection> connection, ClosedCallback closed)
    : connection_(std::move(connection)), on_closed_(std::move(closed)) {}

void EchoSession::on_message(std::string_view text) { echo(text, client::Opcode::kText); }

bool EchoSession::on_binary(std::string_view data) {
  echo(data, client::Opcode::kBinary);
  return true;
}

void EchoSession::echo(std::string_view message, client::Opcode opcode) {
  connection_->send(std::string(message), opcode);
  if (connection_->queued_bytes() > kMostWaiting) connection_->set_reading(false);
}

}  // namespace buzzer::gateway
