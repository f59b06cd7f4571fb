#include "node/grid/subscriptions.h"

#include <gtest/gtest.h>

#include "node/grid/feed_service.h"
#include "node/grid/placement.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {
namespace {

using proto::Pushes;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Lines = std::vector<std::string>;

constexpr std::uint32_t kNodes = 3;
constexpr base::NodeId kSelf{0};
constexpr base::NodeId kPeer{1};
constexpr std::uint64_t kFirst = 500;

// The end of node 0; its homes, here and at node 1, are a test's to play.
class SubscriptionsTest : public testing::Test, public FeedHomes, public MeshSender {
 protected:
  SubscriptionsTest() { subscriptions->alive_changed({kSelf, kPeer}); }

  void subscribe(base::ShardId shard, base::NodeId node, const proto::Subscribe& wish) override {
    EXPECT_EQ(node_of_shard(shard, kNodes), kSelf);
    EXPECT_EQ(node, kSelf);
    wishes.push_back("own " + describe(wish));
    last_wish = wish;
  }
  void unsubscribe(base::ShardId /*shard*/, base::NodeId /*node*/, std::uint64_t number) override {
    wishes.push_back("own leaves " + std::to_string(number));
  }
  void taken(base::ShardId /*shard*/, base::NodeId /*node*/, std::uint64_t number, std::uint64_t position) override {
    wishes.push_back("own took " + std::to_string(number) + " to " + std::to_string(position));
  }
  void node_gone(base::NodeId node) override { wishes.push_back("gone " + std::to_string(node.value())); }

  bool send_to(base::NodeId peer, proto::EncodedFrame frame) override {
    EXPECT_EQ(peer, kPeer);
    if (full) return false;
    proto::LinkFrame sent;
    EXPECT_TRUE(sent.ParseFromString(*frame));
    if (sent.has_subscribe()) {
      wishes.push_back(describe(sent.subscribe()));
      last_wish = sent.subscribe();
    } else if (sent.has_unsubscribe()) {
      wishes.push_back("leaves " + std::to_string(sent.unsubscribe().number()));
    } else {
      for (const auto& taken : sent.pushes_taken().taken()) {
        wishes.push_back("took " + std::to_string(taken.number()) + " to " + std::to_string(taken.position()));
      }
    }
    return true;
  }
  static std::string describe(const proto::Subscribe& wish) {
    return std::to_string(wish.number()) + (wish.has_after() ? " after " + std::to_string(wish.after().number()) : "");
  }
  Lines take_wishes() {
    loop.settle();
    return std::exchange(wishes, {});
  }

  // Somebody whose home is that node.
  static std::string user_of(base::NodeId home) {
    for (int n = 0;; ++n) {
      const std::string name = "user" + std::to_string(n);
      if (node_of_shard(shard_of_user(name), kNodes) == home) return name;
    }
  }
  std::uint64_t open(base::NodeId home, std::optional<std::uint64_t> after = std::nullopt) {
    proto::Feed feed;
    feed.set_home(user_of(home));
    std::optional<proto::Position> position;
    if (after) position.emplace().set_number(*after);
    return subscriptions->open(feed, position, [this](const Push& push) {
      told.push_back(Pushes::Kind_Name(push.kind) + ' ' + std::to_string(push.prev) + '-' +
                     std::to_string(push.position.number()) + (push.body == nullptr ? "" : ' ' + *push.body));
    });
  }
  Lines take() {
    loop.settle();
    return std::exchange(told, {});
  }
  void push(Pushes::Kind kind, std::uint64_t number, std::uint64_t prev, std::uint64_t position,
            base::NodeId from = kPeer) {
    proto::LinkFrame frame;
    Pushes& pushes = *frame.mutable_pushes();
    pushes.set_kind(kind);
    pushes.set_shard(shard_of_user(user_of(from)).value());
    pushes.mutable_position()->set_number(position);
    if (kind == Pushes::ENTRY) pushes.set_body("body" + std::to_string(position));
    pushes.add_numbers(number);
    pushes.add_prevs(prev);
    if (from == kSelf) return subscriptions->own_shard_pushed(pushes);
    subscriptions->frame_arrived(from, frame);
  }
  // One that has been answered: it stands at 10.
  std::uint64_t opened() {
    const std::uint64_t number = open(kPeer);
    take_wishes();
    push(Pushes::MARK, kFirst, 0, 10);
    EXPECT_EQ(take(), Lines{"MARK 0-10"});
    return number;
  }

  static SubscriptionsOptions options() {
    SubscriptionsOptions made;
    made.self = kSelf;
    made.nodes = kNodes;
    made.first_number = kFirst;
    made.most_open = 2;
    made.most_untaken = 2;
    return made;
  }

