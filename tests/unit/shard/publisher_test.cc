#include "node/shard/publisher.h"

#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"
#include "tests/unit/shard/shard_with_feeds.h"

namespace buzzer::shard {
namespace {

using proto::Arrival;
using proto::Pushes;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::kShard;

using Lines = std::vector<std::string>;

constexpr base::NodeId kNode{1};
constexpr base::NodeId kOther{2};

PublisherOptions small() {
  PublisherOptions options;
  options.most_subscriptions = 6;
  options.window = 4;
  options.entries_in_reading = 8;
  options.most_edges = 3;
  return options;
}

class PublisherTest : public testing::Test, public PushSender {
 protected:
  PublisherTest() {
    for (const auto& name : {ann, bob}) log.add_user(name);
    log.start();
  }

  // What is pushed, one line for each envelope: "<node>/<number> <what> <prev>-<position>".
  bool push(base::NodeId to, const Pushes& pushes) override {
    if (full) return false;
    ++frames;
    last = pushes;
    EXPECT_EQ(pushes.shard(), kShard.value());
    for (const auto& envelope : pushes.envelopes()) {
      lines.push_back(std::to_string(to.value()) + '/' + std::to_string(envelope.number()) + ' ' +
                      Pushes::Kind_Name(pushes.kind()) + ' ' + std::to_string(envelope.prev()) + '-' +
                      std::to_string(pushes.position().number()));
    }
    return true;
  }
  Lines take() {
    loop.settle();
    return std::exchange(lines, {});
  }

  static proto::Subscribe home(std::uint64_t number, const std::string& name) {
    proto::Subscribe wish;
    wish.set_number(number);
    wish.set_shard(kShard.value());
    wish.mutable_feed()->set_home(name);
    return wish;
  }
  static proto::Subscribe author(std::uint64_t number, const std::string& name) {
    auto wish = home(number, name);
    wish.mutable_feed()->set_author(name);
    return wish;
  }
  proto::Subscribe author_after(std::uint64_t number, std::uint64_t position) {
    auto wish = author(number, ann);
    wish.mutable_after()->set_incarnation(log.incarnation);
    wish.mutable_after()->set_number(position);
    wish.mutable_after()->set_life(position == 0 ? 0 : log.life());
    return wish;
  }
  // Of ann's, durable.
  void post(int times = 1) {
    for (int i = 0; i < times; ++i) log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
    log.sync();
  }
  // Of somebody who is in no feed.
  void post_elsewhere(int times = 1) {
    for (int i = 0; i < times; ++i) log.append(tests::arrival_of(Arrival::POSTED, "elsewhere", ++id));
    log.sync();
  }

