#include "node/gateway/login.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/gateway/token.h"
#include "tests/unit/gateway/kernel_core.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

constexpr std::chrono::hours kLifetime{24};

PasswordPoolOptions cheap(std::size_t most_waiting = 64) { return {{8, 1}, most_waiting}; }

class LoginTest : public testing::Test {
 protected:
  // Calls `ask` with a callback, and returns what that was given.
  template <class Value, class Ask>
  Outcome<Value> wait(Ask ask) {
    std::optional<Outcome<Value>> given;
    bool within = true;
    ask([&](Outcome<Value> outcome) {
      EXPECT_FALSE(within) << "told within the call";
      EXPECT_FALSE(given) << "told twice";
      given = std::move(outcome);
    });
    within = false;
    EXPECT_TRUE(loop_.run_until([&] { return given.has_value(); }));
    return given ? *std::move(given) : tl::unexpected(Refusal{});
  }

  Outcome<std::string> register_user(const std::string& name, const std::string& password, const std::string& key) {
    const CommandKey made{key, std::chrono::milliseconds(registered_ms_)};
    return wait<std::string>([&](auto done) { login_->register_user(name, password, made, done); });
  }
  Outcome<std::string> check(const std::string& name, const std::string& password) {
    return wait<std::string>([&](auto done) { login_->check_password(name, password, done); });
  }
  Outcome<LoggedIn> log_in(const std::string& name, const std::string& password) {
    return wait<LoggedIn>([&](auto done) { login_->log_in(name, password, done); });
  }
  Outcome<LoggedIn> authenticate(const std::string& token) {
    return wait<LoggedIn>([&](auto done) { login_->authenticate(token, done); });
  }
  Outcome<std::string> log_out(const std::string& token) {
    return wait<std::string>([&](auto done) { login_->log_out(token, done); });
  }
  template <class Value>
  static ErrorCode code(const Outcome<Value>& outcome) {
    return outcome ? ErrorCode::kNone : outcome.error().code;
  }
  // Somebody does something at that shard at that time, so that its clock goes there.
  void turn_clock(std::chrono::milliseconds by) {
    loop_.wall += by;
    registered_ms_ = core_.now_ms();
    ASSERT_TRUE(register_user("clock" + std::to_string(registered_ms_), "x", "clock"));
  }

  RecordedLoop loop_;
  KernelCore core_{loop_};
  std::int64_t registered_ms_ = core_.now_ms();
  PasswordPool passwords_{cheap()};
  base::SystemRandom random_;
  std::unique_ptr<Login> login_ = std::make_unique<Login>(LoginOptions{kLifetime}, core_, passwords_, random_, loop_);
};

TEST_F(LoginTest, WhoHasRegisteredLogsInAndComesBackWithTheToken) {
  ASSERT_EQ(register_user("Ann", "pw", "k"), "Ann");
  const auto who = log_in("aNN", "pw");
  ASSERT_TRUE(who) << who.error().message;
  EXPECT_EQ(who->user, "Ann");
  EXPECT_EQ(token_user(who->token), "ann");
  EXPECT_EQ(who->expires.count(), core_.now_ms() + std::chrono::milliseconds(kLifetime).count());
  const auto back = authenticate(who->token);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->user, "Ann");
  EXPECT_EQ(back->token, who->token);
  EXPECT_EQ(back->expires, who->expires);
  EXPECT_EQ(check("ann", "pw"), "Ann");
}

TEST_F(LoginTest, NeitherPasswordNorTokenReachesTheCore) {
  ASSERT_TRUE(register_user("ann", "swordfish", "k"));
  const auto who = log_in("ann", "swordfish");
  ASSERT_TRUE(who);
  ASSERT_TRUE(authenticate(who->token));
  ASSERT_TRUE(log_out(who->token));
  ASSERT_EQ(core_.commands.size(), 3U);
  ASSERT_EQ(core_.queries.size(), 2U);
  const std::string secret = who->token.substr(who->token.rfind('.') + 1);
  std::string all;
  for (const auto& command : core_.commands) all += command.SerializeAsString();
  for (const auto& query : core_.queries) all += query.SerializeAsString();
  EXPECT_EQ(all.find("swordfish"), std::string::npos);
  EXPECT_EQ(all.find(secret), std::string::npos);
  EXPECT_NE(all.find(hash_token(who->token)), std::string::npos);
}