  tests::ManualLoop loop;
  bool full = false;
  Lines wishes;
  Lines told;
  proto::Subscribe last_wish;
  std::unique_ptr<Subscriptions> subscriptions = std::make_unique<Subscriptions>(options(), loop, *this, *this);
};

TEST_F(SubscriptionsTest, PassesOnWhatItsChainLeadsTo) {
  open(kPeer);
  EXPECT_TRUE(wishes.empty()) << "in a turn of its own";
  EXPECT_EQ(take_wishes(), Lines{"500"});
  EXPECT_EQ(last_wish.shard(), shard_of_user(user_of(kPeer)).value());
  push(Pushes::MARK, 500, 0, 10);
  push(Pushes::ENTRY, 500, 10, 12);
  push(Pushes::MARK, 500, 12, 15);
  push(Pushes::MARK, 500, 15, 15);
  EXPECT_EQ(take(), (Lines{"MARK 0-10", "ENTRY 10-12 body12", "MARK 12-15"})) << "a sign of life is for us alone";
}

TEST_F(SubscriptionsTest, HomeOnThisNodeIsAskedDirectly) {
  const std::uint64_t number = open(kSelf, 7);
  EXPECT_EQ(take_wishes(), Lines{"own 500 after 7"});
  push(Pushes::MARK, 500, 7, 7, kSelf);
  push(Pushes::ENTRY, 500, 7, 8, kSelf);
  EXPECT_TRUE(told.empty()) << "in a turn of its own";
  EXPECT_EQ(take(), (Lines{"MARK 7-7", "ENTRY 7-8 body8"}));
  subscriptions->taken(number, 8);
  EXPECT_EQ(take_wishes(), Lines{"own took 500 to 8"});
  subscriptions->close(number);
  EXPECT_EQ(take_wishes(), Lines{"own leaves 500"});
}

TEST_F(SubscriptionsTest, LostPushIsAskedForAgainAndComesOnce) {
  opened();
  push(Pushes::ENTRY, 500, 11, 12);
  push(Pushes::ENTRY, 500, 12, 13);  // on its way when the loss showed
  EXPECT_EQ(take(), Lines{});
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501 after 10"}));
  push(Pushes::MARK, 501, 10, 10);
  push(Pushes::ENTRY, 501, 10, 11);
  push(Pushes::ENTRY, 501, 11, 12);
  push(Pushes::ENTRY, 501, 11, 12);  // twice
  push(Pushes::MARK, 501, 10, 11);
  EXPECT_EQ(take(), (Lines{"ENTRY 10-11 body11", "ENTRY 11-12 body12"}));
  EXPECT_EQ(take_wishes(), Lines{});
}

TEST_F(SubscriptionsTest, LostMarkShowsToo) {
  opened();
  push(Pushes::ENTRY, 500, 15, 16);
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501 after 10"}));
}

TEST_F(SubscriptionsTest, EntryBeforeItIsKnownWhereItBeginsIsNotTaken) {
  open(kPeer);
  take_wishes();
  push(Pushes::ENTRY, 500, 11, 12);
  EXPECT_EQ(take(), Lines{});
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501"}));
}

TEST_F(SubscriptionsTest, SubscribesAnewAtEveryLinkUp) {
  opened();
  subscriptions->alive_changed({kSelf});
  loop.advance(seconds(60));
  EXPECT_EQ(take_wishes(), Lines{});
  EXPECT_EQ(take(), Lines{}) << "while its home is away nothing is told";
  subscriptions->alive_changed({kSelf, kPeer});
  EXPECT_EQ(take_wishes(), Lines{"501 after 10"});
  push(Pushes::ENTRY, 500, 10, 11);  // of the former link
  push(Pushes::MARK, 501, 10, 10);
  push(Pushes::ENTRY, 501, 10, 12);
  EXPECT_EQ(take(), Lines{"ENTRY 10-12 body12"});
}

TEST_F(SubscriptionsTest, SubscribesAnewWhenTheHomeEndsIt) {
  opened();
  push(Pushes::ENDED, 500, 0, 0);
  EXPECT_EQ(take_wishes(), Lines{});
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), Lines{"501 after 10"});
  push(Pushes::ENDED, 501, 0, 0);  // it does not serve yet
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), Lines{});
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), Lines{"502 after 10"}) << "not as often";
  EXPECT_EQ(take(), Lines{}) << "nobody is told";
}

TEST_F(SubscriptionsTest, SubscribesAnewAfterThreeMarksThatDidNotCome) {
  opened();
  loop.advance(seconds(14));
  push(Pushes::MARK, 500, 10, 10);
  loop.advance(seconds(14));
  EXPECT_EQ(take_wishes(), Lines{});
  loop.advance(seconds(1));
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501 after 10"}));
}