  const std::string ann = tests::name_at_home("ann");
  const std::string bob = tests::name_at_home("bob");
  tests::ManualLoop loop;
  tests::ShardWithFeeds log{small(), loop, *this};
  std::uint64_t id = kernel::first_id(kernel::kIdEpochMs, kShard).value();
  bool full = false;
  int frames = 0;
  Lines lines;
  Pushes last;
};

TEST_F(PublisherTest, IsToldWhereItBeginsAndThenWhatComes) {
  post(2);
  log.publisher->subscribe(kNode, author(7, ann));
  EXPECT_EQ(take(), Lines{"1/7 MARK 0-2"});
  EXPECT_EQ(last.position().incarnation(), log.incarnation);
  EXPECT_EQ(last.position().life(), log.life());
  post(2);
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 2-3", "1/7 ENTRY 3-4"}));
}

TEST_F(PublisherTest, NothingIsPushedBeforeItIsDurable) {
  log.publisher->subscribe(kNode, author(7, ann));
  take();
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  EXPECT_EQ(take(), Lines{});
  log.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

TEST_F(PublisherTest, WhatWasUnderWayWhenItSubscribedComesOnceAndDurable) {
  post();
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  log.publisher->subscribe(kNode, author(7, ann));
  EXPECT_EQ(take(), Lines{}) << "what was read is not durable yet";
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  log.sync();
  post();
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-1", "1/7 ENTRY 1-2", "1/7 ENTRY 2-3", "1/7 ENTRY 3-4", "1/7 ENTRY 4-5"}));
}

TEST_F(PublisherTest, OneFrameForAllOfANode) {
  for (const std::uint64_t number : {9U, 7U, 8U}) log.publisher->subscribe(kNode, author(number, ann));
  log.publisher->subscribe(kOther, author(1, ann));
  take();
  frames = 0;
  post();
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 0-1", "1/8 ENTRY 0-1", "1/9 ENTRY 0-1", "2/1 ENTRY 0-1"}));
  EXPECT_EQ(frames, 2);
}

TEST_F(PublisherTest, EachFeedGetsWhatPassesIt) {
  const std::string sea = tests::topic_at_home("sea");
  proto::Subscribe wish = author(1, ann);
  log.publisher->subscribe(kNode, wish);
  log.publisher->subscribe(kNode, home(2, bob));
  wish.set_number(3);
  wish.mutable_feed()->set_topic(sea);
  log.publisher->subscribe(kNode, wish);
  wish.set_number(4);
  wish.mutable_feed()->set_mentions(bob);
  log.publisher->subscribe(kNode, wish);
  wish.set_number(5);
  wish.mutable_feed()->set_thread(id);
  log.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take().size(), 5U);
  Arrival arrival = tests::arrival_of(Arrival::POSTED, "elsewhere", id + 1);
  arrival.add_topics(sea);
  arrival.add_mentioned(bob);
  arrival.set_root(id);
  log.append(arrival);
  log.append(tests::arrival_of(Arrival::POSTED, ann, id + 2));
  log.append(tests::follow_of(Arrival::FOLLOWED, bob, ann));
  log.append(tests::arrival_of(Arrival::DELETED, ann, id + 2));
  log.append(tests::follow_of(Arrival::UNFOLLOWED, bob, ann));
  log.append(tests::arrival_of(Arrival::POSTED, ann, id + 3));
  log.sync();
  log.publisher->taken(kNode, 2, 5);
  log.append(tests::arrival_of(Arrival::POSTED, bob, id + 4));
  log.sync();
  EXPECT_EQ(take(), (Lines{"1/2 ENTRY 0-1", "1/3 ENTRY 0-1", "1/4 ENTRY 0-1", "1/5 ENTRY 0-1",  // the first
                           "1/1 ENTRY 0-2",                                                     // not bob's yet
                           "1/2 ENTRY 1-3",                                                     // he follows
                           "1/1 ENTRY 2-4", "1/2 ENTRY 3-4",                                    //
                           "1/2 ENTRY 4-5",                                                     // no more
                           "1/1 ENTRY 4-6",                                                     //
                           "1/2 ENTRY 5-7"}));
}

TEST_F(PublisherTest, EdgesThatStandAreKnownWhenItSubscribes) {
  log.append(tests::arrival_of(Arrival::POSTED, "far", ++id));
  log.append(tests::follow_of(Arrival::FOLLOWED, bob, "far"));
  proto::FollowEdge pending;
  pending.set_pending(true);
  log.state.put_edge(bob, "asked", pending);
  log.append(tests::arrival_of(Arrival::POSTED, "far", ++id));
  log.sync();
  auto wish = home(2, bob);
  wish.mutable_after()->set_incarnation(log.incarnation);
  log.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-0", "1/2 ENTRY 0-2", "1/2 ENTRY 2-3"})) << "not what came before the follow";
  log.append(tests::arrival_of(Arrival::POSTED, "asked", ++id));
  log.append(tests::arrival_of(Arrival::POSTED, "far", ++id));
  log.sync();
  EXPECT_EQ(take(), Lines{"1/2 ENTRY 3-5"});
}

TEST_F(PublisherTest, GoesOnBehindThePositionThatItGives) {
  post(3);
  log.publisher->subscribe(kNode, author_after(7, 1));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 1-1", "1/7 ENTRY 1-2", "1/7 ENTRY 2-3"}));
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 3-4"});
}

TEST_F(PublisherTest, PositionThatIsNotOfThisLogIsAGap) {
  post(3);
  auto wish = author_after(7, 1);
  wish.mutable_after()->set_incarnation(1);
  log.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/7 GAP 1-3"});
  wish = author_after(8, 1);
  wish.mutable_after()->set_life(1);
  log.publisher->subscribe(kNode, wish);
  EXPECT_EQ(take(), Lines{"1/8 GAP 1-3"});
  log.publisher->subscribe(kNode, author_after(9, 4));
  EXPECT_EQ(take(), Lines{"1/9 GAP 4-3"});
  EXPECT_EQ(last.position().life(), log.life());
  post();
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 3-4", "1/8 ENTRY 3-4", "1/9 ENTRY 3-4"}));
}

TEST_F(PublisherTest, FurtherBackThanTheLogGoesIsAGap) {
  post(5);
  log.state.trim_arrivals(3);
  log.publisher->subscribe(kNode, author_after(7, 0));
  log.publisher->subscribe(kNode, author_after(8, 2));
  log.publisher->subscribe(kNode, author_after(9, 3));
  EXPECT_EQ(take(), (Lines{"1/7 GAP 0-5", "1/8 GAP 2-5", "1/9 MARK 3-3", "1/9 ENTRY 3-4", "1/9 ENTRY 4-5"}));
}

TEST_F(PublisherTest, LogThatWasTrimmedPastAFullSubscriptionIsAGap) {
  log.publisher->subscribe(kNode, author(7, ann));
  take();
  post(6);
  take();
  log.state.trim_arrivals(6);
  log.publisher->taken(kNode, 7, 4);
  EXPECT_EQ(take(), Lines{"1/7 GAP 4-6"});
}

TEST_F(PublisherTest, FullWindowWaitsUntilHalfOfItIsTaken) {
  log.publisher->subscribe(kNode, author(7, ann));
  take();
  post(7);
  EXPECT_EQ(take().size(), 4U);
  log.publisher->taken(kNode, 7, 1);
  EXPECT_EQ(take(), Lines{});
  log.publisher->taken(kNode, 7, 2);
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 4-5", "1/7 ENTRY 5-6"}));
  log.publisher->taken(kNode, 7, 6);
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 6-7"});
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 7-8"}) << "live again";
}

TEST_F(PublisherTest, PushThatFindsNoRoomIsMadeUpForFromTheLog) {
  log.publisher->subscribe(kNode, author(7, ann));
  take();
  full = true;
  post(2);
  loop.advance(milliseconds(250));
  EXPECT_EQ(take(), Lines{});
  full = false;
  loop.advance(milliseconds(100));
  EXPECT_EQ(take(), (Lines{"1/7 ENTRY 0-1", "1/7 ENTRY 1-2"}));
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 2-3"});
}

TEST_F(PublisherTest, NodeWithoutRoomIsNotTriedForEachSubscription) {
  full = true;
  for (std::uint64_t number = 1; number <= 6; ++number) log.publisher->subscribe(kNode, author(number, ann));
  take();
  log.readings = 0;
  loop.advance(milliseconds(100));
  EXPECT_EQ(log.readings, 1);
  full = false;
  loop.advance(milliseconds(100));
  EXPECT_EQ(take().size(), 6U);
}

TEST_F(PublisherTest, LongLogIsReadInTurnsAndOthersHaveTheirs) {
  post_elsewhere(30);
  post(2);
  log.publisher->subscribe(kNode, author_after(7, 0));
  log.publisher->subscribe(kNode, author_after(8, 30));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-0", "1/8 MARK 30-30", "1/8 ENTRY 30-31", "1/8 ENTRY 31-32",  //
                           "1/7 ENTRY 0-31", "1/7 ENTRY 31-32"}));
}

