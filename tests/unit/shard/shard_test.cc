#include "node/shard/shard.h"

#include <gtest/gtest.h>

#include "node/journal/inline_keeper.h"
#include "node/journal/local_journal.h"
#include "node/kernel/buzz_id.h"
#include "node/kernel/queries.h"
#include "node/store/gossip_keys.h"
#include "node/store/key_schema.h"
#include "node/store/memory_store.h"
#include "proto/errors.h"
#include "tests/support/manual_loop.h"

namespace buzzer::shard {
namespace {

using std::chrono::milliseconds;

constexpr base::ShardId kShard{11};

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override {}
};

class NoPushes final : public PushSender {
 public:
  [[nodiscard]] bool push(base::NodeId, const proto::Pushes&) override { return false; }
};

// One shard over a disk in memory.
class ShardTest : public testing::Test, public ShardOwner {
 protected:
  ShardTest() {
    keeper_.open([this](const store::OpenResult<store::Store*>& opened) { store_ = opened.value_or(nullptr); });
    loop_.advance(milliseconds(10));
    journal_ = std::make_unique<journal::LocalJournal>(*store_, keeper_);
    ShardOptions options;
    options.shard = kShard;
    options.most_waiting = kMostWaiting;
    shard_ = std::make_unique<Shard>(options, services());
    shard_->start();
    loop_.advance(milliseconds(10));
  }

  ShardServices services() { return {*store_, *journal_, loop_, random_, log_, *this, pushes_}; }

  void on_serving(base::ShardId /*shard*/) override { ++serving_; }
  void on_stepped_back(base::ShardId /*shard*/, const char* /*why*/) override { ++stepped_back_; }
  void on_read_failed(const std::string& /*why*/) override { ++reads_failed_; }

  proto::Command command(const std::string& account) {
    proto::Command made;
    made.set_account(account);
    made.set_key(std::to_string(++keys_));
    made.set_key_created_ms(loop_.wall_now().time_since_epoch().count());
    return made;
  }
  proto::Command registration(const std::string& account) {
    auto made = command(account);
    made.mutable_register_account()->set_name(account);
    return made;
  }
  proto::Command edit(const std::string& account, std::uint64_t id) {
    auto made = command(account);
    made.mutable_edit_buzz()->set_id(id);
    made.mutable_edit_buzz()->set_text("edited");
    return made;
  }
  proto::Command post(const std::string& account, const std::string& text) {
    auto made = command(account);
    made.mutable_post_buzz()->set_text(text);
    return made;
  }
  // Each answer adds the error's name.
  void execute(const proto::Command& wish) {
    shard_->execute(wish, [this](const proto::Reply& reply) {
      answers_.emplace_back(proto::error_info(static_cast<proto::ErrorCode>(reply.error())).name);
    });
  }
  std::vector<std::string> take_answers() {
    loop_.advance(milliseconds(50));
    return std::exchange(answers_, {});
  }

  static constexpr std::size_t kMostWaiting = 5;
  tests::ManualLoop loop_;
  base::SeededRandom random_{3};
  SilentLog log_;
  NoPushes pushes_;
  store::MemoryDisk disk_;
  base::Duration sync_takes_ = milliseconds(1);
  journal::InlineKeeper keeper_{loop_,
                                [this] {
                                  return store::MemoryStore::open({{"grid", base::NodeId(0), 1}}, disk_);
                                },
                                [this] { return sync_takes_; }};
  store::Store* store_ = nullptr;
  std::unique_ptr<journal::LocalJournal> journal_;
  std::unique_ptr<Shard> shard_;
  std::vector<std::string> answers_;
  int keys_ = 0;
  int serving_ = 0;
  int stepped_back_ = 0;
  int reads_failed_ = 0;
};

using Answers = std::vector<std::string>;

TEST_F(ShardTest, AnswersOnceWhatItRestsOnIsDurable) {
  execute(registration("bob"));
  loop_.settle();
  EXPECT_TRUE(answers_.empty()) << "the sync takes a millisecond";
  bool told = false;
  shard_->query([](const kernel::StateView& state) { EXPECT_NE(state.account("bob"), nullptr); },
                [&](bool readable) { told = readable; });
  loop_.settle();
  EXPECT_FALSE(told) << "nor may what was seen of it be told";
  EXPECT_EQ(take_answers(), Answers{"none"});
  EXPECT_TRUE(told);
}

TEST_F(ShardTest, RefusalTooWaitsForWhatItHasSeen) {
  execute(registration("bob"));
  execute(registration("BOB"));
  loop_.settle();
  EXPECT_TRUE(answers_.empty());
  EXPECT_EQ(take_answers(), (Answers{"none", "name_taken"}));
}

TEST_F(ShardTest, NoMoreWaitThanItsBound) {
  for (int i = 0; i < 7; ++i) execute(registration("user" + std::to_string(i)));
  const Answers answers = take_answers();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), "none"), 5);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), "unavailable"), 2);
  execute(registration("user5"));
  EXPECT_EQ(take_answers(), Answers{"none"}) << "those beyond were not executed";
}

