// The session of /echo, for suites that judge a connection by RFC 6455: each message comes back whole, as it came, text
// as text and binary data as binary data.
//
// While much waits to be written, nothing more is read: one who sends and does not read costs a node kMostWaiting and a
// message, the largest some five times over (read, copied, framed, half written).
//
// Belongs to one gateway worker's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "node/gateway/session.h"

namespace buzzer::gateway {

class EchoSession final : public Session {
 public:
  static constexpr std::size_t kMostMessage = 16UL << 20;  // bytes, in one frame or many: the largest of known suites
  static constexpr std::size_t kMostWaiting = 256UL << 10;

  // Of its connections: as those of the protocols, but for the size of a message.
  [[nodiscard]] static WsLimits limits();

  EchoSession(std::shared_ptr<WsConnection> connection, ClosedCallback closed);

  // Once; a shared pointer holds it. `early`: as WsConnection::start has it.
  void start(std::string_view early) { connection_->start(*this, early); }

  [[nodiscard]] WsConnection& connection() override { return *connection_; }

  void on_message(std::string_view text) override;
  [[nodiscard]] bool on_binary(std::string_view data) override;
  void append_head(std::string& /*to*/, const PushHead& /*head*/) const override {}
  void on_push_written(const PushHead& /*head*/) override {}
  void on_drained() override { connection_->set_reading(true); }
  void on_closed() override { on_closed_(*this); }

 private:
  void echo(std::string_view message, client::Opcode opcode);

  const std::shared_ptr<WsConnection> connection_;
  const ClosedCallback on_closed_;
};

}  // namespace buzzer::gateway
