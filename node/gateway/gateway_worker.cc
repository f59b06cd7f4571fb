#include "node/gateway/gateway_worker.h"

#include <utility>
#include <vector>

#include "node/gateway/text_session.h"

namespace buzzer::gateway {

GatewayWorker::GatewayWorker(const WorkerOptions& options, base::AsioEventLoop& loop, CoreInbox& core,
                             PasswordPool& passwords)
    : options_(options),
      loop_(loop),
      transport_(loop),
      inbox_("gateway-" + std::to_string(options.index), {},
             [this] {
               loop_.post([this] { inbox_.drain([this](FromCore&& told) { remote_core_.take(std::move(told)); }); });
             }),
      remote_core_(options.index, loop, core),
      core_(remote_core_, loop,
            [this] { close_all(close_code::kStoodStill, "this node stood still for a while: come back and repeat"); }),
      login_(options.login, core_, passwords, random_, loop),
      flusher_(loop),
      services_{core_, login_, loop, random_, options.self, options.nodes} {
  check_timer_ = loop_.call_after(options_.check_every, [this] { check(); });
}

GatewayWorker::~GatewayWorker() = default;

void GatewayWorker::adopt(Upgraded upgraded) {
  loop_.post([this, shared = std::make_shared<Upgraded>(std::move(upgraded))] { begin(std::move(*shared)); });
}

void GatewayWorker::begin(Upgraded&& upgraded) {
  if (core_.is_from_before(upgraded.made)) return;
  auto stream = transport_.adopt(std::move(upgraded.socket), options_.send_buffer);
  if (stream == nullptr) return;  // it has ended meanwhile
  auto connection = std::make_shared<WsConnection>(upgraded.is_echo ? options_.echo : options_.connections,
                                                   std::move(stream), loop_, flusher_);
  const bool is_echo = upgraded.is_echo;
  const bool is_json = !is_echo && upgraded.wire == Wire::kJson;
  const auto closed = [this, is_echo, is_json, seat = std::move(upgraded.seat)](Session& session) {
    if (is_echo) --echo_sessions_;
    if (is_json) --json_sessions_;
    sessions_.erase(&session);
  };
  if (is_echo) ++echo_sessions_;
  if (is_json) ++json_sessions_;
  const auto begin_session = [&](auto session) {
    sessions_.emplace(session.get(), session);
    session->start(upgraded.early);
  };
  if (is_echo) {
    begin_session(std::make_shared<EchoSession>(std::move(connection), closed));
  } else if (is_json) {
    begin_session(std::make_shared<JsonSession>(services_, options_.json, std::move(connection),
                                                std::move(upgraded.cookie), closed));
  } else {
    begin_session(std::make_shared<TextSession>(services_, std::move(connection), closed));
  }
}

WorkerFigures GatewayWorker::figures() {
  WorkerFigures figures;
  figures.connections = flusher_.counts();
  figures.json_sessions = json_sessions_;
  figures.text_sessions = sessions_.size() - json_sessions_ - echo_sessions_;
  figures.subscriptions = remote_core_.subscriptions();
  figures.requests = remote_core_.under_way();
  for (const auto& [key, session] : sessions_) figures.queued_bytes += session->connection().queued_bytes();
  figures.inbox_waiting = inbox_.waiting();
  figures.inbox_refused = inbox_.refused();
  return figures;
}

void GatewayWorker::close_all() { close_all(close_code::kStopping, "this node stops: another one serves"); }

void GatewayWorker::close_all(std::uint16_t code, std::string_view reason) {
  for (const auto& [key, session] : sessions_) session->connection().close(code, reason);
}

void GatewayWorker::check() {
  std::vector<std::shared_ptr<Session>> all;
  all.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) all.push_back(session);
  for (const auto& session : all) session->connection().check();
  check_timer_ = loop_.call_after(options_.check_every, [this] { check(); });
}

}  // namespace buzzer::gateway