TEST_F(SubscriptionsTest, AsksAgainWhenNobodyAnswersAndLessAndLessOften) {
  full = true;
  open(kPeer, 3);
  take_wishes();
  full = false;
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501 after 3"}));
  loop.advance(seconds(60));
  EXPECT_LE(take_wishes().size(), 40U);
}

TEST_F(SubscriptionsTest, GapIsPassedOnAndItGoesOnFromThere) {
  opened();
  push(Pushes::GAP, 500, 10, 4);  // of a store that was put back
  push(Pushes::ENTRY, 500, 4, 5);
  EXPECT_EQ(take(), (Lines{"GAP 10-4", "ENTRY 4-5 body5"}));
}

TEST_F(SubscriptionsTest, RefusedIsPassedOnAndEndsIt) {
  open(kPeer);
  take_wishes();
  push(Pushes::REFUSED, 500, 0, 0);
  EXPECT_EQ(take(), Lines{"REFUSED 0-0"});
  EXPECT_EQ(subscriptions->open_count(), 0U);
  loop.advance(seconds(60));
  EXPECT_EQ(take_wishes(), Lines{});
}

TEST_F(SubscriptionsTest, WhatNamesNoFeedAndWhatIsTooMuchIsRefused) {
  subscriptions->open({}, std::nullopt, [this](const Push& push) { told.push_back(Pushes::Kind_Name(push.kind)); });
  EXPECT_TRUE(told.empty()) << "in a turn of its own";
  EXPECT_EQ(take(), Lines{"REFUSED"});
  open(kPeer);
  open(kPeer);
  open(kPeer);
  EXPECT_EQ(take(), Lines{"REFUSED 0-0"});
  EXPECT_EQ(subscriptions->open_count(), 2U);
}

// Whoever was refused could not learn why.
TEST_F(SubscriptionsTest, ARefusalSaysWhy) {
  std::vector<proto::ErrorCode> reasons;
  const auto open_feed = [&](const proto::Feed& feed) {
    subscriptions->open(feed, std::nullopt, [&reasons](const Push& push) { reasons.push_back(push.error); });
    take();
  };
  proto::Feed feed;
  open_feed(feed);
  feed.set_topic("two words");
  open_feed(feed);
  feed.set_mentions("a-b");
  open_feed(feed);
  feed.set_home(user_of(kPeer));
  open_feed(feed);
  proto::LinkFrame refusal;
  refusal.mutable_pushes()->set_kind(Pushes::REFUSED);
  refusal.mutable_pushes()->set_shard(shard_of_user(user_of(kPeer)).value());
  refusal.mutable_pushes()->set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnknownUser));
  refusal.mutable_pushes()->add_numbers(500);
  refusal.mutable_pushes()->add_prevs(0);
  subscriptions->frame_arrived(kPeer, refusal);
  for (int i = 0; i < 3; ++i) open_feed(feed);
  EXPECT_EQ(reasons, (std::vector<proto::ErrorCode>{proto::ErrorCode::kBadRequest, proto::ErrorCode::kBadRequest,
                                                    proto::ErrorCode::kInvalidName, proto::ErrorCode::kUnknownUser,
                                                    proto::ErrorCode::kTooManySubscriptions}));
}

TEST_F(SubscriptionsTest, WhatWasTakenIsSaidOncePerTurnAndAgainIfItFoundNoRoom) {
  const std::uint64_t number = opened();
  push(Pushes::ENTRY, 500, 10, 11);
  push(Pushes::ENTRY, 500, 11, 12);
  full = true;
  subscriptions->taken(number, 11);
  subscriptions->taken(number, 12);
  EXPECT_EQ(take_wishes(), Lines{});
  full = false;
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), Lines{"took 500 to 12"});
  loop.advance(seconds(1));
  EXPECT_EQ(take_wishes(), Lines{});
}

TEST_F(SubscriptionsTest, DoesNotSubscribeAnewBeforeItsSubscriberHasTakenMost) {
  const std::uint64_t number = opened();
  for (std::uint64_t position = 11; position <= 13; ++position) push(Pushes::ENTRY, 500, position - 1, position);
  subscriptions->alive_changed({kSelf});
  subscriptions->alive_changed({kSelf, kPeer});
  loop.advance(seconds(60));
  EXPECT_EQ(take_wishes(), Lines{});
  subscriptions->taken(number, 11);
  loop.advance(milliseconds(250));
  EXPECT_EQ(take_wishes(), Lines{"501 after 13"});
}