TEST_F(PublisherTest, MarkMovesAQuietFeedAndIsASignOfLifeForOthers) {
  log.publisher->subscribe(kNode, author(7, ann));
  log.publisher->subscribe(kNode, home(8, bob));
  take();
  post(5);
  take();
  loop.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 0-5"})) << "the first has a full window";
  loop.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 5-5"}));
  log.append(tests::arrival_of(Arrival::POSTED, bob, ++id));
  loop.advance(seconds(5));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 4-4", "1/8 MARK 5-5"})) << "not past what is durable";
  log.sync();
  EXPECT_EQ(take(), Lines{"1/8 ENTRY 5-6"});
}

TEST_F(PublisherTest, FeedThatIsNotHereIsRefused) {
  log.publisher->subscribe(kNode, home(1, tests::name_at_home("nobody")));
  log.publisher->subscribe(kNode, author(2, tests::name_at_home("ann", base::ShardId(7))));
  proto::Subscribe wish;
  wish.set_number(3);
  log.publisher->subscribe(kNode, wish);
  wish.set_number(4);
  wish.mutable_feed()->set_thread(kernel::first_id(kernel::kIdEpochMs, base::ShardId(7)).value());
  log.publisher->subscribe(kNode, wish);
  Lines told = take();
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (Lines{"1/1 REFUSED 0-0", "1/2 REFUSED 0-0", "1/3 REFUSED 0-0", "1/4 REFUSED 0-0"}));
  EXPECT_EQ(log.publisher->subscriptions(), 0U);
}

