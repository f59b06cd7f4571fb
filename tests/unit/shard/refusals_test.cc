#include "node/shard/refusals.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace buzzer::shard {
namespace {

constexpr base::MonotonicTime kNow{std::chrono::hours(1)};

proto::Command post(const std::string& account, const std::string& key, const std::string& text) {
  proto::Command command;
  command.set_account(account);
  command.set_key(key);
  command.mutable_post_buzz()->set_text(text);
  return command;
}

proto::Reply refused(proto::ErrorCode code) {
  proto::Reply reply;
  reply.set_error(static_cast<std::uint32_t>(code));
  return reply;
}

TEST(RefusalsTest, RefusedCommandStaysRefusedForAsLongAsACopyMayBeOnItsWay) {
  Refusals refusals;
  ASSERT_TRUE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser), kNow));
  const proto::Reply* found = refusals.find(post("BOB", "k", "x"), kNow + Refusals::kLife);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->error(), static_cast<std::uint32_t>(proto::ErrorCode::kUnknownUser));
  EXPECT_EQ(refusals.find(post("bob", "k", "x"), kNow + Refusals::kLife + std::chrono::milliseconds(1)), nullptr);
}

// That an account follows too many was not remembered: after an unfollow an earlier copy of the refused follow took
// effect.
TEST(RefusalsTest, WhatAnotherStateWouldNotRefuseIsRemembered) {
  using proto::ErrorCode;
  for (const auto code : {ErrorCode::kNameTaken, ErrorCode::kUnknownUser, ErrorCode::kUnknownBuzz, ErrorCode::kNotYours,
                          ErrorCode::kKeyReused, ErrorCode::kKeyFromTheFuture, ErrorCode::kTooManyFollowed}) {
    Refusals refusals;
    ASSERT_TRUE(refusals.remember(post("bob", "k", "x"), refused(code), kNow));
    EXPECT_NE(refusals.find(post("bob", "k", "x"), kNow), nullptr) << proto::error_info(code).name;
  }
}

TEST(RefusalsTest, AnotherKeyAccountOrContentIsAnotherCommand) {
  Refusals refusals;
  ASSERT_TRUE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser), kNow));
  EXPECT_EQ(refusals.find(post("bob", "k2", "x"), kNow), nullptr);
  EXPECT_EQ(refusals.find(post("bo", "k", "x"), kNow), nullptr);
  EXPECT_EQ(refusals.find(post("bob", "k", "y"), kNow), nullptr);
}

TEST(RefusalsTest, WhatIsWrongInEveryStateNeedsNoMemory) {
  Refusals refusals;
  for (const auto code : {proto::ErrorCode::kNone, proto::ErrorCode::kTextTooLong, proto::ErrorCode::kInvalidName}) {
    ASSERT_TRUE(refusals.remember(post("bob", "k", "x"), refused(code), kNow));
    EXPECT_EQ(refusals.find(post("bob", "k", "x"), kNow), nullptr);
  }
  const std::string nobodys(10'000, 'x');
  ASSERT_TRUE(refusals.remember(post(nobodys, "k", "x"), refused(proto::ErrorCode::kUnknownUser), kNow));
  EXPECT_EQ(refusals.find(post(nobodys, "k", "x"), kNow), nullptr);
}

TEST(RefusalsTest, AccountThatIsRefusedAllTheTimePaysForItAlone) {
  Refusals refusals;
  for (std::size_t i = 0; i < Refusals::kMostOfOneAccount; ++i) {
    const auto command = post(i % 2 == 0 ? "bob" : "BOB", std::to_string(i), "x");
    ASSERT_TRUE(refusals.remember(command, refused(proto::ErrorCode::kUnknownUser), kNow));
  }
  EXPECT_FALSE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser), kNow));
  EXPECT_TRUE(refusals.remember(post("eve", "k", "x"), refused(proto::ErrorCode::kUnknownUser), kNow));
  const auto later = kNow + Refusals::kLife + std::chrono::milliseconds(1);
  EXPECT_TRUE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser), later));
}

TEST(RefusalsTest, FullMemoryRefusesToRefuseUntilTheOldestAreForgotten) {
  Refusals refusals;
  for (std::size_t i = 0; i < Refusals::kMost; ++i) {
    const auto command = post("user" + std::to_string(i / 10), std::to_string(i), "x");
    ASSERT_TRUE(refusals.remember(command, refused(proto::ErrorCode::kUnknownUser), kNow));
  }
  const auto later = kNow + Refusals::kLife;
  EXPECT_FALSE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser), later));
  EXPECT_TRUE(refusals.remember(post("bob", "k", "x"), refused(proto::ErrorCode::kUnknownUser),
                                later + std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace buzzer::shard
