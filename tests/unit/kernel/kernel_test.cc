#include "node/kernel/kernel.h"

#include <gtest/gtest.h>

#include "node/kernel/queries.h"
#include "node/kernel/text.h"
#include "tests/unit/kernel/kernel_grid.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

constexpr std::int64_t kNow = kIdEpochMs + 1'000'000;
constexpr ShardId kShard{7};
constexpr std::uint64_t kLife = 11;

class KernelTest : public testing::Test {
 protected:
  proto::Command command(const std::string& account, const std::string& key) const {
    proto::Command command;
    command.set_account(account);
    command.set_key(key);
    command.set_key_created_ms(now_);
    return command;
  }
  proto::Reply run(const proto::Command& command) {
    decide(state_, command, {now_, kShard, kLife}, decision_);
    EXPECT_TRUE(decision_.entry.events_size() == 0 || apply(state_, decision_.entry));
    return decision_.reply;
  }
  std::string new_key() { return "key " + std::to_string(++keys_); }
  proto::Reply register_account(const std::string& name) {
    auto wish = command(name, new_key());
    wish.mutable_register_account()->set_name(name);
    return run(wish);
  }
  proto::Reply post(const std::string& account, const std::string& text) {
    auto wish = command(account, new_key());
    wish.mutable_post_buzz()->set_text(text);
    return run(wish);
  }
  proto::Reply edit(const std::string& account, std::uint64_t id, const std::string& text) {
    auto wish = command(account, new_key());
    wish.mutable_edit_buzz()->set_id(id);
    wish.mutable_edit_buzz()->set_text(text);
    return run(wish);
  }
  proto::Reply remove(const std::string& account, std::uint64_t id) {
    auto wish = command(account, new_key());
    wish.mutable_delete_buzz()->set_id(id);
    return run(wish);
  }
  static ErrorCode error(const proto::Reply& reply) { return static_cast<ErrorCode>(reply.error()); }
  std::vector<std::string> texts_of(const std::string& author) {
    std::vector<std::string> texts;
    for (const auto& buzz : author_feed(state_, author, {}, Direction::kOlder, 100).buzzes)
      texts.push_back(buzz.text());
    return texts;
  }

  MapState state_;
  Decision decision_;
  std::int64_t now_ = kNow;
  int keys_ = 0;
};

TEST_F(KernelTest, NameIsUniqueRegardlessOfCaseAndShownAsRegistered) {
  EXPECT_EQ(error(register_account("Alice")), ErrorCode::kNone);
  EXPECT_EQ(error(register_account("aLICE")), ErrorCode::kNameTaken);
  EXPECT_EQ(state_.account("alice")->name(), "Alice");
  EXPECT_EQ(error(register_account("al ice")), ErrorCode::kInvalidName);
}

TEST_F(KernelTest, BuzzIsKeptWithAllThatLaterReadersNeed) {
  register_account("Alice");
  const auto reply = post("alice", "hi @Bob #Go");
  ASSERT_EQ(error(reply), ErrorCode::kNone);
  const proto::Buzz& buzz = *state_.buzz(BuzzId(reply.id()));
  EXPECT_EQ(buzz.author(), "Alice");
  EXPECT_EQ(buzz.version(), 1U);
  EXPECT_EQ(buzz.posted_ms(), kNow);
  EXPECT_EQ(buzz.visibility(), proto::Buzz::PUBLIC);
  EXPECT_EQ(buzz.entities_size(), 2);
  EXPECT_EQ(id_shard(BuzzId(buzz.id())), kShard);
  EXPECT_EQ(id_ms(BuzzId(buzz.id())), kNow);
}

TEST_F(KernelTest, OnlyTheAuthorEditsAndDeletes) {
  register_account("alice");
  register_account("bob");
  const auto id = post("alice", "one").id();
  EXPECT_EQ(error(edit("bob", id, "two")), ErrorCode::kNotYours);
  EXPECT_EQ(error(remove("bob", id)), ErrorCode::kNotYours);
  EXPECT_EQ(edit("alice", id, "two").version(), 2U);
  EXPECT_EQ(texts_of("alice"), (std::vector<std::string>{"two"}));
  EXPECT_EQ(remove("alice", id).version(), 3U);
  EXPECT_TRUE(texts_of("alice").empty());
  EXPECT_EQ(state_.account("alice")->buzzes(), 0U);
  EXPECT_EQ(error(edit("alice", id, "three")), ErrorCode::kUnknownBuzz);
  EXPECT_EQ(error(remove("alice", id)), ErrorCode::kUnknownBuzz);
}