TEST_F(PublisherTest, TooManyAreRefusedAndWhoLeavesMakesRoom) {
  for (std::uint64_t number = 1; number <= 7; ++number) log.publisher->subscribe(kNode, author(number, ann));
  Lines told = take();
  EXPECT_EQ(std::count(told.begin(), told.end(), "1/7 REFUSED 0-0"), 1);
  log.publisher->unsubscribe(kNode, 3);
  log.publisher->subscribe(kOther, author(1, ann));
  log.publisher->subscribe(kOther, author(2, ann));
  told = take();
  EXPECT_EQ(told, (Lines{"2/2 REFUSED 0-0", "2/1 MARK 0-0"}));
  log.publisher->node_gone(kNode);
  EXPECT_EQ(log.publisher->subscriptions(), 1U);
  post();
  EXPECT_EQ(take(), Lines{"2/1 ENTRY 0-1"});
}

TEST_F(PublisherTest, NoMoreEdgesAreHeldThanTheirBound) {
  for (const char* name : {"a", "b", "c"}) log.append(tests::follow_of(Arrival::FOLLOWED, ann, name));
  log.sync();
  log.publisher->subscribe(kNode, home(1, ann));
  EXPECT_EQ(take(), Lines{"1/1 MARK 0-3"});
  log.publisher->subscribe(kNode, home(2, ann));
  log.publisher->subscribe(kNode, home(3, bob));
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-3", "1/3 REFUSED 0-0"}));
  log.publisher->unsubscribe(kNode, 1);
  log.publisher->unsubscribe(kNode, 2);
  log.publisher->subscribe(kNode, home(3, bob));
  EXPECT_EQ(take(), Lines{"1/3 MARK 0-3"}) << "they went with the last who needed them";
}

TEST_F(PublisherTest, SameNumberAgainReplacesTheSubscription) {
  log.publisher->subscribe(kNode, author(7, ann));
  post();
  log.publisher->subscribe(kNode, author(7, bob));
  take();
  post();
  log.append(tests::arrival_of(Arrival::POSTED, bob, ++id));
  log.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 1-3"});
}

TEST_F(PublisherTest, ShardThatStopsSaysSoAndForgetsAll) {
  log.publisher->subscribe(kNode, author(7, ann));
  log.publisher->subscribe(kOther, home(8, bob));
  take();
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  log.stop();
  EXPECT_EQ(take(), (Lines{"1/7 ENDED 0-0", "2/8 ENDED 0-0"}));
  log.publisher->subscribe(kNode, author(7, ann));
  EXPECT_EQ(take(), Lines{"1/7 ENDED 0-0"}) << "it does not serve";
  log.start();
  log.publisher->subscribe(kNode, author_after(7, 0));
  post();
  loop.advance(seconds(1));
  EXPECT_EQ(take(), (Lines{"1/7 MARK 0-0", "1/7 ENTRY 0-1", "1/7 ENTRY 1-2"}));
}