TEST_F(ShardTest, ClosingAnswersWhatWaits) {
  execute(registration("bob"));
  shard_->close();
  EXPECT_EQ(take_answers(), Answers{"unavailable"});
  execute(registration("eve"));
  EXPECT_EQ(take_answers(), Answers{"unavailable"});
}

TEST_F(ShardTest, DestroyedShardIsNotCalledBack) {
  execute(registration("bob"));
  shard_.reset();
  EXPECT_EQ(take_answers(), Answers{});
}

// One unreadable buzz took the whole shard out of service for everybody who asked meanwhile.
TEST_F(ShardTest, WhatCannotBeReadHurtsOnlyWhoAsksForIt) {
  execute(registration("bob"));
  ASSERT_EQ(take_answers(), Answers{"none"});
  store::Batch damage;
  const base::BuzzId id = kernel::first_id(kernel::kIdEpochMs, kShard);
  damage.put(store::buzz_key(kShard, id).bytes(), "\xff\xff no buzz");
  ASSERT_TRUE(store_->write(damage));
  execute(edit("bob", id.value()));
  execute(post("bob", "others go on"));
  EXPECT_EQ(take_answers(), (Answers{"unavailable", "none"}));
  EXPECT_EQ(reads_failed_, 1);
  EXPECT_EQ(stepped_back_, 0);
  EXPECT_EQ(serving_, 1);
}

// After one read that failed there was no upkeep any more: no sweep, no resync, no trimming.
TEST_F(ShardTest, UpkeepThatCouldNotReadIsTriedAgain) {
  store::Batch damage;
  damage.put(store::sweep_key(kShard, 1).bytes(), "\xff\xff no sweep");
  ASSERT_TRUE(store_->write(damage));
  loop_.advance(std::chrono::minutes(1));
  EXPECT_EQ(reads_failed_, 1);
  loop_.advance(std::chrono::minutes(1));
  EXPECT_EQ(reads_failed_, 2);
  EXPECT_EQ(stepped_back_, 0);
}

// While the disk hung, upkeep added a piece every 5 ms to what waited for it.
TEST_F(ShardTest, UpkeepWaitsForTheDisk) {
  constexpr std::uint64_t kPosts = 20;
  execute(registration("bob"));
  ASSERT_EQ(take_answers(), Answers{"none"});
  for (std::uint64_t i = 0; i < kPosts; ++i) {
    execute(post("bob", "one of many"));
    ASSERT_EQ(take_answers(), Answers{"none"});
  }
  ShardOptions options;
  options.shard = kShard;
  options.upkeep.most_arrivals = 1;
  options.upkeep.most_looked_at = 1;  // a piece of upkeep trims one
  shard_->close();
  shard_ = std::make_unique<Shard>(options, services());
  shard_->start();
  loop_.advance(milliseconds(4));
  ASSERT_TRUE(shard_->serves());
  const auto first_arrival = [this] {
    std::uint64_t first = 0;
    shard_->query([&](const kernel::StateView& state) { first = state.arrivals().first; }, [](bool) {});
    return first;
  };
  ASSERT_EQ(first_arrival(), 1U);
  sync_takes_ = std::chrono::seconds(10);
  loop_.advance(std::chrono::seconds(5));
  EXPECT_EQ(first_arrival(), 2U) << "one piece, and no more";
  sync_takes_ = milliseconds(1);
  loop_.advance(std::chrono::seconds(10));
  EXPECT_EQ(first_arrival(), kPosts) << "then it goes on";
}

TEST_F(ShardTest, FailedCommitIsIndefiniteAndItStepsBack) {
  disk_.faults().fail_call(1, /*for_good=*/true);
  execute(registration("bob"));
  EXPECT_EQ(take_answers(), Answers{"unavailable"});
  EXPECT_EQ(stepped_back_, 1);
  EXPECT_FALSE(shard_->serves());
}

}  // namespace
}  // namespace buzzer::shard
