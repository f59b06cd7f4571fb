// What a JSON session makes of answers that are not as one would wish.
#include "node/gateway/json_session.h"

#include <nlohmann/json.hpp>

#include "node/gateway/password_pool.h"
#include "node/gateway/token.h"
#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using nlohmann::json;

// Answers what a test says, in the loop's next turn.
struct ScriptedCore final : Core {
  explicit ScriptedCore(base::EventLoop& on) : loop(on) {}

  void execute(proto::Command command, ReplyCallback callback) override {
    commands.push_back(std::move(command));
    loop.post([callback = std::move(callback), told = reply] { callback(told); });
  }
  void query(proto::Query query, AnswerCallback callback) override {
    loop.post([this, query = std::move(query), callback = std::move(callback)] { callback(answer(query)); });
  }
  void grid(GridCallback /*callback*/) override {}
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    ++subscriptions;
    return ++last_subscription;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override { --subscriptions; }
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  [[nodiscard]] proto::Answer answer(const proto::Query& query) const {
    proto::Answer told;
    if (query.has_session()) {
      told.mutable_session()->set_name("bob");
      told.mutable_session()->set_expires_ms(expires_ms);
    } else if (query.has_user() && finds) {
      told.add_users()->set_name(query.user().name());
    }
    return told;
  }

  base::EventLoop& loop;
  std::vector<proto::Command> commands;
  proto::Reply reply;  // to each
  bool finds = true;   // what it is asked for
  std::int64_t expires_ms = 0;
  std::uint64_t last_subscription = 0;
  int subscriptions = 0;
};

class JsonSessionTest : public WsConnectionTest {
 protected:
  JsonSessionTest() {
    core_.expires_ms = loop_.wall_now().time_since_epoch().count() + 3'600'000;
    connection_ = std::make_shared<WsConnection>(limits_, std::make_unique<FakeConnection>(wire_), loop_, flusher_);
    session_ = std::make_shared<JsonSession>(services_, json_limits_, connection_, "", [](Session&) {});
    session_->start({});
    told();
  }
  std::vector<json> told() {
    loop_.settle();
    std::vector<json> messages;
    for (const std::string& line : seen()) messages.push_back(json::parse(line));
    return messages;
  }
  // The only answer.
  json ask(const json& request) {
    wire_.receive(text(request.dump()));
    const auto messages = told();
    EXPECT_EQ(messages.size(), 1U);
    return messages.empty() ? json() : messages.front();
  }
  json authenticate() { return ask({{"id", 1}, {"type", "authenticate"}, {"token", make_token("bob", random_)}}); }
  void fail(proto::ErrorCode code) { core_.reply.set_error(static_cast<std::uint32_t>(code)); }
  static std::string code(const json& answer) { return answer.at("error").at("code"); }

  base::SystemRandom random_;
  ScriptedCore core_{loop_};
  PasswordPool passwords_{{{8, 1}, 4}};
  Login login_{LoginOptions(), core_, passwords_, random_, loop_};
  SessionServices services_{core_, login_, loop_, random_, base::NodeId(0), 1};
  JsonLimits json_limits_;
  std::shared_ptr<JsonSession> session_;
};

// The session forgot who it was before the token was revoked, so a repetition was refused for good, and it lived on.
TEST_F(JsonSessionTest, LogoutThatDidNotReachHomeCanBeRepeated) {
  ASSERT_EQ(authenticate().at("type"), "logged_in");
  ask({{"id", 2}, {"type", "subscribe"}, {"feed", {{"kind", "home"}, {"of", "bob"}}}});
  ASSERT_EQ(core_.subscriptions, 1);
  fail(proto::ErrorCode::kUnavailable);
  for (int id = 3; id < 5; ++id) {
    const json refused = ask({{"id", id}, {"type", "logout"}});
    EXPECT_EQ(code(refused), "unavailable") << id;
    EXPECT_EQ(refused.at("error").at("definite"), false);
  }
  EXPECT_EQ(core_.subscriptions, 1);
  EXPECT_EQ(code(ask({{"id", 5}, {"type", "authenticate"}, {"token", "x"}})), "bad_request") << "still logged in";
  fail(proto::ErrorCode::kNone);
  EXPECT_EQ(ask({{"id", 6}, {"type", "logout"}}).at("type"), "logged_out");
  EXPECT_EQ(core_.subscriptions, 0);
  ASSERT_EQ(core_.commands.size(), 3U);
  EXPECT_EQ(core_.commands[0].close_session().token_hash(), core_.commands[2].close_session().token_hash());
  EXPECT_EQ(code(ask({{"id", 7}, {"type", "logout"}})), "unauthorized");
}

TEST_F(JsonSessionTest, WhatIsSentBehindALogoutIsLookedAtWhenItIsDecided) {
  ASSERT_EQ(authenticate().at("type"), "logged_in");
  const std::string post = text(json{{"id", 3}, {"type", "post"}, {"text", "hi"}}.dump());
  wire_.receive(text(json{{"id", 2}, {"type", "logout"}}.dump()) + post);
  const auto messages = told();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("type"), "logged_out");
  EXPECT_EQ(code(messages[1]), "unauthorized");
  EXPECT_EQ(core_.commands.size(), 1U);
}

// Such an answer of another node, and one is enough, was read beyond its end.
TEST_F(JsonSessionTest, AnswerOfAPeerWithNothingInItIsUnavailable) {
  core_.finds = false;
  EXPECT_EQ(code(authenticate()), "unavailable");
  EXPECT_EQ(code(ask({{"id", 2}, {"type", "get_user"}, {"name", "bob"}})), "unavailable");
  EXPECT_EQ(code(ask({{"id", 3}, {"type", "get_buzz"}, {"buzz_id", "61422797304896"}})), "unavailable");
  core_.finds = true;
  EXPECT_EQ(authenticate().at("type"), "logged_in");
}

}  // namespace
}  // namespace buzzer::gateway