TEST_F(PublisherTest, ReadingThatFailedIsMadeAgainForEachAlone) {
  log.publisher->subscribe(kNode, home(1, ann));
  log.publisher->subscribe(kNode, home(2, bob));
  log.unreadable = 2;
  EXPECT_EQ(take(), Lines{});
  loop.advance(milliseconds(100));
  EXPECT_EQ(take(), Lines{}) << "the first alone, which fails";
  loop.advance(milliseconds(100));
  EXPECT_EQ(take(), (Lines{"1/2 MARK 0-0", "1/1 MARK 0-0"}));
}

TEST_F(PublisherTest, EdgesThatCouldNotBeReadAreReadAgain) {
  log.append(tests::follow_of(Arrival::FOLLOWED, bob, "far"));
  log.sync();
  log.publisher->subscribe(kNode, home(2, bob));
  log.unreadable = 1;
  take();
  loop.advance(milliseconds(100));
  EXPECT_EQ(take(), Lines{"1/2 MARK 0-1"});
  log.append(tests::arrival_of(Arrival::POSTED, "far", ++id));
  log.sync();
  EXPECT_EQ(take(), Lines{"1/2 ENTRY 1-2"});
}

TEST_F(PublisherTest, WhatBecomesDurableBeforeAReadingIsToldComesAfterIt) {
  log.syncs_by_itself = false;
  log.publisher->subscribe(kNode, author(7, ann));
  loop.settle();
  post();  // durable at once; only then is told what was read before
  EXPECT_EQ(take(), Lines{"1/7 MARK 0-0"});
  log.sync();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

TEST_F(PublisherTest, WhatWasReadBeforeItWasDurableIsNotPushedTwice) {
  for (const bool tells_first : {false, true}) {
    log.tells_first = tells_first;
    const std::uint64_t begin = log.state.arrivals().last;
    log.publisher->subscribe(kNode, author(7, ann));
    take();
    post(4);
    EXPECT_EQ(take().size(), 4U);
    for (int i = 0; i < 2; ++i) log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
    log.sync(log.entry() - 1);  // the first finds the window full
    log.publisher->taken(kNode, 7, begin + 4);
    EXPECT_EQ(take(), Lines{}) << "the second, which was read too, is not durable";
    log.sync();
    const auto line = [](std::uint64_t at) { return "1/7 ENTRY " + std::to_string(at - 1) + '-' + std::to_string(at); };
    EXPECT_EQ(take(), (Lines{line(begin + 5), line(begin + 6)}));
    log.publisher->taken(kNode, 7, begin + 6);
    post();
    EXPECT_EQ(take(), Lines{line(begin + 7)});
  }
}

TEST_F(PublisherTest, DestroyedPublisherIsNotCalledBack) {
  log.append(tests::arrival_of(Arrival::POSTED, ann, ++id));
  log.publisher->subscribe(kNode, author(7, ann));
  loop.settle();  // it waits for what it has read to be durable
  log.crash();
  log.sync();
  loop.advance(seconds(20));
  EXPECT_EQ(lines, Lines{});
}

TEST_F(PublisherTest, WhatIsSaidOfNoSubscriptionIsWithoutEffect) {
  log.publisher->taken(kNode, 5, 7);
  log.publisher->unsubscribe(kNode, 5);
  log.publisher->node_gone(kOther);
  log.publisher->subscribe(kNode, author(7, ann));
  take();
  log.publisher->taken(kNode, 7, ~0ULL);
  post();
  EXPECT_EQ(take(), Lines{"1/7 ENTRY 0-1"});
}

}  // namespace
}  // namespace buzzer::shard
