// A buzz within its thread, at the root's home.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kernel/query_fixture.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

//   root ─┬─ a ─┬─ aa ── aaa
//         │     └─ ab
//         └─ b ─── ba
// Every second one is another shard's.
class QueryThreadTest : public QueryTest {
 protected:
  QueryThreadTest() {
    put(make_buzz(root_, alice_));
    add(a_, root_);
    add(b_, root_);
    add(aa_, a_);
    add(ba_, b_);
    add(ab_, a_);
    add(aaa_, aa_);
  }

  void add(std::uint64_t id, std::uint64_t parent, bool deleted = false) {
    proto::Buzz buzz = make_buzz(id, id_shard(BuzzId(id)) == kHere ? alice_ : carol_, deleted ? "" : "reply");
    buzz.set_in_reply_to(parent);
    buzz.set_root(root_);
    buzz.set_deleted(deleted);
    put(buzz);
    index(Index::kThread, std::to_string(root_), buzz);
  }

  [[nodiscard]] proto::Answer thread(std::uint64_t id, std::uint64_t from = 0, std::uint32_t limit = 200,
                                     std::uint64_t root = 0) const {
    proto::Query query;
    query.mutable_thread()->set_id(id);
    query.mutable_thread()->set_root(root == 0 ? root_ : root);
    query.mutable_thread()->set_from_id(from);
    query.mutable_thread()->set_limit(limit);
    return ask(query);
  }

  const std::string alice_ = name_in(kHere, 0);
  const std::string carol_ = name_in(kElsewhere, 0);
  const std::uint64_t root_ = id_at(1);
  const std::uint64_t a_ = id_at(2, kElsewhere);
  const std::uint64_t b_ = id_at(3);
  const std::uint64_t aa_ = id_at(4, kElsewhere);
  const std::uint64_t ba_ = id_at(5);
  const std::uint64_t ab_ = id_at(6, kElsewhere);
  const std::uint64_t aaa_ = id_at(7);
};

TEST_F(QueryThreadTest, RootHasAllRepliesBelowIt) {
  const proto::Answer answer = thread(root_);
  EXPECT_THAT(ids(answer.path()), ElementsAre(root_));
  EXPECT_THAT(ids(answer.buzzes()), ElementsAre(a_, b_, aa_, ba_, ab_, aaa_));
  EXPECT_FALSE(answer.more());
}

TEST_F(QueryThreadTest, ReplyHasThePathFromTheRootAndItsOwnRepliesDirectOrNot) {
  const proto::Answer answer = thread(a_);
  EXPECT_THAT(ids(answer.path()), ElementsAre(root_, a_));
  EXPECT_THAT(ids(answer.buzzes()), ElementsAre(aa_, ab_, aaa_));
  EXPECT_FALSE(answer.more());
  EXPECT_THAT(ids(thread(aaa_).path()), ElementsAre(root_, a_, aa_, aaa_));
  EXPECT_THAT(ids(thread(aaa_).buzzes()), IsEmpty());
}

TEST_F(QueryThreadTest, RepliesArePagedById) {
  EXPECT_THAT(ids(thread(a_, 0, 2).buzzes()), ElementsAre(aa_, ab_));
  EXPECT_TRUE(thread(a_, 0, 2).more());
  EXPECT_THAT(ids(thread(a_, ab_, 2).buzzes()), ElementsAre(aaa_));
  EXPECT_FALSE(thread(a_, ab_, 2).more());
  EXPECT_FALSE(thread(a_, 0, 3).more());
}

TEST_F(QueryThreadTest, DeletedBuzzesKeepTheirPlaces) {
  add(a_, root_, true);
  add(aa_, a_, true);
  const proto::Answer answer = thread(aa_);
  EXPECT_THAT(ids(answer.path()), ElementsAre(root_, a_, aa_));
  EXPECT_TRUE(answer.path(1).deleted());
  EXPECT_THAT(ids(answer.buzzes()), ElementsAre(aaa_));
  EXPECT_TRUE(thread(root_).buzzes(0).deleted());
}

TEST_F(QueryThreadTest, RootThatIsGoneIsShownAsNoMore) {
  const std::uint64_t gone = id_at(0) + 5;
  proto::Buzz reply = make_buzz(id_at(9, kElsewhere), carol_);
  reply.set_in_reply_to(gone);
  reply.set_root(gone);
  put(reply);
  index(Index::kThread, std::to_string(gone), reply);
  for (const std::uint64_t id : {gone, reply.id()}) {
    const proto::Answer answer = thread(id, 0, 200, gone);
    ASSERT_EQ(error_of(answer), ErrorCode::kNone);
    EXPECT_EQ(answer.path(0).id(), gone);
    EXPECT_TRUE(answer.path(0).deleted());
  }
}