// Somebody else's buzz was `unknown_buzz` when that author is at home in another shard.
TEST_F(KernelTest, WhatIsOfAnotherShardIsNobodysHere) {
  register_account("alice");
  const auto own = post("alice", "one").id();
  const std::uint64_t foreign = first_id(kNow, ShardId(static_cast<std::uint8_t>(kShard.value() + 1))).value();
  for (const auto& reply : {edit("alice", foreign, "two"), remove("alice", foreign)}) {
    EXPECT_EQ(error(reply), ErrorCode::kNotYours);
    EXPECT_EQ(reply.message(), "no buzz of yours: " + std::to_string(foreign));
  }
  EXPECT_EQ(error(edit("alice", own + 1, "two")), ErrorCode::kUnknownBuzz) << "of this shard, and not there";
  EXPECT_EQ(error(remove("alice", 0)), ErrorCode::kUnknownBuzz) << "no id at all";
}

TEST_F(KernelTest, SameKeyGivesTheSameAnswerAndNothingTwice) {
  register_account("alice");
  auto wish = command("alice", "once");
  wish.mutable_post_buzz()->set_text("hello");
  const auto first = run(wish);
  now_ += 5000;
  const auto again = run(wish);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(decision_.entry.events_size(), 0);
  EXPECT_EQ(texts_of("alice").size(), 1U);
  wish.mutable_post_buzz()->set_text("something else");
  EXPECT_EQ(error(run(wish)), ErrorCode::kKeyReused);
}

TEST_F(KernelTest, KeptResultThatCannotBeReadIsUnavailableAndNothingHappensTwice) {
  register_account("alice");
  auto wish = command("alice", "once");
  wish.mutable_post_buzz()->set_text("hello");
  run(wish);
  proto::CommandKey damaged = *state_.command_key("alice", "once");
  for (const std::string& bytes : {std::string("\xff\xff"), damaged.reply() + '\x08'}) {
    damaged.set_reply(bytes);
    state_.remember_key("alice", "once", damaged);
    const auto again = run(wish);
    EXPECT_EQ(error(again), ErrorCode::kUnavailable);
    EXPECT_FALSE(proto::error_info(error(again)).definite);
    EXPECT_EQ(again.id(), 0U) << "half of what was kept";
    EXPECT_EQ(decision_.entry.events_size(), 0);
  }
  EXPECT_EQ(texts_of("alice").size(), 1U);
}

TEST_F(KernelTest, RefusalLeavesNoTraceSoThatItsKeyServesAgain) {
  auto wish = command("alice", "k");
  wish.mutable_post_buzz()->set_text("too early");
  EXPECT_EQ(error(run(wish)), ErrorCode::kUnknownUser);
  register_account("alice");
  EXPECT_EQ(error(run(wish)), ErrorCode::kNone);
}

TEST_F(KernelTest, ExpiredKeyIsRefusedAndOnlyThenForgotten) {
  register_account("alice");
  auto wish = command("alice", "old");
  wish.mutable_post_buzz()->set_text("hello");
  run(wish);
  now_ += kKeyLifeMs;
  post("alice", "at the last moment");
  EXPECT_EQ(run(wish).id(), state_.buzz(BuzzId(run(wish).id()))->id());
  EXPECT_EQ(error(run(wish)), ErrorCode::kNone);
  now_ += 1;
  EXPECT_EQ(error(run(wish)), ErrorCode::kKeyExpired);
  EXPECT_FALSE(proto::error_info(ErrorCode::kKeyExpired).definite);
  const std::size_t before = state_.keys();
  post("alice", "sweeps two old keys out");
  EXPECT_EQ(state_.keys(), before + 1 - kKeysForgottenPerCommand);
  now_ -= 10 * kKeyLifeMs;  // the wall clock is set back; the shard's own is not
  EXPECT_EQ(error(run(wish)), ErrorCode::kKeyExpired);
}