TEST_F(LoginTest, ARegistrationRepeatedWithItsKeyIsTheSameOne) {
  ASSERT_EQ(register_user("ann", "pw", "k"), "ann");
  EXPECT_EQ(register_user("ann", "pw", "k"), "ann");
  EXPECT_EQ(code(register_user("ann", "another", "k")), ErrorCode::kKeyReused);
  EXPECT_EQ(code(register_user("ann", "pw", "l")), ErrorCode::kNameTaken);
  EXPECT_EQ(check("ann", "pw"), "ann");
}

TEST_F(LoginTest, WhatCannotBeANameOrAPasswordIsNotRegistered) {
  EXPECT_EQ(code(register_user("", "pw", "k")), ErrorCode::kInvalidName);
  EXPECT_EQ(code(register_user("ann!", "pw", "k")), ErrorCode::kInvalidName);
  EXPECT_EQ(code(register_user(std::string(31, 'a'), "pw", "k")), ErrorCode::kInvalidName);
  EXPECT_EQ(code(register_user("ann", "", "k")), ErrorCode::kInvalidPassword);
  EXPECT_TRUE(core_.commands.empty());
}

// A password of 129 to 512 bytes was let in, although the protocol's document said 128 characters.
TEST_F(LoginTest, APasswordHas128CharactersAtMostWhateverTheirBytes) {
  const auto repeated = [](const std::string& character, std::size_t times) {
    std::string text;
    while (times-- > 0) text += character;
    return text;
  };
  int key = 0;
  for (const char* character : {"p", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x9d", "\xff"}) {
    const std::string name = "ann" + std::to_string(key++);
    const auto refused = register_user(name, repeated(character, kMostPasswordCharacters + 1), name);
    EXPECT_EQ(code(refused), ErrorCode::kInvalidPassword) << character;
    EXPECT_EQ(refused.error().message, "a password has 1 to 128 characters");
    const std::string longest = repeated(character, kMostPasswordCharacters);
    EXPECT_EQ(register_user(name, longest, name), name) << character;
    EXPECT_EQ(check(name, longest), name) << character;
  }
  EXPECT_EQ(code(register_user("bob", repeated("\x80", 513), "k")), ErrorCode::kInvalidPassword) << "no characters";
}

TEST_F(LoginTest, AnyBytesMayStandInAPassword) {
  const std::string password("a space, \0 and \xFF", 16);
  ASSERT_EQ(register_user("ann", password, "k"), "ann");
  EXPECT_EQ(check("ann", password), "ann");
  EXPECT_EQ(code(check("ann", password.substr(0, 9))), ErrorCode::kInvalidCredentials);
}

TEST_F(LoginTest, UnknownUserWrongPasswordAndNoPasswordAreAnsweredAlikeByTheSameRoad) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  proto::Command without;
  without.set_account("bare");
  without.set_key("k");
  without.set_key_created_ms(core_.now_ms());
  without.mutable_register_account()->set_name("bare");
  bool registered = false;
  core_.execute(without, [&](const proto::Reply& reply) { registered = reply.error() == 0; });
  ASSERT_TRUE(loop_.run_until([&] { return registered; }));
  const std::size_t commands = core_.commands.size();
  for (const char* name : {"ann", "bare", "nobody"}) {
    core_.queries.clear();
    const auto who = log_in(name, "wrong");
    ASSERT_FALSE(who);
    EXPECT_EQ(who.error().code, ErrorCode::kInvalidCredentials);
    EXPECT_EQ(who.error().message, log_in("ann", "wrong").error().message);
    EXPECT_EQ(who.error().retry_after.count(), 0);
    EXPECT_EQ(core_.queries.size(), 2U) << "one question for each of the two";
    EXPECT_TRUE(core_.queries.front().has_credential());
  }
  EXPECT_EQ(core_.commands.size(), commands);
}

TEST_F(LoginTest, WhoNobodyCanBeIsAnsweredLikewise) {
  EXPECT_EQ(code(log_in("no name", "pw")), ErrorCode::kInvalidCredentials);
  EXPECT_EQ(code(log_in("ann", "")), ErrorCode::kInvalidCredentials);
  EXPECT_EQ(code(log_in("ann", std::string(kMostPasswordCharacters + 1, 'p'))), ErrorCode::kInvalidCredentials);
}