// Streams of different shards are not ordered among each other: a reply may be here before what it replies to.
TEST_F(QueryThreadTest, ReplyWhoseParentHasNotArrivedIsShownBelowTheRoot) {
  const std::uint64_t early = id_at(9, kElsewhere);
  add(early, id_at(8, kElsewhere));
  EXPECT_THAT(ids(thread(early).path()), ElementsAre(root_, early));
  EXPECT_THAT(ids(thread(root_, aaa_).buzzes()), ElementsAre(early));
  EXPECT_THAT(ids(thread(a_, aaa_).buzzes()), IsEmpty());
}

TEST_F(QueryThreadTest, LooksTheRootUpInABuzzThatIsHere) {
  proto::Query query;
  query.mutable_thread()->set_limit(10);
  query.mutable_thread()->set_id(b_);
  EXPECT_THAT(ids(ask(query).path()), ElementsAre(root_, b_));
  query.mutable_thread()->set_id(root_);
  EXPECT_THAT(ids(ask(query).path()), ElementsAre(root_));
}

TEST_F(QueryThreadTest, WhatIsNotInTheThreadIsUnknown) {
  EXPECT_EQ(error_of(thread(id_at(20))), ErrorCode::kUnknownBuzz);
  EXPECT_EQ(error_of(thread(id_at(20), 0, 1, id_at(20))), ErrorCode::kUnknownBuzz);
  EXPECT_EQ(error_of(thread(0)), ErrorCode::kUnknownBuzz);
  EXPECT_EQ(error_of(thread(a_, 0, 1, id_at(1, kElsewhere))), ErrorCode::kBadRequest);
}

TEST_F(QueryThreadTest, LongPathHasTheRootAndTheLastOnes) {
  std::uint64_t parent = aaa_;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t id = id_at(10 + i, i % 2 == 0 ? kHere : kElsewhere);
    add(id, parent);
    parent = id;
  }
  const proto::Answer answer = thread(parent);
  ASSERT_EQ(answer.path_size(), 200);
  EXPECT_EQ(answer.path(0).id(), root_);
  EXPECT_EQ(answer.path(199).id(), parent);
  for (int i = 2; i < 200; ++i) EXPECT_EQ(answer.path(i).in_reply_to(), answer.path(i - 1).id());
  EXPECT_EQ(thread(aa_).buzzes_size(), 200);
}

TEST_F(QueryThreadTest, PageOfAVeryLargeThreadEndsEarlyAndSaysSo) {
  for (int i = 0; i < 20'000; ++i) add(id_at(10 + i), root_);
  const std::uint64_t last = id_at(30'000);
  add(last, a_);
  const proto::Answer answer = thread(a_);
  EXPECT_THAT(ids(answer.buzzes()), ElementsAre(aa_, ab_, aaa_));
  EXPECT_TRUE(answer.more());
  EXPECT_THAT(ids(thread(a_, id_at(29'000)).buzzes()), ElementsAre(last));
  EXPECT_EQ(thread(root_).buzzes_size(), 200);
}

TEST_F(QueryThreadTest, PageOfOthersRepliesAloneSaysFromWhereToGoOn) {
  constexpr int kOthers = 12'000;
  for (int i = 0; i < kOthers; ++i) add(id_at(10 + i), b_);
  const std::uint64_t late = id_at(10 + kOthers);
  add(late, a_);
  const auto first = thread(a_, aaa_, 10);
  EXPECT_THAT(ids(first.buzzes()), IsEmpty());
  ASSERT_TRUE(first.more());
  EXPECT_GT(first.last_id(), aaa_);
  const auto second = thread(a_, first.last_id(), 10);
  EXPECT_THAT(ids(second.buzzes()), ElementsAre(late));
  EXPECT_FALSE(second.more());
  EXPECT_EQ(second.last_id(), 0U);
}

TEST_F(QueryThreadTest, PathAndRepliesTogetherAreNoLargerThanAPage) {
  const std::string large(kMostPageBytes / 8, 'x');
  std::uint64_t parent = root_;
  for (int i = 0; i < 20; ++i) {
    proto::Buzz buzz = make_buzz(id_at(100 + i), alice_, large);
    buzz.set_in_reply_to(parent);
    buzz.set_root(root_);
    put(buzz);
    index(Index::kThread, std::to_string(root_), buzz);
    parent = buzz.id();
  }
  const proto::Answer answer = thread(id_at(110));
  EXPECT_EQ(answer.path(0).id(), root_);
  EXPECT_EQ(answer.path(answer.path_size() - 1).id(), id_at(110));
  EXPECT_GE(answer.buzzes_size(), 1);
  EXPECT_TRUE(answer.more());
  EXPECT_LE(answer.ByteSizeLong(), kMostPageBytes + large.size());
}

}  // namespace
}  // namespace buzzer::kernel
