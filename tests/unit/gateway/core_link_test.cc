// The way from sessions to the core and back.
#include <gmock/gmock.h>

#include "tests/unit/gateway/core_link_fixture.h"

namespace buzzer::gateway {
namespace {

using proto::Pushes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Lines = std::vector<std::string>;

TEST_F(CoreLinkTest, CommandsAreExecutedInOrderAndEachAnswerFindsItsAsker) {
  Lines replies;
  for (const char* text : {"one", "two", "three"}) {
    worker_.execute(post(text), [&replies, text](const proto::Reply& reply) {
      replies.push_back(std::string(text) + ' ' + std::to_string(reply.id()));
    });
  }
  EXPECT_EQ(worker_.under_way(), 3U);
  settle();
  EXPECT_THAT(shards_.executed, ElementsAre("one", "two", "three"));
  EXPECT_THAT(replies, IsEmpty());
  for (const std::size_t which : {2UL, 0UL, 1UL}) {
    proto::Reply reply;
    reply.set_id(which);
    shards_.waiting[which](reply);
  }
  settle();
  EXPECT_THAT(replies, ElementsAre("three 2", "one 0", "two 1"));
  EXPECT_EQ(worker_.under_way(), 0U);
}

TEST_F(CoreLinkTest, AQuestionIsAnsweredToTheWorkerThatAsked) {
  Lines answers;
  proto::Query query;
  query.mutable_user()->set_name("bob");
  other_.query(query, [&](const proto::Answer& answer) { answers.push_back(answer.users(0).name()); });
  settle();
  EXPECT_THAT(answers, ElementsAre("bob"));
}

TEST_F(CoreLinkTest, WhatFindsTheInboxOfTheCoreFullIsRefusedUnexecutedInATurnOfItsOwn) {
  int taken = 0;
  int refused = 0;
  bool within = true;
  for (int i = 0; i < 6; ++i) {
    worker_.execute(post("x"), [&](const proto::Reply& reply) {
      EXPECT_FALSE(within);
      (static_cast<proto::ErrorCode>(reply.error()) == proto::ErrorCode::kUnavailable ? refused : taken)++;
    });
  }
  within = false;
  settle();
  EXPECT_EQ(refused, 2);
  EXPECT_THAT(shards_.executed, SizeIs(4));
  for (const auto& waiting : shards_.waiting) waiting({});
  settle();
  EXPECT_EQ(taken, 4);
  EXPECT_EQ(worker_.under_way(), 0U);
}

TEST_F(CoreLinkTest, AFullInboxLosesNoSubscription) {
  for (int i = 0; i < 6; ++i) worker_.execute(post("x"), [](const proto::Reply&) {});
  Listener one;
  open(one);
  begin();
  EXPECT_THAT(one.take(), ElementsAre("1MARK 0-10"));
}

// The node ended with one subscription too many.
TEST_F(CoreLinkTest, OneSubscriptionTooManyIsRefusedAndOneThatEndsMakesRoom) {
  std::vector<std::unique_ptr<Listener>> all;
  for (std::size_t i = 0; i < kMostOfOther; ++i) {
    all.push_back(std::make_unique<Listener>());
    open(*all.back(), Wire::kJson, &other_);
  }
  Listener refused;
  open(refused, Wire::kJson, &other_);
  Listener gone;
  open(gone, Wire::kJson, &other_);
  EXPECT_NE(refused.own, gone.own);
  EXPECT_THAT(refused.told, IsEmpty()) << "not from within the call";
  other_.unsubscribe(gone.own);
  settle();
  EXPECT_THAT(refused.take(), ElementsAre("1REFUSED 0-0"));
  EXPECT_EQ(refused.error, proto::ErrorCode::kTooManySubscriptions);
  EXPECT_THAT(gone.told, IsEmpty());
  EXPECT_EQ(other_.subscriptions(), kMostOfOther);
  EXPECT_THAT(shards_.wishes, SizeIs(kMostOfOther));
  other_.unsubscribe(all.front()->own);
  open(refused, Wire::kJson, &other_);
  begin();
  EXPECT_THAT(refused.take(), ElementsAre("1MARK 0-10"));
}

TEST_F(CoreLinkTest, AnEntryIsEncodedOnceForEachProtocolAndSharedByAll) {
  std::vector<std::unique_ptr<Listener>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<Listener>());
    open(*all.back(), i % 4 == 0 ? Wire::kText : Wire::kJson, i % 2 == 0 ? &worker_ : &other_);
  }
  begin();
  messages_ = 0;
  tell(Pushes::ENTRY, 10, 11, "ann");
  settle();
  EXPECT_EQ(encoded_, 2);
  EXPECT_EQ(messages_, 1) << "for both protocols";
  for (int i = 0; i < 20; ++i) {
    const Lines told = all[static_cast<std::size_t>(i)]->take();
    EXPECT_EQ(told.back(), i % 4 == 0 ? "1ENTRY 10-11 text ann" : "1ENTRY 10-11 json ann");
    EXPECT_THAT(told, SizeIs(2));
  }
  EXPECT_EQ(all[1]->bodies, all[3]->bodies);
  EXPECT_EQ(all[1]->bodies, all[2]->bodies) << "workers share it too";
}

