// Users, who follows whom, and single buzzes; what is no question.
#include "node/kernel/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kernel/query_fixture.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

class QueriesTest : public QueryTest {
 protected:
  [[nodiscard]] proto::Answer followers(const std::string& user, const std::string& after = "",
                                        std::uint32_t limit = 200) const {
    proto::Query query;
    query.mutable_followers()->set_user(user);
    query.mutable_followers()->set_after(after);
    query.mutable_followers()->set_limit(limit);
    return ask(query);
  }
  [[nodiscard]] proto::Answer followees(const std::string& user, const std::string& after = "",
                                        std::uint32_t limit = 200) const {
    proto::Query query;
    query.mutable_followees()->set_user(user);
    query.mutable_followees()->set_after(after);
    query.mutable_followees()->set_limit(limit);
    return ask(query);
  }

  const std::string alice_ = name_in(kHere, 0);
  const std::string bob_ = name_in(kHere, 1);
  const std::string carol_ = name_in(kElsewhere, 0);
};

TEST_F(QueriesTest, UserIsTheAccountWithItsCountsWhateverTheCase) {
  register_user(alice_, 7);
  proto::Query query;
  query.mutable_user()->set_name(lower_name(alice_));
  const proto::Answer answer = ask(query);
  EXPECT_THAT(names(answer), ElementsAre(alice_));
  EXPECT_EQ(answer.users(0).followers(), 7U);
  query.mutable_user()->set_name(bob_);
  EXPECT_EQ(error_of(ask(query)), ErrorCode::kUnknownUser);
  query.mutable_user()->set_name("no name");
  EXPECT_EQ(error_of(ask(query)), ErrorCode::kUnknownUser);
}

TEST_F(QueriesTest, FolloweesAreThoseWhoHaveAcceptedByNameAsRegistered) {
  register_user(alice_);
  follow(alice_, "Zed");
  follow(alice_, "bo");
  follow(alice_, "Bob");
  follow(alice_, "Pending", true);
  follow(bob_, "Somebody");
  EXPECT_THAT(names(followees(alice_)), ElementsAre("bo", "Bob", "Zed"));
  EXPECT_FALSE(followees(alice_).more());
  const proto::Answer first = followees(alice_, "", 2);
  EXPECT_THAT(names(first), ElementsAre("bo", "Bob"));
  EXPECT_TRUE(first.more());
  const proto::Answer second = followees(alice_, "BOB", 2);
  EXPECT_THAT(names(second), ElementsAre("Zed"));
  EXPECT_FALSE(second.more());
  EXPECT_EQ(error_of(followees(bob_)), ErrorCode::kUnknownUser);
  EXPECT_EQ(error_of(followees(alice_, "no name")), ErrorCode::kInvalidName);
}

TEST_F(QueriesTest, FollowersAreThoseAtHomeHereWhoseFollowWasAccepted) {
  for (int n = 0; n < 4; ++n) register_user(name_in(kHere, n, "Fan_"));
  for (int n = 0; n < 3; ++n) follow(name_in(kHere, n, "Fan_"), carol_);
  follow(name_in(kHere, 3, "Fan_"), carol_, true);
  const std::string first = name_in(kHere, 0, "Fan_");
  std::vector<std::string> all{first, name_in(kHere, 1, "Fan_"), name_in(kHere, 2, "Fan_")};
  std::sort(all.begin(), all.end());
  EXPECT_EQ(names(followers(carol_)), all);
  EXPECT_FALSE(followers(carol_).more());
  EXPECT_THAT(names(followers(carol_, "", 1)), ElementsAre(all[0]));
  EXPECT_TRUE(followers(carol_, "", 1).more());
  EXPECT_THAT(names(followers(carol_, all[0], 5)), ElementsAre(all[1], all[2]));
}

TEST_F(QueriesTest, NobodysFollowersAreRefusedOnlyWhereThatUserWouldBeAtHome) {
  EXPECT_EQ(error_of(followers(alice_)), ErrorCode::kUnknownUser);
  EXPECT_EQ(error_of(followers("no name")), ErrorCode::kUnknownUser);
  EXPECT_EQ(error_of(followers(carol_)), ErrorCode::kNone);
  EXPECT_THAT(names(followers(carol_)), IsEmpty());
  register_user(alice_);
  EXPECT_EQ(error_of(followers(alice_)), ErrorCode::kNone);
  EXPECT_EQ(error_of(followers(alice_, "no name")), ErrorCode::kInvalidName);
}

TEST_F(QueriesTest, BuzzIsGivenAsItIsNowADeletedOneWithoutItsText) {
  put(make_buzz(id_at(1), alice_, "as it is"));
  proto::Buzz deleted = make_buzz(id_at(2), alice_, "");
  deleted.set_deleted(true);
  put(deleted);
  put(make_buzz(id_at(3, kElsewhere), carol_));
  proto::Query query;
  query.mutable_buzz()->set_id(id_at(1));
  ASSERT_EQ(ask(query).buzzes_size(), 1);
  EXPECT_EQ(ask(query).buzzes(0).text(), "as it is");
  query.mutable_buzz()->set_id(id_at(2));
  ASSERT_EQ(ask(query).buzzes_size(), 1);
  EXPECT_TRUE(ask(query).buzzes(0).deleted());
  for (const std::uint64_t id : {std::uint64_t{0}, id_at(4), id_at(3, kElsewhere)}) {
    query.mutable_buzz()->set_id(id);
    EXPECT_EQ(error_of(ask(query)), ErrorCode::kUnknownBuzz);
  }
}

TEST_F(QueriesTest, PageHasOneToTwoHundredEntries) {
  register_user(alice_);
  proto::Feed feed;
  feed.set_home(alice_);
  EXPECT_EQ(error_of(ask_feed(feed, 0, false, 1)), ErrorCode::kNone);
  EXPECT_EQ(error_of(ask_feed(feed, 0, false, 200)), ErrorCode::kNone);
  proto::Query thread;
  thread.mutable_thread()->set_id(id_at(1));
  for (const std::uint32_t limit : {0U, 201U}) {
    EXPECT_EQ(error_of(ask_feed(feed, 0, false, limit)), ErrorCode::kBadRequest);
    EXPECT_EQ(error_of(followers(alice_, "", limit)), ErrorCode::kBadRequest);
    EXPECT_EQ(error_of(followees(alice_, "", limit)), ErrorCode::kBadRequest);
    thread.mutable_thread()->set_limit(limit);
    EXPECT_EQ(error_of(ask(thread)), ErrorCode::kBadRequest);
  }
}

TEST_F(QueriesTest, WhatNoShardAnswersIsRefused) {
  EXPECT_EQ(error_of(ask({})), ErrorCode::kBadRequest);
  proto::Query query;
  query.mutable_owed()->set_here(true);
  EXPECT_EQ(error_of(ask(query)), ErrorCode::kBadRequest);
  EXPECT_EQ(error_of(ask_feed({})), ErrorCode::kBadRequest);
  proto::Feed thread;
  thread.set_thread(id_at(1));
  EXPECT_EQ(error_of(ask_feed(thread)), ErrorCode::kBadRequest);
}

}  // namespace
}  // namespace buzzer::kernel
