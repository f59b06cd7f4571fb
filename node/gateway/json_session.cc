#include "node/gateway/json_session.h"

#include "node/gateway/v1_values.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;
using proto::ErrorCode;

// The client's key, or one made here.
template <class Request>
CommandKey key_of(Request& request, const SessionServices& services) {
  if (!request.key) return make_key(services.random, services.loop);
  const auto now = services.loop.wall_now().time_since_epoch();
  return {*std::move(request.key), request.key_created_ms ? std::chrono::milliseconds(*request.key_created_ms) : now};
}

}  // namespace

JsonSession::JsonSession(const SessionServices& services, const JsonLimits& limits,
                         std::shared_ptr<WsConnection> connection, std::string cookie, ClosedCallback closed)
    : services_(services),
      limits_(limits),
      connection_(std::move(connection)),
      on_closed_(std::move(closed)),
      cookie_(std::move(cookie)),
      feeds_(services.core, *connection_),
      grid_(services.core, services.loop, *connection_, [this] { return home(); }) {}

void JsonSession::start(std::string_view early) {
  const WsLimits& connection = connection_->limits();
  const auto ms = [](base::Duration duration) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  v1::Welcome welcome;
  welcome.node = services_.self.value();
  welcome.nodes = services_.nodes;
  welcome.time_ms = now().count();
  welcome.limits.message_bytes = static_cast<std::uint32_t>(connection.reader.message);
  welcome.limits.requests_in_flight = static_cast<std::uint32_t>(limits_.most_in_flight);
  welcome.limits.subscriptions = static_cast<std::uint32_t>(limits_.most_subscriptions);
  welcome.limits.queued_bytes = static_cast<std::uint32_t>(connection.most_queued);
  welcome.limits.ping_ms = ms(connection.ping_after);
  welcome.limits.idle_ms = ms(connection.close_after);
  std::string text;
  append(text, welcome);
  connection_->send(std::move(text));
  connection_->start(*this, early);
}

void JsonSession::on_message(std::string_view text) {
  ++in_flight_;
  auto request = v1::parse_request(text);
  if (!request) {
    refuse(request.error().id, {request.error().code, request.error().detail});
  } else {
    std::visit([&](auto&& body) { take(request->id, std::forward<decltype(body)>(body)); }, std::move(request->body));
  }
  judge_reading();
}

void JsonSession::append_head(std::string& to, const PushHead& head) const {
  v1::append_push_envelope(to, static_cast<std::uint32_t>(head.subscription), encode_position(head.prev));
}

void JsonSession::on_drained() {
  feeds_.drained();
  judge_reading();
}

void JsonSession::on_closed() {
  end_subscriptions();
  on_closed_(*this);
}

void JsonSession::end_subscriptions() {
  feeds_.close_all();
  grid_.close_all();
}

void JsonSession::finished() {
  --in_flight_;
  judge_reading();
}

void JsonSession::judge_reading() {
  const std::size_t most = who_.user.empty() ? limits_.most_in_flight_of_strangers : limits_.most_in_flight;
  connection_->set_reading(!changes_user_ && in_flight_ < most && connection_->queued_bytes() <= limits_.most_waiting);
}

void JsonSession::refuse(std::optional<Id> id, const Refusal& refusal) { answer(v1::ErrorAnswer{id, to_v1(refusal)}); }

bool JsonSession::is_logged_in(Id id) {
  if (!who_.user.empty() && now() < who_.expires) return true;
  if (!who_.user.empty()) {
    const Refusal expired{ErrorCode::kSessionEnded, "the session has expired: log in again"};
    std::string text;
    append(text, v1::SessionEnded{to_v1(expired)});
    end_subscriptions();
    who_ = {};
    connection_->send(std::move(text));
  }
  refuse(id, {ErrorCode::kUnauthorized, "log in first: `login`, or `authenticate` with a token"});
  return false;
}

bool JsonSession::is_own_home(Id id, const proto::Feed& feed) {
  const std::string* owner = owner_of_home(feed);
  if (owner == nullptr) return true;
  if (!is_logged_in(id)) return false;
  if (kernel::lower_name(*owner) == kernel::lower_name(who_.user)) return true;
  refuse(id, {ErrorCode::kNotYours, "a home feed is shown to its owner alone"});
  return false;
}

void JsonSession::take(Id id, v1::RegisterRequest&& request) {
  const CommandKey key = key_of(request, services_);
  services_.login.register_user(request.name, std::move(request.password), key,
                                while_here([id](JsonSession& self, const Outcome<std::string>& user) {
                                  if (!user) return self.refuse(id, user.error());
                                  self.ask_user(id, *user, [id](JsonSession& here, const proto::Account& found) {
                                    here.answer(v1::RegisteredAnswer{id, to_v1(found)});
                                  });
                                }));
}

bool JsonSession::is_logged_out(Id id) {
  if (who_.user.empty()) return true;
  refuse(id, {ErrorCode::kBadRequest, "this connection is logged in already: `logout` first"});
  return false;
}