TEST_F(CoreLinkTest, AnEntryThatIsToldAgainAtAnotherPositionIsNotEncodedAgain) {
  Listener json;
  Listener text;
  open_both(json, text);
  tell(Pushes::ENTRY, 10, 11, "ann");
  tell(Pushes::ENTRY, 11, 12, "nobody");
  tell(Pushes::ENTRY, 12, 13, "ann");
  tell(Pushes::ENTRY, 13, 14, "nobody");
  settle();
  EXPECT_EQ(encoded_, 4);
  EXPECT_EQ(json.take(), (Lines{"1ENTRY 10-11 json ann", "1ENTRY 11-12 json nobody", "1ENTRY 12-13 json ann@13",
                                "1ENTRY 13-14 json nobody@14"}));
  EXPECT_EQ(text.take(), (Lines{"1ENTRY 10-11 text ann", "1ENTRY 11-12", "1ENTRY 12-13 text ann", "1ENTRY 13-14"}));
  // Long forgotten.
  for (std::uint64_t at = 14; at < 100; ++at) tell(Pushes::ENTRY, at, at + 1, "user" + std::to_string(at));
  settle();
  json.take();
  encoded_ = 0;
  tell(Pushes::ENTRY, 100, 101, "ann");
  settle();
  EXPECT_EQ(encoded_, 2);
  EXPECT_EQ(json.take(), Lines{"1ENTRY 100-101 json ann"});
}

TEST_F(CoreLinkTest, EachSubscriberIsToldInOrderWhateverIsGathered) {
  Listener json;
  Listener text;
  open_both(json, text);
  tell(Pushes::ENTRY, 10, 11, "ann");
  tell(Pushes::ENTRY, 11, 12, "nobody");
  tell(Pushes::MARK, 12, 13);
  tell(Pushes::ENTRY, 13, 14, "ben");
  settle();
  EXPECT_THAT(json.take(),
              ElementsAre("1ENTRY 10-11 json ann", "1ENTRY 11-12 json nobody", "1MARK 12-13", "1ENTRY 13-14 json ben"));
  EXPECT_THAT(text.take(),
              ElementsAre("1ENTRY 10-11 text ann", "1ENTRY 11-12", "1MARK 12-13", "1ENTRY 13-14 text ben"));
}

TEST_F(CoreLinkTest, AClosedSubscriptionGetsNothingOfWhatIsOnItsWay) {
  Listener one;
  Listener two;
  open(one);
  open(two);
  begin();
  one.take();
  tell(Pushes::ENTRY, 10, 11, "ann");
  core_loop_.settle();  // it is in the worker's inbox
  worker_.unsubscribe(one.own);
  worker_.unsubscribe(one.own);
  EXPECT_EQ(worker_.subscriptions(), 1U);
  settle();
  EXPECT_THAT(one.told, IsEmpty());
  EXPECT_THAT(two.told, SizeIs(2));
  EXPECT_EQ(subscriptions_->open_count(), 1U);
  EXPECT_THAT(shards_.left, ElementsAre(shards_.wishes[0].number()));
}

TEST_F(CoreLinkTest, WhoComesIntoThePlaceOfOneThatIsGoneGetsNothingOfItsPushes) {
  auto one = std::make_unique<Listener>();
  open(*one);
  begin();
  const std::uint64_t former = one->own;
  tell(Pushes::ENTRY, 10, 11, "ann");
  core_loop_.settle();
  worker_.unsubscribe(former);
  one.reset();
  Listener next;
  open(next);
  EXPECT_NE(next.own, former);
  worker_loop_.settle();
  EXPECT_THAT(next.told, IsEmpty());
}

TEST_F(CoreLinkTest, AListenerMayCloseItselfAndOthersFromWithin) {
  Listener one;
  Listener two;
  Listener three;
  open(one);
  open(two);
  begin();
  one.take();
  two.take();
  one.then = [&] {
    worker_.unsubscribe(one.own);
    worker_.unsubscribe(two.own);
    for (int i = 0; i < 100; ++i) open(three);
  };
  tell(Pushes::ENTRY, 10, 11, "ann");
  settle();
  EXPECT_THAT(one.told, SizeIs(1));
  EXPECT_THAT(two.told, IsEmpty());
  EXPECT_EQ(worker_.subscriptions(), 100U);
}

TEST_F(CoreLinkTest, ARefusedSubscriptionIsOverAtBothEnds) {
  Listener one;
  proto::Feed nowhere;
  one.own = worker_.subscribe(Wire::kJson, nowhere, std::nullopt, one);
  settle();
  EXPECT_THAT(one.take(), ElementsAre("1REFUSED 0-0"));
  EXPECT_EQ(one.error, proto::ErrorCode::kBadRequest);
  EXPECT_EQ(worker_.subscriptions(), 0U);
  EXPECT_EQ(subscriptions_->open_count(), 0U);
  worker_.unsubscribe(one.own);
  settle();
}

TEST_F(CoreLinkTest, WhatHasBeenTakenReachesTheShard) {
  Listener one;
  open(one);
  begin();
  tell(Pushes::ENTRY, 10, 11, "ann");
  settle();
  worker_.taken(one.own, 11);
  worker_.taken(12345, 99);  // nobody's
  settle();
  EXPECT_THAT(shards_.took, ElementsAre(11));
}

TEST_F(CoreLinkTest, WhenTheServiceGoesItsSubscriptionsGo) {
  Listener one;
  open(one);
  begin();
  service_.reset();
  EXPECT_EQ(subscriptions_->open_count(), 0U);
}

}  // namespace
}  // namespace buzzer::gateway