TEST_F(LoginTest, ATokenThatWasLoggedOutOpensNothing) {
  ASSERT_TRUE(register_user("Ann", "pw", "k"));
  const auto one = log_in("ann", "pw");
  const auto other = log_in("ann", "pw");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(log_out(one->token), "ann");
  EXPECT_EQ(code(authenticate(one->token)), ErrorCode::kSessionEnded);
  EXPECT_TRUE(authenticate(other->token));
  EXPECT_EQ(log_out(one->token), "ann") << "once more does no harm";
}

TEST_F(LoginTest, WhatIsNoTokenOfAnybodyOpensNothing) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  const auto who = log_in("ann", "pw");
  ASSERT_TRUE(who);
  EXPECT_EQ(code(authenticate("")), ErrorCode::kSessionEnded);
  EXPECT_EQ(code(authenticate("bz1.ann.short")), ErrorCode::kSessionEnded);
  EXPECT_EQ(code(authenticate(make_token("ann", random_))), ErrorCode::kSessionEnded);
  EXPECT_EQ(code(authenticate(make_token("nobody", random_))), ErrorCode::kSessionEnded);
  EXPECT_EQ(code(log_out("nonsense")), ErrorCode::kSessionEnded);
}

TEST_F(LoginTest, ASessionExpiresByTheGatewaysClockAndByTheShards) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  const auto who = log_in("ann", "pw");
  ASSERT_TRUE(who);
  loop_.wall += kLifetime - std::chrono::milliseconds(1);
  EXPECT_TRUE(authenticate(who->token));
  loop_.wall += std::chrono::milliseconds(1);
  EXPECT_EQ(code(authenticate(who->token)), ErrorCode::kSessionEnded);
  turn_clock(std::chrono::milliseconds(0));
  loop_.wall -= std::chrono::milliseconds(1);
  EXPECT_EQ(code(authenticate(who->token)), ErrorCode::kSessionEnded) << "the shard's clock has gone on";
}

TEST_F(LoginTest, OneSessionTooManyEndsTheOneThatExpiresFirst) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i <= kernel::kMostSessions; ++i) {
    loop_.wall += std::chrono::milliseconds(1);
    const auto who = log_in("ann", "pw");
    ASSERT_TRUE(who);
    tokens.push_back(who->token);
  }
  EXPECT_EQ(code(authenticate(tokens[0])), ErrorCode::kSessionEnded);
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_TRUE(authenticate(tokens[i])) << i;
}

TEST_F(LoginTest, AHomeThatDoesNotAnswerIsSaidToBeUnavailable) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  const auto who = log_in("ann", "pw");
  ASSERT_TRUE(who);
  core_.available = false;
  EXPECT_EQ(code(register_user("ben", "pw", "k")), ErrorCode::kUnavailable);
  EXPECT_EQ(code(log_in("ann", "pw")), ErrorCode::kUnavailable);
  EXPECT_EQ(code(authenticate(who->token)), ErrorCode::kUnavailable);
  EXPECT_EQ(code(log_out(who->token)), ErrorCode::kUnavailable);
  core_.available = true;
  EXPECT_TRUE(authenticate(who->token));
}

TEST_F(LoginTest, AFullPasswordPoolIsTooManyRequests) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  PasswordPool full(cheap(0));
  login_ = std::make_unique<Login>(LoginOptions{}, core_, full, random_, loop_);
  EXPECT_EQ(code(register_user("ben", "pw", "k")), ErrorCode::kTooManyRequests);
  const auto who = log_in("ann", "pw");
  EXPECT_EQ(code(who), ErrorCode::kTooManyRequests);
  EXPECT_GT(who.error().retry_after.count(), 0);
  EXPECT_EQ(core_.commands.size(), 1U);
  login_.reset();
}

TEST_F(LoginTest, OnceItIsGoneNobodyIsTold) {
  ASSERT_TRUE(register_user("ann", "pw", "k"));
  bool told = false;
  const auto tell = [&](const auto& /*outcome*/) { told = true; };
  login_->register_user("ben", "pw", {"k", std::chrono::milliseconds(core_.now_ms())}, tell);
  login_->register_user("no name", "pw", {}, tell);
  login_->log_in("ann", "pw", tell);
  login_->authenticate(make_token("ann", random_), tell);
  login_->log_out(make_token("ann", random_), tell);
  login_.reset();
  passwords_.stop();
  loop_.run_posted();
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace buzzer::gateway