TEST_F(SubscriptionsTest, PushForNobodyIsTakenBack) {
  const std::uint64_t number = opened();
  subscriptions->close(number);
  full = true;
  EXPECT_EQ(take_wishes(), Lines{});
  full = false;
  push(Pushes::ENTRY, 500, 10, 11);
  EXPECT_EQ(take_wishes(), Lines{"leaves 500"});
  push(Pushes::ENDED, 500, 0, 0);
  EXPECT_EQ(take_wishes(), Lines{});
  EXPECT_EQ(take(), Lines{});
}

TEST_F(SubscriptionsTest, NonsenseIsPassedOver) {
  opened();
  proto::LinkFrame frame;
  subscriptions->frame_arrived(kPeer, frame);
  frame.mutable_pushes()->set_kind(Pushes::ENTRY);
  frame.mutable_pushes()->add_numbers(500);
  frame.mutable_pushes()->add_prevs(0);
  for (const std::uint32_t shard : {64U, 1000U, ~0U, 0U, 2U}) {  // and those of other nodes
    frame.mutable_pushes()->set_shard(shard);
    subscriptions->frame_arrived(kPeer, frame);
  }
  frame.mutable_pushes()->set_shard(shard_of_user(user_of(kPeer)).value());
  subscriptions->frame_arrived(base::NodeId(2), frame);
  frame.mutable_pushes()->set_shard((shard_of_user(user_of(kPeer)).value() + kNodes) % 60);
  subscriptions->frame_arrived(kPeer, frame);
  push(static_cast<Pushes::Kind>(77), 500, 10, 11);
  push(Pushes::UNSPECIFIED, 500, 10, 11);
  push(Pushes::ENTRY, 500, 10, 10);  // goes nowhere
  EXPECT_EQ(take(), Lines{});
  push(Pushes::ENTRY, 500, 10, 11);
  EXPECT_EQ(take(), Lines{"ENTRY 10-11 body11"});
}

TEST_F(SubscriptionsTest, CallbackMayCloseOpenAndTake) {
  proto::Feed feed;
  feed.set_home(user_of(kPeer));
  std::uint64_t number = 0;
  number = subscriptions->open(feed, std::nullopt, [&](const Push& push) {
    subscriptions->taken(number, push.position.number());
    subscriptions->close(number);
    open(kPeer, push.position.number());
  });
  take_wishes();
  push(Pushes::MARK, 500, 0, 10);
  push(Pushes::ENTRY, 500, 10, 11);
  EXPECT_EQ(take_wishes(), (Lines{"leaves 500", "501 after 10"}));
}

TEST_F(SubscriptionsTest, DestroyedOneIsNotCalledBack) {
  open(kSelf);
  push(Pushes::MARK, 500, 0, 10, kSelf);
  subscriptions->open({}, std::nullopt, [this](const Push&) { told.emplace_back("told"); });
  subscriptions.reset();
  loop.advance(seconds(60));
  EXPECT_EQ(take_wishes(), Lines{});
  EXPECT_EQ(take(), Lines{});
}

TEST_F(SubscriptionsTest, WishesOfPeersGoToTheShardTheyNameAndEndWithTheirLink) {
  FeedService service(kPeer, kNodes, *this);
  service.alive_changed({kSelf, kPeer, base::NodeId(2)});
  proto::LinkFrame frame;
  for (const std::uint32_t shard : {0U, 2U, 64U, ~0U}) {  // none of them node 1's
    frame.mutable_subscribe()->set_shard(shard);
    service.frame_arrived(kSelf, frame);
    frame.mutable_unsubscribe()->set_shard(shard);
    service.frame_arrived(kSelf, frame);
    frame.mutable_pushes_taken()->set_shard(shard);
    frame.mutable_pushes_taken()->add_taken();
    service.frame_arrived(kSelf, frame);
  }
  frame.mutable_pushes();
  service.frame_arrived(kSelf, frame);
  EXPECT_EQ(take_wishes(), Lines{});
  frame.mutable_unsubscribe()->set_shard(4);
  frame.mutable_unsubscribe()->set_number(9);
  service.frame_arrived(kSelf, frame);
  frame.mutable_pushes_taken()->set_shard(4);
  frame.mutable_pushes_taken()->add_taken()->set_number(9);
  frame.mutable_pushes_taken()->mutable_taken(0)->set_position(3);
  service.frame_arrived(kSelf, frame);
  service.alive_changed({kPeer, base::NodeId(2)});
  service.alive_changed({kPeer, base::NodeId(2)});
  EXPECT_EQ(take_wishes(), (Lines{"own leaves 9", "own took 9 to 3", "gone 0"}));
}

}  // namespace
}  // namespace buzzer::grid