TEST_F(KernelTest, KeyIsNeededAndBoundedAndNotFromTheFuture) {
  register_account("alice");
  for (const std::string& key : {std::string(), std::string(kMostKeyBytes + 1, 'k')}) {
    auto wish = command("alice", key);
    wish.mutable_post_buzz()->set_text("hello");
    EXPECT_EQ(error(run(wish)), ErrorCode::kBadRequest);
  }
  auto wish = command("alice", "k");
  wish.mutable_post_buzz()->set_text("hello");
  wish.set_key_created_ms(now_ + kKeyAheadMs + 1);
  EXPECT_EQ(error(run(wish)), ErrorCode::kKeyFromTheFuture);
}

TEST_F(KernelTest, FeedIsPagedBothWaysByWhenItWasPosted) {
  register_account("alice");
  for (int i = 1; i <= 5; ++i) {
    post("alice", std::to_string(i));
    now_ += i == 2 ? -500 : 1;  // the clock is set back: `posted` follows the shard's clock, which is not
  }
  const auto first = author_feed(state_, "Alice", {}, Direction::kOlder, 2);
  ASSERT_EQ(first.buzzes.size(), 2U);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(first.buzzes[0].text() + first.buzzes[1].text(), "54");
  const FeedPlace place{first.buzzes[1].posted_ms(), BuzzId(first.buzzes[1].id())};
  const auto older = author_feed(state_, "alice", place, Direction::kOlder, 10);
  EXPECT_EQ(older.buzzes.front().text(), "3");
  EXPECT_FALSE(older.more);
  const auto newer = author_feed(state_, "alice", place, Direction::kNewer, 10);
  ASSERT_EQ(newer.buzzes.size(), 1U);
  EXPECT_EQ(newer.buzzes.front().text(), "5");
}

TEST_F(KernelTest, UsersAreFoundByPrefixWhateverTheCase) {
  for (const char* name : {"Bob", "bobby", "BOBO", "alice", "bo"}) register_account(name);
  const auto page = users_by_prefix(state_, "bOb", "", 2);
  ASSERT_EQ(page.users.size(), 2U);
  EXPECT_EQ(page.users[0].name() + page.users[1].name(), "Bobbobby");
  EXPECT_TRUE(page.more);
  const auto rest = users_by_prefix(state_, "bob", "BOBBY", 10);
  ASSERT_EQ(rest.users.size(), 1U);
  EXPECT_EQ(rest.users[0].name(), "BOBO");
}

TEST_F(KernelTest, SearchAfterWhatNoUserCanBeCalledIsRefusedAndNotAnsweredWithNobody) {
  register_account("bob");
  proto::Query query;
  proto::Answer answer;
  query.mutable_users()->set_limit(10);
  for (const std::string& after : {std::string("\xff"), std::string("a b"), std::string(kMostNameBytes + 1, 'a')}) {
    query.mutable_users()->set_after(after);
    answer_query(state_, query, kShard, answer);
    EXPECT_EQ(static_cast<ErrorCode>(answer.error()), ErrorCode::kInvalidName) << after;
    EXPECT_TRUE(answer.users().empty());
  }
  query.mutable_users()->set_after("Al");
  answer_query(state_, query, kShard, answer);
  EXPECT_EQ(answer.error(), 0U);
  EXPECT_EQ(answer.users_size(), 1);
}

TEST_F(KernelTest, EntryThatDoesNotFitTheStateIsRefused) {
  register_account("alice");
  const auto id = post("alice", "one").id();
  const proto::Entry posted = decision_.entry;
  EXPECT_FALSE(apply(state_, posted)) << "its id has been given already";
  proto::Entry entry;
  entry.set_clock_ms(now_ - 1);
  EXPECT_FALSE(apply(state_, entry)) << "the shard's clock never goes back";
  remove("alice", id);
  entry.set_clock_ms(now_);
  entry.add_events()->mutable_buzz_edited()->set_id(id);
  EXPECT_FALSE(apply(state_, entry)) << "the buzz is deleted";
  entry.mutable_events(0)->Clear();
  EXPECT_FALSE(apply(state_, entry)) << "an event of a newer release";
}

