// Passwords and sessions at a user's home.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/kernel/kernel.h"
#include "node/kernel/queries.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

constexpr ShardId kShard{7};
constexpr std::int64_t kHourMs = 3'600'000;

std::string token_hash(std::size_t number) { return std::string(kTokenHashBytes - 1, 't') + static_cast<char>(number); }

class SessionTest : public testing::Test {
 protected:
  ErrorCode run(proto::Command command, const std::string& key = "") {
    command.set_key(key.empty() ? "key " + std::to_string(++keys_) : key);
    command.set_key_created_ms(now_);
    decide(state_, command, {now_, kShard, 11}, decision_);
    EXPECT_TRUE(decision_.entry.events_size() == 0 || apply(state_, decision_.entry));
    return static_cast<ErrorCode>(decision_.reply.error());
  }
  ErrorCode register_account(const std::string& name, const std::string& hash, const std::string& key = "") {
    proto::Command command;
    command.set_account(name);
    command.mutable_register_account()->set_name(name);
    command.mutable_register_account()->set_password_hash(hash);
    return run(command, key);
  }
  ErrorCode open(const std::string& user, const std::string& hash, std::int64_t expires_ms) {
    proto::Command command;
    command.set_account(user);
    command.mutable_open_session()->set_token_hash(hash);
    command.mutable_open_session()->set_expires_ms(expires_ms);
    return run(command);
  }
  ErrorCode close(const std::string& user, const std::string& hash) {
    proto::Command command;
    command.set_account(user);
    command.mutable_close_session()->set_token_hash(hash);
    return run(command);
  }
  proto::Answer credential(const std::string& name) {
    proto::Query query;
    query.mutable_credential()->set_name(name);
    return ask(query);
  }
  proto::Answer session(const std::string& user, const std::string& hash) {
    proto::Query query;
    query.mutable_session()->set_user(user);
    query.mutable_session()->set_token_hash(hash);
    return ask(query);
  }
  proto::Answer ask(const proto::Query& query) const {
    proto::Answer answer;
    answer_query(state_, query, kShard, answer);
    return answer;
  }
  static ErrorCode error(const proto::Answer& answer) { return static_cast<ErrorCode>(answer.error()); }
  std::size_t sessions(const std::string& user) const {
    std::size_t count = 0;
    state_.visit_sessions(user, [&](std::string_view, const proto::Session&) { return ++count, true; });
    return count;
  }

  MapState state_;
  Decision decision_;
  std::int64_t now_ = kIdEpochMs + 1'000'000;
  int keys_ = 0;
};

TEST_F(SessionTest, WhatIsKeptOfAPasswordIsToldToWhoAsksForItAlone) {
  ASSERT_EQ(register_account("Ann", "$hash"), ErrorCode::kNone);
  EXPECT_EQ(credential("aNN").credential().name(), "Ann");
  EXPECT_EQ(credential("aNN").credential().password_hash(), "$hash");
  EXPECT_EQ(state_.account("ann")->SerializeAsString().find("$hash"), std::string::npos);
}

TEST_F(SessionTest, AnAccountMayHaveNoPassword) {
  ASSERT_EQ(register_account("Ann", ""), ErrorCode::kNone);
  EXPECT_EQ(credential("ann").credential().name(), "Ann");
  EXPECT_EQ(credential("ann").credential().password_hash(), "");
  EXPECT_EQ(state_.credential("ann"), nullptr);
}

TEST_F(SessionTest, WhatIsKeptOfAPasswordHasAtMost128Bytes) {
  EXPECT_EQ(register_account("ann", std::string(129, 'h')), ErrorCode::kBadRequest);
  EXPECT_EQ(error(credential("ann")), ErrorCode::kUnknownUser);
  EXPECT_EQ(register_account("ann", std::string(128, 'h')), ErrorCode::kNone);
}

TEST_F(SessionTest, ThePasswordIsPartOfWhatARegistrationWishes) {
  ASSERT_EQ(register_account("ann", "one", "key"), ErrorCode::kNone);
  EXPECT_EQ(register_account("ann", "one", "key"), ErrorCode::kNone);
  EXPECT_EQ(register_account("ann", "two", "key"), ErrorCode::kKeyReused);
  EXPECT_EQ(credential("ann").credential().password_hash(), "one");
}

TEST_F(SessionTest, ATokenOpensASessionUntilItIsClosed) {
  register_account("Ann", "h");
  ASSERT_EQ(open("ANN", token_hash(1), now_ + kHourMs), ErrorCode::kNone);
  const proto::Answer found = session("aNn", token_hash(1));
  ASSERT_TRUE(found.has_session());
  EXPECT_EQ(found.session().name(), "Ann");
  EXPECT_EQ(found.session().expires_ms(), now_ + kHourMs);
  EXPECT_EQ(state_.session("ann", token_hash(1))->created_ms(), now_);
  EXPECT_FALSE(session("ann", token_hash(2)).has_session());
  EXPECT_EQ(close("Ann", token_hash(1)), ErrorCode::kNone);
  EXPECT_EQ(error(session("ann", token_hash(1))), ErrorCode::kNone);
  EXPECT_FALSE(session("ann", token_hash(1)).has_session());
  EXPECT_EQ(close("Ann", token_hash(1)), ErrorCode::kNone) << "it is as wished already";
}

TEST_F(SessionTest, AnothersTokenOpensNothing) {
  register_account("ann", "h");
  register_account("ben", "h");
  open("ann", token_hash(1), now_ + kHourMs);
  EXPECT_FALSE(session("ben", token_hash(1)).has_session());
  EXPECT_EQ(close("ben", token_hash(1)), ErrorCode::kNone);
  EXPECT_TRUE(session("ann", token_hash(1)).has_session());
}