void JsonSession::take(Id id, v1::LoginRequest&& request) {
  if (!is_logged_out(id)) return;
  changes_user_ = true;
  services_.login.log_in(request.name, std::move(request.password),
                         while_here([id](JsonSession& self, Outcome<LoggedIn> who) {
                           if (!who) return self.not_logged_in(id, who.error());
                           self.logged_in(id, *std::move(who), true);
                         }));
}

void JsonSession::take(Id id, v1::AuthenticateRequest&& request) {
  if (!is_logged_out(id)) return;
  std::string token = request.token ? *std::move(request.token) : cookie_;
  if (token.empty()) {
    return refuse(id, {ErrorCode::kUnauthorized, "there is no token: neither `token` nor a session cookie"});
  }
  changes_user_ = true;
  services_.login.authenticate(std::move(token), while_here([id](JsonSession& self, Outcome<LoggedIn> who) {
                                 if (!who) return self.not_logged_in(id, who.error());
                                 self.logged_in(id, *std::move(who), false);
                               }));
}

void JsonSession::not_logged_in(Id id, const Refusal& refusal) {
  changes_user_ = false;
  refuse(id, refusal);
}

void JsonSession::logged_in(Id id, LoggedIn who, bool shows_token) {
  proto::Query query;
  query.mutable_user()->set_name(who.user);
  services_.core.query(std::move(query), while_here([id, who = std::move(who), shows_token](
                                                        JsonSession& self, const proto::Answer& found) {
                         if (found.error() != 0) return self.not_logged_in(id, refusal_of(found));
                         if (found.users().empty()) return self.not_logged_in(id, nothing_found());
                         self.changes_user_ = false;
                         self.who_ = who;
                         v1::LoggedInAnswer answer;
                         answer.id = id;
                         answer.user = to_v1(found.users(0));
                         if (shows_token) answer.token = who.token;
                         answer.expires_ms = who.expires.count();
                         self.answer(answer);
                       }));
}

void JsonSession::take(Id id, v1::LogoutRequest&& /*request*/) {
  if (!is_logged_in(id)) return;
  changes_user_ = true;
  // It stays logged in until the token is revoked: so a client that is told `unavailable` can repeat it.
  services_.login.log_out(who_.token, while_here([id](JsonSession& self, const Outcome<std::string>& done) {
                            self.changes_user_ = false;
                            if (!done) return self.refuse(id, done.error());
                            self.end_subscriptions();
                            self.who_ = {};
                            self.answer(v1::LoggedOutAnswer{id});
                          }));
}

template <class Request, class Then>
void JsonSession::execute(Id id, Request& request, proto::Command command, Then then) {
  if (!is_logged_in(id)) return;
  CommandKey key = key_of(request, services_);
  command.set_account(who_.user);
  command.set_key(std::move(key.key));
  command.set_key_created_ms(key.created.count());
  services_.core.execute(std::move(command),
                         while_here([id, then = std::move(then)](JsonSession& self, const proto::Reply& reply) {
                           if (reply.error() != 0) return self.refuse(id, refusal_of(reply));
                           self.answer(then(reply));
                         }));
}

void JsonSession::take(Id id, v1::PostRequest&& request) {
  proto::Command command;
  command.mutable_post_buzz()->set_text(std::move(request.text));
  if (request.in_reply_to) command.mutable_post_buzz()->set_in_reply_to(request.in_reply_to->value());
  execute(id, request, std::move(command), [id](const proto::Reply& reply) {
    return v1::PostedAnswer{id, base::BuzzId(reply.id()), reply.version(), reply.time_ms()};
  });
}

void JsonSession::take(Id id, v1::EditRequest&& request) {
  proto::Command command;
  command.mutable_edit_buzz()->set_id(request.buzz_id.value());
  command.mutable_edit_buzz()->set_text(std::move(request.text));
  execute(id, request, std::move(command), [id](const proto::Reply& reply) {
    return v1::EditedAnswer{id, base::BuzzId(reply.id()), reply.version()};
  });
}

void JsonSession::take(Id id, v1::DeleteRequest&& request) {
  proto::Command command;
  command.mutable_delete_buzz()->set_id(request.buzz_id.value());
  execute(id, request, std::move(command), [id](const proto::Reply& reply) {
    return v1::DeletedAnswer{id, base::BuzzId(reply.id()), reply.version()};
  });
}

void JsonSession::take(Id id, v1::FollowRequest&& request) {
  proto::Command command;
  command.mutable_follow_user()->set_name(request.name);
  execute(id, request, std::move(command), [id, name = request.name](const proto::Reply&) {
    return v1::FollowedAnswer{id, name};
  });
}

void JsonSession::take(Id id, v1::UnfollowRequest&& request) {
  proto::Command command;
  command.mutable_unfollow_user()->set_name(request.name);
  execute(id, request, std::move(command), [id, name = request.name](const proto::Reply&) {
    return v1::UnfollowedAnswer{id, name};
  });
}

}  // namespace buzzer::gateway
