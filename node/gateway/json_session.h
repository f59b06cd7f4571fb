// A session of buzzer.v1.json (docs/protocols/websocket.md): requests with ids, many at once, answered as each is done;
// subscriptions whose pushes a client can prove to be complete, and resume on any node.
//
// While limits.most_in_flight requests have no answer, or much waits to be written, nothing more is read; so also while
// a login or logout is under way, which decides what the requests behind it may do.
//
// Belongs to one gateway worker's thread. json_session.cc has its life and commands, json_reads.cc what is read,
// json_grid.cc how the grid is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "node/gateway/json_feeds.h"
#include "node/gateway/json_grid.h"
#include "node/gateway/session.h"
#include "node/gateway/v1_values.h"
#include "proto/v1/messages.h"
#include "proto/v1/requests.h"

namespace buzzer::gateway {

struct JsonLimits {
  std::size_t most_in_flight = 32;              // requests without an answer
  std::size_t most_in_flight_of_strangers = 4;  // so of who is not logged in: they leave the homes to those who are
  std::size_t most_subscriptions = 100;         // of a connection
  std::size_t most_waiting = 256UL << 10;       // bytes to be written, beyond which nothing is read
  bool grid_is_public = false;                  // whether who is not logged in may see how the grid is
};

class JsonSession final : public Session, public std::enable_shared_from_this<JsonSession> {
 public:
  // `cookie`: the token in the session cookie that came with the handshake; empty: none.
  JsonSession(const SessionServices& services, const JsonLimits& limits, std::shared_ptr<WsConnection> connection,
              std::string cookie, ClosedCallback closed);

  // Once; a shared pointer holds it. `early`: as WsConnection::start has it.
  void start(std::string_view early);

  [[nodiscard]] WsConnection& connection() override { return *connection_; }

  void on_message(std::string_view text) override;
  void append_head(std::string& to, const PushHead& head) const override;
  void on_push_written(const PushHead& head) override { feeds_.push_written(head); }
  void on_drained() override;
  void on_closed() override;

 private:
  using Id = std::uint64_t;

  // Each is answered once.
  void take(Id id, proto::v1::RegisterRequest&& request);
  void take(Id id, proto::v1::LoginRequest&& request);
  void take(Id id, proto::v1::AuthenticateRequest&& request);
  void take(Id id, proto::v1::LogoutRequest&& request);
  void take(Id id, proto::v1::PostRequest&& request);
  void take(Id id, proto::v1::EditRequest&& request);
  void take(Id id, proto::v1::DeleteRequest&& request);
  void take(Id id, proto::v1::FollowRequest&& request);
  void take(Id id, proto::v1::UnfollowRequest&& request);
  void take(Id id, proto::v1::GetUserRequest&& request);
  void take(Id id, proto::v1::GetUsersRequest&& request);
  void take(Id id, proto::v1::GetFollowersRequest&& request);
  void take(Id id, proto::v1::GetFolloweesRequest&& request);
  void take(Id id, proto::v1::GetFeedRequest&& request);
  void take(Id id, const proto::v1::GetBuzzRequest& request);
  void take(Id id, proto::v1::GetThreadRequest&& request);
  void take(Id id, proto::v1::SubscribeRequest&& request);
  void take(Id id, const proto::v1::UnsubscribeRequest& request);
  void take(Id id, const proto::v1::GetGridRequest& request);
  void take(Id id, const proto::v1::SubscribeGridRequest& request);
  void take(Id id, const proto::v1::PingRequest& request);

  // Executes it for who is logged in; `then` makes the answer.
  template <class Request, class Then>
  void execute(Id id, Request& request, proto::Command command, Then then);
  template <class Then>
  void ask(Id id, proto::Query&& query, Then then);
  void answer_users(Id id, proto::Query query);
  // Passes a user on; an answer without one, which another node may give, is `unavailable`.
  template <class Then>
  void ask_user(Id id, std::string name, Then then);
  // A login is decided.
  void not_logged_in(Id id, const Refusal& refusal);
  void logged_in(Id id, LoggedIn who, bool shows_token);

  template <class Message>
  void answer(const Message& message);
  void refuse(std::optional<Id> id, const Refusal& refusal);
  // A request has its answer.
  void finished();
  // As requests under way and what waits to be written allow.
  void judge_reading();
  // Refuses the request when nobody is logged in (any more).
  [[nodiscard]] bool is_logged_in(Id id);
  // Refuses it when somebody is.
  [[nodiscard]] bool is_logged_out(Id id);
  [[nodiscard]] bool is_own_home(Id id, const proto::Feed& feed);
  [[nodiscard]] bool has_room_for_subscription(Id id);
  [[nodiscard]] bool may_see_grid(Id id);
  // The node where who is logged in is at home.
  [[nodiscard]] std::optional<std::uint32_t> home() const;
  void end_subscriptions();
  [[nodiscard]] std::chrono::milliseconds now() const { return services_.loop.wall_now().time_since_epoch(); }
  template <class Function>
  [[nodiscard]] auto while_here(Function function) {
    return while_open(weak_from_this(), std::move(function));
  }

  const SessionServices& services_;
  const JsonLimits& limits_;
  const std::shared_ptr<WsConnection> connection_;
  const ClosedCallback on_closed_;
  std::string cookie_;
  JsonFeeds feeds_;
  JsonGrid grid_;
  LoggedIn who_;               // user empty: nobody
  bool changes_user_ = false;  // a login or logout is under way
  std::size_t in_flight_ = 0;
};

// Shared by the session's sources.
template <class Message>
void JsonSession::answer(const Message& message) {
  std::string text;
  append(text, message);
  connection_->send(std::move(text));
  finished();
}

template <class Then>
void JsonSession::ask(Id id, proto::Query&& query, Then then) {
  services_.core.query(std::move(query),
                       while_here([id, then = std::move(then)](JsonSession& self, const proto::Answer& answer) {
                         if (answer.error() != 0) return self.refuse(id, refusal_of(answer));
                         then(self, answer);
                       }));
}

template <class Then>
void JsonSession::ask_user(Id id, std::string name, Then then) {
  proto::Query query;
  query.mutable_user()->set_name(std::move(name));
  ask(id, std::move(query), [id, then = std::move(then)](JsonSession& self, const proto::Answer& answer) {
    if (answer.users().empty()) return self.refuse(id, nothing_found());
    then(self, answer.users(0));
  });
}

}  // namespace buzzer::gateway