TEST_F(SessionTest, ASessionEndsByTheShardsClock) {
  register_account("ann", "h");
  open("ann", token_hash(1), now_ + kHourMs);
  now_ += kHourMs - 1;
  register_account("ben", "h");
  EXPECT_TRUE(session("ann", token_hash(1)).has_session());
  now_ += 1;
  register_account("cy", "h");
  EXPECT_FALSE(session("ann", token_hash(1)).has_session());
  EXPECT_EQ(error(session("ann", token_hash(1))), ErrorCode::kNone);
}

TEST_F(SessionTest, ExpiredOnesGoWhenAnotherIsOpened) {
  register_account("ann", "h");
  register_account("ben", "h");
  open("ann", token_hash(1), now_ + kHourMs);
  open("ann", token_hash(2), now_ + 2 * kHourMs);
  open("ben", token_hash(1), now_ + kHourMs);
  now_ += kHourMs;
  ASSERT_EQ(open("ann", token_hash(3), now_ + kHourMs), ErrorCode::kNone);
  EXPECT_EQ(state_.session("ann", token_hash(1)), nullptr);
  EXPECT_EQ(sessions("ann"), 2U);
  EXPECT_EQ(sessions("ben"), 1U) << "another user's stay";
}

TEST_F(SessionTest, OneTooManyEndsTheOneThatExpiresFirst) {
  register_account("ann", "h");
  for (std::size_t i = 0; i < kMostSessions; ++i) {
    // The third is the first to expire.
    open("ann", token_hash(i), now_ + kHourMs * (i == 2 ? 1 : 100 + static_cast<std::int64_t>(i)));
  }
  ASSERT_EQ(sessions("ann"), kMostSessions);
  ASSERT_EQ(open("ann", token_hash(100), now_ + 50 * kHourMs), ErrorCode::kNone);
  EXPECT_EQ(sessions("ann"), kMostSessions);
  EXPECT_FALSE(session("ann", token_hash(2)).has_session());
  EXPECT_TRUE(session("ann", token_hash(100)).has_session());
  ASSERT_EQ(open("ann", token_hash(101), now_ + 200 * kHourMs), ErrorCode::kNone);
  EXPECT_FALSE(session("ann", token_hash(100)).has_session()) << "now it was the first";
}

TEST_F(SessionTest, ATokenOpenedAgainIsOneSessionAndEndsNoOther) {
  register_account("ann", "h");
  for (std::size_t i = 0; i < kMostSessions; ++i) open("ann", token_hash(i), now_ + kHourMs);
  ASSERT_EQ(open("ann", token_hash(0), now_ + 2 * kHourMs), ErrorCode::kNone);
  EXPECT_EQ(sessions("ann"), kMostSessions);
  EXPECT_EQ(session("ann", token_hash(0)).session().expires_ms(), now_ + 2 * kHourMs);
}

TEST_F(SessionTest, WhatCannotBeASessionIsRefused) {
  register_account("ann", "h");
  for (const std::size_t size : {0U, 31U, 33U}) {
    const std::string hash(size, 't');
    EXPECT_EQ(open("ann", hash, now_ + kHourMs), ErrorCode::kBadRequest);
    EXPECT_EQ(close("ann", hash), ErrorCode::kBadRequest);
    EXPECT_EQ(error(session("ann", hash)), ErrorCode::kBadRequest);
  }
  EXPECT_EQ(open("ann", token_hash(1), now_), ErrorCode::kBadRequest) << "it would have ended already";
  EXPECT_EQ(sessions("ann"), 0U);
}

TEST_F(SessionTest, WhoHasNoAccountHasNoSessions) {
  EXPECT_EQ(open("ann", token_hash(1), now_ + kHourMs), ErrorCode::kUnknownUser);
  EXPECT_EQ(close("ann", token_hash(1)), ErrorCode::kUnknownUser);
  EXPECT_EQ(error(session("ann", token_hash(1))), ErrorCode::kUnknownUser);
  EXPECT_EQ(error(credential("ann")), ErrorCode::kUnknownUser);
  EXPECT_EQ(error(credential("no name")), ErrorCode::kUnknownUser);
}

TEST_F(SessionTest, EventsThatDoNotFitTheStateAreNotApplied) {
  register_account("ann", "h");
  const auto fits = [&](const auto& fill) {
    proto::Entry entry;
    entry.set_clock_ms(now_);
    entry.set_shard(kShard.value());
    fill(*entry.add_events());
    return apply(*state_.clone(), entry);
  };
  EXPECT_TRUE(fits([](proto::Event& event) { event.mutable_credential_put()->set_account("ann"); }));
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_credential_put()->set_account("ben"); }));
  const auto put = [&](const std::string& account, const std::string& hash) {
    return fits([&](proto::Event& event) {
      event.mutable_session_put()->set_account(account);
      event.mutable_session_put()->set_token_hash(hash);
    });
  };
  EXPECT_TRUE(put("ann", token_hash(1)));
  EXPECT_FALSE(put("ben", token_hash(1)));
  EXPECT_FALSE(put("ann", "short"));
  EXPECT_FALSE(fits([](proto::Event& event) {
    event.mutable_session_erased()->set_account("ann");
    event.mutable_session_erased()->set_token_hash(token_hash(1));
  })) << "there is none";
}

}  // namespace
}  // namespace buzzer::kernel
