// Subscriptions that read the log: what is durable when, from which position, and at whose pace.
#include <algorithm>
#include <chrono>

#include "tests/unit/shard/publisher_fixture.h"

namespace buzzer::shard {
namespace {

using proto::Arrival;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::kNode;
using tests::Lines;

using PublisherReadingTest = tests::PublisherFixture;

TEST_F(PublisherReadingTest, NothingIsPushedBeforeItIsDurable) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  take();
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  EXPECT_EQ(take(), Lines{});
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

TEST_F(PublisherReadingTest, WhatWasUnderWayWhenItSubscribedComesOnceAndDurable) {
  post();
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  log_.publisher->subscribe(kNode, author(7, ann_));
  EXPECT_EQ(take(), Lines{}) << "what was read is not durable yet";
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
  log_.sync();
  post();
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-1", "1/7 ENTRY 1-2", "1/7 ENTRY 2-3", "1/7 ENTRY 3-4", "1/7 ENTRY 4-5"}));
}

TEST_F(PublisherReadingTest, GoesOnBehindThePositionThatItGives) {
  post(3);
  log_.publisher->subscribe(kNode, author_after(7, 1));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 1-1", "1/7 ENTRY 1-2", "1/7 ENTRY 2-3"}));
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 3-4"});
}

TEST_F(PublisherReadingTest, PositionThatIsNotOfThisLogIsAGap) {
  post(3);
  auto wish = author_after(7, 1);
  wish.mutable_after()->set_incarnation(1);
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/7 GAP 1-3"});
  wish = author_after(8, 1);
  wish.mutable_after()->set_life(1);
  log_.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/8 GAP 1-3"});
  log_.publisher->subscribe(kNode, author_after(9, 4));
  EXPECT_EQ(take(), Lines{"1/9 GAP 4-3"});
  EXPECT_EQ(last_.position().life(), log_.life());
  post();
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 3-4", "1/8 ENTRY 3-4", "1/9 ENTRY 3-4"}));
}

TEST_F(PublisherReadingTest, FurtherBackThanTheLogGoesIsAGap) {
  post(5);
  log_.state.trim_arrivals(3);
  log_.publisher->subscribe(kNode, author_after(7, 0));
  log_.publisher->subscribe(kNode, author_after(8, 2));
  log_.publisher->subscribe(kNode, author_after(9, 3));
  EXPECT_EQ(take(), (Lines{"1/7 GAP 0-5", "1/8 GAP 2-5", "1/9 MARK 3-3", "1/9 ENTRY 3-4", "1/9 ENTRY 4-5"}));
}

TEST_F(PublisherReadingTest, LogThatWasTrimmedPastAFullSubscriptionIsAGap) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  take();
  post(6);
  take();
  log_.state.trim_arrivals(6);
  log_.publisher->taken(kNode, 7, 4);
  EXPECT_EQ(take(), Lines{"1/7 GAP 4-6"});
}

TEST_F(PublisherReadingTest, FullWindowWaitsUntilHalfOfItIsTaken) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  take();
  post(7);
  EXPECT_EQ(take().size(), 4U);
  log_.publisher->taken(kNode, 7, 1);
  EXPECT_EQ(take(), Lines{});
  log_.publisher->taken(kNode, 7, 2);
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 4-5", "1/7 ENTRY 5-6"}));
  log_.publisher->taken(kNode, 7, 6);
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 6-7"});
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 7-8"}) << "live again";
}

TEST_F(PublisherReadingTest, PushThatFindsNoRoomIsMadeUpForFromTheLog) {
  log_.publisher->subscribe(kNode, author(7, ann_));
  take();
  full_ = true;
  post(2);
  loop_.advance(milliseconds(250));
  EXPECT_EQ(take(), Lines{});
  full_ = false;
  loop_.advance(milliseconds(100));
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 0-1", "1/7 ENTRY 1-2"}));
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 2-3"});
}

TEST_F(PublisherReadingTest, NodeWithoutRoomIsNotTriedForEachSubscription) {
  full_ = true;
  for (std::uint64_t number = 1; number <= 6; ++number) log_.publisher->subscribe(kNode, author(number, ann_));
  take();
  log_.readings = 0;
  loop_.advance(milliseconds(100));
  EXPECT_EQ(log_.readings, 1);
  full_ = false;
  loop_.advance(milliseconds(100));
  EXPECT_EQ(take().size(), 6U);
}

TEST_F(PublisherReadingTest, LongLogIsReadInTurnsAndOthersHaveTheirs) {
  post_elsewhere(30);
  post(2);
  log_.publisher->subscribe(kNode, author_after(7, 0));
  log_.publisher->subscribe(kNode, author_after(8, 30));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-0", "1/8 MARK 30-30", "1/8 ENTRY 30-31", "1/8 ENTRY 31-32",  //
                           "1/7 ENTRY 0-31", "1/7 ENTRY 31-32"}));
}

TEST_F(PublisherReadingTest, ReadingThatFailedIsMadeAgainForEachAlone) {
  log_.publisher->subscribe(kNode, home(1, ann_));
  log_.publisher->subscribe(kNode, home(2, bob_));
  log_.unreadable = 2;
  EXPECT_EQ(take(), Lines{});
  loop_.advance(milliseconds(100));
  EXPECT_EQ(take(), Lines{}) << "the first alone, which fails";
  loop_.advance(milliseconds(100));
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-0", "1/1 MARK 0-0"}));
}

TEST_F(PublisherReadingTest, EdgesThatCouldNotBeReadAreReadAgain) {
  log_.append(tests::follow_of(Arrival::FOLLOWED, bob_, "far"));
  log_.sync();
  log_.publisher->subscribe(kNode, home(2, bob_));
  log_.unreadable = 1;
  take();
  loop_.advance(milliseconds(100));
  EXPECT_EQ(take(), Lines{"1/2 MARK 0-1"});
  log_.append(tests::arrival_of(Arrival::POSTED, "far", ++id_));
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/2 ENTRY 1-2"});
}

TEST_F(PublisherReadingTest, WhatBecomesDurableBeforeAReadingIsToldComesAfterIt) {
  log_.syncs_by_itself = false;
  log_.publisher->subscribe(kNode, author(7, ann_));
  loop_.settle();
  post();  // durable at once; only then is told what was read before
  EXPECT_EQ(take(), Lines{"1/7 MARK 0-0"});
  log_.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

TEST_F(PublisherReadingTest, WhatWasReadBeforeItWasDurableIsNotPushedTwice) {
  for (const bool tells_first : {false, true}) {
    log_.tells_first = tells_first;
    const std::uint64_t begin = log_.state.arrivals().last;
    log_.publisher->subscribe(kNode, author(7, ann_));
    take();
    post(4);
    EXPECT_EQ(take().size(), 4U);
    for (int i = 0; i < 2; ++i) log_.append(tests::arrival_of(Arrival::POSTED, ann_, ++id_));
    log_.sync(log_.entry() - 1);  // the first finds the window full
    log_.publisher->taken(kNode, 7, begin + 4);
    EXPECT_EQ(take(), Lines{}) << "the second, which was read too, is not durable";
    log_.sync();
    const auto line = [](std::uint64_t at) { return "1/7 ENTRY " + std::to_string(at - 1) + '-' + std::to_string(at); };
    EXPECT_EQ(take(), (Lines{line(begin + 5), line(begin + 6)}));
    log_.publisher->taken(kNode, 7, begin + 6);
    post();
    EXPECT_EQ(take(), Lines{line(begin + 7)});
  }
}

}  // namespace
}  // namespace buzzer::shard
