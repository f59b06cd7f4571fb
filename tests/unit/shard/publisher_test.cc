// Who subscribes, and what is pushed to whom.
#include <algorithm>
#include <chrono>

#include "tests/unit/shard/publisher_fixture.h"

namespace buzzer::shard {
namespace {

using proto::Arrival;
using proto::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::kNode;
using tests::kOther;
using tests::Lines;

using PublisherTest = tests::PublisherFixture;

TEST_F(PublisherTest, IsToldWhereItBeginsAndThenWhatComes) {
  post(2);
  log_.publisher->subscribe(kNode, author(7, ann_));
  EXPECT_EQ(take(), Lines{"1/7 MARK 0-2"});
  EXPECT_EQ(last_.position().incarnation(), log_.incarnation);
  EXPECT_EQ(last_.position().life(), log_.life());
  post(2);
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 2-3", "1/7 ENTRY 3-4"}));
}

TEST_F(PublisherTest, OneFrameForAllOfANode) {
  for (const std::uint64_t number : {9U, 7U, 8U}) log_.publisher->subscribe(kNode, author(number, ann_));
  log_.publisher->subscribe(kOther, author(1, ann_));
  take();
  frames_ = 0;
  post();
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 0-1", "1/8 ENTRY 0-1", "1/9 ENTRY 0-1", "2/1 ENTRY 0-1"}));
  EXPECT_EQ(frames_, 2);
}

TEST_F(PublisherTest, EachFeedGetsWhatPassesIt) {
  const std::string sea = tests::topic_at_home("sea");
  proto::Subscribe wish = author(1, ann_);
  log_.publisher->subscribe(kNode, wish);
  log_.publisher->subscribe(kNode, home(2, bob_));
  wish.set_number(3);
  wish.mutable_feed()->set_topic(sea);
  log_.publisher->subscribe(kNode, wish);
  wish.set_number(4);
  wish.mutable_feed()->set_mentions(bob_);
  log_.publisher->subscribe(kNode, wish);
  wish.set_number(5);
  proto::Buzz root;
  root.set_id(id_);
  root.set_author("elsewhere");
  log_.state.put_buzz(root);
  wish.mutable_feed()->set_thread(id_);
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take().size(), 5U);
  Arrival arrival = tests::arrival_of(Arrival::POSTED, "elsewhere", id_ + 1);
  arrival.add_topics(sea);
  arrival.add_mentioned(bob_);
  arrival.set_root(id_);
  log_.append(arrival);
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, id_ + 2));
  log_.append(tests::follow_of(Arrival::FOLLOWED, bob_, ann_));
  log_.append(tests::arrival_of(Arrival::DELETED, ann_, id_ + 2));
  log_.append(tests::follow_of(Arrival::UNFOLLOWED, bob_, ann_));
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, id_ + 3));
  log_.sync();
  log_.publisher->taken(kNode, 2, 5);
  log_.append(tests::arrival_of(Arrival::POSTED, bob_, id_ + 4));
  log_.sync();
  EXPECT_EQ(take(), (Lines{"1/2 ENTRY 0-1", "1/3 ENTRY 0-1", "1/4 ENTRY 0-1", "1/5 ENTRY 0-1",  // the first
                           "1/1 ENTRY 0-2",                                                     // not bob's yet
                           "1/2 ENTRY 1-3",                                                     // he follows
                           "1/1 ENTRY 2-4", "1/2 ENTRY 3-4",                                    //
                           "1/2 ENTRY 4-5",                                                     // no more
                           "1/1 ENTRY 4-6",                                                     //
                           "1/2 ENTRY 5-7"}));
}

TEST_F(PublisherTest, EdgesThatStandAreKnownWhenItSubscribes) {
  log_.append(tests::arrival_of(Arrival::POSTED, "far", ++id_));
  log_.append(tests::follow_of(Arrival::FOLLOWED, bob_, "far"));
  proto::FollowEdge pending;
  pending.set_pending(true);
  log_.state.put_edge(bob_, "asked", pending);
  log_.append(tests::arrival_of(Arrival::POSTED, "far", ++id_));
  log_.sync();
  auto wish = home(2, bob_);
  wish.mutable_after()->set_incarnation(log_.incarnation);
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-0", "1/2 ENTRY 0-2", "1/2 ENTRY 2-3"})) << "not what came before the follow";
  log_.append(tests::arrival_of(Arrival::POSTED, "asked", ++id_));
  log_.append(tests::arrival_of(Arrival::POSTED, "far", ++id_));
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/2 ENTRY 3-5"});
}