TEST(BuzzIdTest, FullMillisecondBorrowsFromTheNextAndNobodyWaits) {
  BuzzId last;
  for (int i = 0; i < 200; ++i) {
    const BuzzId id = next_id(kNow, kShard, last);
    EXPECT_GT(id, last);
    EXPECT_EQ(id_shard(id), kShard);
    EXPECT_EQ(id_ms(id), kNow + i / 64);
    last = id;
  }
}

TEST(BuzzIdTest, FollowsTheLastOneWhenTheClockGoesBackAndAnyIdNamed) {
  const BuzzId last = next_id(kNow, kShard, BuzzId());
  EXPECT_EQ(next_id(kNow - 10'000, kShard, last), BuzzId(last.value() + 1));
  const BuzzId named = first_id(kNow + 70, ShardId(63));
  EXPECT_EQ(id_ms(next_id(kNow, kShard, last, named)), kNow + 71);
}

TEST(BuzzIdTest, StaysBelow2To53For60Years) {
  constexpr std::int64_t kYears60 = 60LL * 366 * 24 * 3600 * 1000;
  EXPECT_LT(first_id(kIdEpochMs + kYears60, ShardId(63)).value(), 1ULL << 53);
}

TEST_F(KernelTest, PostTakesItsPlaceInTheArrivalLogAndInIndexesOfThisShard) {
  register_account(name_at(kShard));
  const std::string author = name_at(kShard);
  const auto id = post(author, "to @" + author + " and @nobody").id();
  ASSERT_EQ(state_.arrivals().last, 1U);
  const proto::Arrival& arrival = *state_.arrival(1);
  EXPECT_EQ(arrival.kind(), proto::Arrival::POSTED);
  EXPECT_EQ(arrival.author(), author);
  EXPECT_EQ(arrival.id(), id);
  EXPECT_EQ(arrival.root(), id) << "a root belongs to its own thread";
  EXPECT_EQ(arrival.life(), kLife);
  EXPECT_EQ(arrival.time_ms(), now_);
  EXPECT_EQ(arrival.mentioned_size(), 1);
  int indexed = 0;
  state_.visit_index(Index::kMention, author, BuzzId(), Direction::kNewer, [&](BuzzId /*id*/, std::string_view who) {
    EXPECT_EQ(who, author);
    return ++indexed < 10;
  });
  EXPECT_EQ(indexed, 1);
}

TEST_F(KernelTest, ReusedDecisionKeepsTheMemoryOfItsEvents) {
  register_account("alice");
  post("alice", "one https://here");
  const proto::Buzz* buzz = &decision_.entry.events(0).buzz_posted().buzz();
  const proto::Arrival* arrival = &decision_.entry.events(1).arrival_noted().arrival();
  const proto::CommandKey* record = &decision_.entry.events(2).key_remembered().record();
  const proto::Entity* entity = &buzz->entities(0);
  const auto id = post("alice", "no link").id();
  remove("alice", id);
  EXPECT_EQ(error(post("bob", "refused")), ErrorCode::kUnknownUser);
  EXPECT_EQ(decision_.entry.events_size(), 0);
  post("alice", "two https://there");
  ASSERT_EQ(decision_.entry.events_size(), 3);
  EXPECT_EQ(&decision_.entry.events(0).buzz_posted().buzz(), buzz);
  EXPECT_EQ(&decision_.entry.events(1).arrival_noted().arrival(), arrival);
  EXPECT_EQ(&decision_.entry.events(2).key_remembered().record(), record);
  EXPECT_EQ(&buzz->entities(0), entity);
  EXPECT_EQ(buzz->text(), "two https://there");
  EXPECT_EQ(entity->value(), "https://there");
  EXPECT_EQ(arrival->kind(), proto::Arrival::POSTED);
}

}  // namespace
}  // namespace buzzer::kernel