TEST_F(PublisherTest, MarkMovesAQuietFeedAndIsASignOfLifeForOthers) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  log_.publisher->subscribe(kNode, home(8, bob_));
  take();
  post(5);
  take();
  loop_.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 0-5"})) << "the first has a full window";
  loop_.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 5-5"}));
  log_.append(tests::arrival_of(Arrival::POSTED, bob_, ++id_));
  loop_.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 5-5"})) << "not past what is durable";
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/8 ENTRY 5-6"});
}

// Whatever the reason, a client was told that there are too many subscriptions.
TEST_F(PublisherTest, FeedThatIsNotHereIsRefusedWithTheReason) {
  const auto refused = [this](const proto::Subscribe& wish) {
    log_.publisher->subscribe(kNode, wish);
    EXPECT_EQ(take(), Lines{"1/1 REFUSED 0-0"});
    return static_cast<ErrorCode>(last_.error());
  };
  EXPECT_EQ(refused(home(1, tests::name_at_home("nobody"))), ErrorCode::kUnknownUser);
  EXPECT_EQ(refused(author(1, tests::name_at_home("nobody"))), ErrorCode::kUnknownUser);
  EXPECT_EQ(refused(home(1, "no name")), ErrorCode::kInvalidName);
  EXPECT_EQ(refused(author(1, tests::name_at_home("ann", base::ShardId(7)))), ErrorCode::kBadRequest);
  proto::Subscribe wish;
  wish.set_number(1);
  EXPECT_EQ(refused(wish), ErrorCode::kBadRequest);
  wish.mutable_feed()->set_thread(kernel::first_id(kernel::kIdEpochMs, base::ShardId(7)).value());
  EXPECT_EQ(refused(wish), ErrorCode::kBadRequest);
  wish.mutable_feed()->set_thread(id_);
  EXPECT_EQ(refused(wish), ErrorCode::kUnknownBuzz);
  wish.mutable_feed()->set_topic("two words");
  EXPECT_EQ(refused(wish), ErrorCode::kBadRequest);
  EXPECT_EQ(log_.publisher->subscriptions(), 0U);
}

// It was accepted, and never told anything: entries name the thread by its root alone.
TEST_F(PublisherTest, ThreadIsNamedByItsRootAndNotByAReply) {
  proto::Buzz buzz;
  buzz.set_id(id_);
  buzz.set_author(ann_);
  buzz.set_version(1);
  log_.state.put_buzz(buzz);
  proto::Subscribe wish;
  wish.set_number(1);
  wish.mutable_feed()->set_thread(id_);
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/1 MARK 0-0"});
  buzz.set_id(id_ + 64);
  buzz.set_root(id_);
  log_.state.put_buzz(buzz);
  wish.set_number(2);
  wish.mutable_feed()->set_thread(buzz.id());
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/2 REFUSED 0-0"});
  EXPECT_EQ(static_cast<ErrorCode>(last_.error()), ErrorCode::kBadRequest);
  EXPECT_EQ(log_.publisher->subscriptions(), 1U);
}

TEST_F(PublisherTest, AFollowThatWasSoAlreadyIsToldAndChangesNothing) {
  log_.append(tests::follow_of(Arrival::FOLLOWED, bob_, ann_));
  log_.sync();
  log_.publisher->subscribe(kNode, home(1, bob_));
  EXPECT_EQ(take(), Lines{"1/1 MARK 0-1"});
  for (const auto kind : {Arrival::FOLLOWED, Arrival::UNFOLLOWED}) {
    Arrival again = tests::follow_of(kind, bob_, ann_);
    again.set_unchanged(true);
    log_.append(again);
    log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
    log_.sync();
  }
  EXPECT_EQ(take(), (Lines{"1/1 ENTRY 1-2", "1/1 ENTRY 2-3", "1/1 ENTRY 3-4", "1/1 ENTRY 4-5"}));
}

TEST_F(PublisherTest, TooManyAreRefusedAndWhoLeavesMakesRoom) {
  for (std::uint64_t number = 1; number <= 7; ++number) log_.publisher->subscribe(kNode, author(number, ann_));
  Lines told = take();
  EXPECT_EQ(std::count(told.begin(), told.end(), "1/7 REFUSED 0-0"), 1);
  log_.publisher->subscribe(kNode, author(8, ann_));
  EXPECT_EQ(take(), Lines{"1/8 REFUSED 0-0"});
  EXPECT_EQ(static_cast<ErrorCode>(last_.error()), ErrorCode::kTooManySubscriptions);
  log_.publisher->unsubscribe(kNode, 3);
  log_.publisher->subscribe(kOther, author(1, ann_));
  log_.publisher->subscribe(kOther, author(2, ann_));
  told = take();
  EXPECT_EQ(told, (Lines{"2/2 REFUSED 0-0", "2/1 MARK 0-0"}));
  log_.publisher->node_gone(kNode);
  EXPECT_EQ(log_.publisher->subscriptions(), 1U);
  post();
  EXPECT_EQ(take(), Lines{"2/1 ENTRY 0-1"});
}

TEST_F(PublisherTest, NoMoreEdgesAreHeldThanTheirBound) {
  for (const char* name : {"a", "b", "c"}) log_.append(tests::follow_of(Arrival::FOLLOWED, ann_, name));
  log_.sync();
  log_.publisher->subscribe(kNode, home(1, ann_));
  EXPECT_EQ(take(), Lines{"1/1 MARK 0-3"});
  log_.publisher->subscribe(kNode, home(2, ann_));
  log_.publisher->subscribe(kNode, home(3, bob_));
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-3", "1/3 REFUSED 0-0"}));
  EXPECT_EQ(static_cast<ErrorCode>(last_.error()), ErrorCode::kTooManySubscriptions);
  log_.publisher->unsubscribe(kNode, 1);
  log_.publisher->unsubscribe(kNode, 2);
  log_.publisher->subscribe(kNode, home(3, bob_));
  EXPECT_EQ(take(), Lines{"1/3 MARK 0-3"}) << "they went with the last who needed them";
}

TEST_F(PublisherTest, SameNumberAgainReplacesTheSubscription) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  post();
  log_.publisher->subscribe(kNode, author(7, bob_));
  take();
  post();
  log_.append(tests::arrival_of(Arrival::POSTED, bob_, ++id_));
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 1-3"});
}

TEST_F(PublisherTest, ShardThatStopsSaysSoAndForgetsAll) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  log_.publisher->subscribe(kOther, home(8, bob_));
  take();
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  log_.stop();
  EXPECT_EQ(take(), (Lines{"1/7 ENDED 0-0", "2/8 ENDED 0-0"}));
  log_.publisher->subscribe(kNode, author(7, ann_));
  EXPECT_EQ(take(), Lines{"1/7 ENDED 0-0"}) << "it does not serve";
  log_.start();
  log_.publisher->subscribe(kNode, author_after(7, 0));
  post();
  loop_.advance(seconds(1));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-0", "1/7 ENTRY 0-1", "1/7 ENTRY 1-2"}));
}

TEST_F(PublisherTest, DestroyedPublisherIsNotCalledBack) {
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  log_.publisher->subscribe(kNode, author(7, ann_));
  loop_.settle();  // it waits for what it has read to be durable
  log_.crash();
  log_.sync();
  loop_.advance(seconds(20));
  EXPECT_EQ(lines_, Lines{});
}

TEST_F(PublisherTest, WhatIsSaidOfNoSubscriptionIsWithoutEffect) {
  log_.publisher->taken(kNode, 5, 7);
  log_.publisher->unsubscribe(kNode, 5);
  log_.publisher->node_gone(kOther);
  log_.publisher->subscribe(kNode, author(7, ann_));
  take();
  log_.publisher->taken(kNode, 7, ~0ULL);
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

}  // namespace
}  // namespace buzzer::shard
