#include "node/grid/local_homes.h"

#include <set>

#include <gtest/gtest.h>

#include "node/grid/placement.h"
#include "node/journal/inline_keeper.h"
#include "node/store/key_schema.h"
#include "node/store/memory_store.h"
#include "proto/errors.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override {}
};

class NoEvents final : public HomesEvents {
 public:
  void on_shard_serves(base::ShardId) override {}
  void on_shard_stopped(base::ShardId) override {}
  void on_rows(base::ShardId, base::ShardId) override {}
};

class NoPushes final : public shard::PushSender {
 public:
  [[nodiscard]] bool push(base::NodeId, const proto::Pushes&) override { return false; }
};

// The homes of node 1 of 3 over a disk in memory that a test can make fail.
class LocalHomesTest : public testing::Test {
 protected:
  static constexpr base::NodeId kSelf{1};
  static constexpr std::uint32_t kNodes = 3;

  void start() {
    const store::MemoryStoreOptions options{{grid_, kSelf, kNodes}};
    homes_.reset();
    keeper_ = std::make_unique<journal::InlineKeeper>(
        loop_,
        [this, options] {
          ++openings_;
          return store::MemoryStore::open(options, disk_);
        },
        [this] { return disk_takes_; });
    homes_ = std::make_unique<LocalHomes>(LocalHomesOptions{kSelf, kNodes, {}},
                                          LocalHomesServices{*keeper_, loop_, random_, log_, events_, pushes_},
                                          [this](const store::OpenError& error) { refused_ = error.problem; });
    homes_->start([this] { ++settled_; });
    loop_.advance(seconds(1));
  }
  // Dies with what the disk has not synced.
  void crash() {
    homes_.reset();
    keeper_.reset();
    disk_.crash(store::Survival::kNone, random_);
  }

  proto::Command command(const std::string& key) {
    proto::Command made;
    made.set_account("user9");  // at home at node 1 of 3: see the first test
    made.set_key(key);
    made.set_key_created_ms(loop_.wall_now().time_since_epoch().count());
    return made;
  }
  proto::Command registration() {
    proto::Command made = command("r");
    made.mutable_register_account()->set_name(made.account());
    return made;
  }
  proto::Command post(const std::string& key) {
    proto::Command made = command(key);
    made.mutable_post_buzz()->set_text("text of " + key);
    return made;
  }
  [[nodiscard]] static base::ShardId home() { return shard_of_user("user9"); }

  // The name of the error, or the id.
  std::string execute(const proto::Command& wish) {
    std::string told;
    homes_->execute(home(), wish, [&](const proto::Reply& reply) {
      const auto error = static_cast<proto::ErrorCode>(reply.error());
      told = error == proto::ErrorCode::kNone ? std::to_string(reply.id()) : std::string(proto::error_info(error).name);
    });
    EXPECT_TRUE(told.empty()) << "never from within the call";
    loop_.advance(milliseconds(50));
    return told;
  }
  static proto::Query feed() {
    proto::Query query;
    query.mutable_author_feed()->set_author("user9");
    query.mutable_author_feed()->set_limit(200);
    return query;
  }
  // How many buzzes the author has; -1: unavailable.
  int count() {
    int found = -2;
    homes_->query(home(), feed(),
                  [&](const proto::Answer& answer) { found = answer.error() == 0 ? answer.buzzes_size() : -1; });
    loop_.advance(milliseconds(50));
    return found;
  }
  std::set<std::uint64_t> incarnations() {
    const auto opened = store::MemoryStore::open({{grid_, kSelf, kNodes}}, disk_);
    std::set<std::uint64_t> found;
    std::string value;
    for (std::uint8_t shard = 0; shard < base::kShardCount; ++shard) {
      const auto key = store::meta_key(base::ShardId(shard), store::ShardField::kIncarnation);
      if ((*opened)->get(key.bytes(), value).value_or(false)) found.insert(*store::decode_number(value));
    }
    return found;
  }

  tests::ManualLoop loop_;
  base::SeededRandom random_{5};
  SilentLog log_;
  NoEvents events_;
  NoPushes pushes_;
  std::string grid_ = "grid";
  store::MemoryDisk disk_;
  std::unique_ptr<journal::InlineKeeper> keeper_;
  std::unique_ptr<LocalHomes> homes_;
  std::optional<store::OpenProblem> refused_;
  int settled_ = 0;
  int openings_ = 0;
  base::Duration disk_takes_ = milliseconds(1);
};

TEST_F(LocalHomesTest, ServesItsShardsOnceTheStoreIsOpen) {
  ASSERT_EQ(node_of_shard(home(), kNodes), kSelf);
  start();
  EXPECT_EQ(settled_, 1);
  EXPECT_TRUE(homes_->open());
  EXPECT_EQ(homes_->shards(), 21U);
  EXPECT_EQ(homes_->serving(), 21U);
  EXPECT_EQ(execute(registration()), "0");
  EXPECT_NE(execute(post("a")), "unavailable");
  EXPECT_EQ(count(), 1);
}

TEST_F(LocalHomesTest, AcknowledgedSurvivesACrash) {
  start();
  execute(registration());
  const auto wish = post("a");
  const std::string id = execute(wish);
  crash();
  start();
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(execute(wish), id) << "the same key is the same buzz";
  EXPECT_EQ(count(), 1);
}

TEST_F(LocalHomesTest, FailedDiskIsUnavailableAndServiceReturnsByItself) {
  start();
  execute(registration());
  const std::string id = execute(post("a"));
  disk_.faults().fail_call(1, /*for_good=*/true);
  EXPECT_EQ(execute(post("b")), "unavailable");
  EXPECT_FALSE(homes_->open());
  loop_.advance(seconds(30));
  EXPECT_EQ(execute(post("b")), "unavailable");
  EXPECT_EQ(count(), -1);

  disk_.faults().heal();
  loop_.advance(seconds(3));
  EXPECT_EQ(homes_->serving(), 21U);
  EXPECT_NE(execute(post("b")), "unavailable");
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(settled_, 1) << "told once";
}

TEST_F(LocalHomesTest, FullDiskIsUnavailableUntilThereIsSpace) {
  start();
  execute(registration());
  disk_.faults().set_free_bytes(10);
  EXPECT_EQ(execute(post("a")), "unavailable");
  loop_.advance(seconds(10));
  disk_.faults().set_free_bytes(1 << 20);
  loop_.advance(seconds(3));
  EXPECT_NE(execute(post("a")), "unavailable");
  EXPECT_EQ(count(), 1);
}

TEST_F(LocalHomesTest, StoreIsOpenedAgainLaterAndLaterForAsLongAsItTakes) {
  start();
  loop_.advance(seconds(60));
  disk_.faults().fail_call(1, /*for_good=*/true);
  execute(registration());
  const auto openings_within = [&](base::Duration duration) {
    const int before = openings_;
    loop_.advance(duration);
    return openings_ - before;
  };
  EXPECT_GE(openings_within(seconds(2)), 3);
  loop_.advance(seconds(10));
  EXPECT_LE(openings_within(seconds(60)), 30) << "every 2 s";
  EXPECT_GE(openings_within(seconds(60)), 25);
}

TEST_F(LocalHomesTest, WhatWaitsForTheDiskIsBoundedInBytes) {
  start();
  execute(registration());
  disk_takes_ = std::chrono::hours(1);
  int waiting = 0;
  bool refused = false;
  const auto note = [&](std::uint32_t error) {
    refused = refused || error == static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable);
  };
  // Pages of 200 long buzzes, over 100 KB each: far fewer than a shard lets wait by number.
  for (int i = 0; i < 4000 && !refused; ++i, ++waiting) {
    if (i < 250) {
      auto wish = post(std::to_string(i));
      wish.mutable_post_buzz()->set_text(std::string(500, 'x'));
      homes_->execute(home(), wish, [&](const proto::Reply& reply) { note(reply.error()); });
    }
    homes_->query(home(), feed(), [&](const proto::Answer& answer) { note(answer.error()); });
    loop_.settle();
  }
  EXPECT_TRUE(refused);
  EXPECT_GT(waiting, 300);
  EXPECT_LT(waiting, 2000);
}

TEST_F(LocalHomesTest, WaitingForADiskThatCannotBeReadAtTheStartIsNoReasonNotToStart) {
  disk_.faults().fail_call(1, /*for_good=*/true);
  start();
  EXPECT_EQ(settled_, 1);
  EXPECT_FALSE(homes_->open());
  disk_.faults().heal();
  loop_.advance(seconds(3));
  EXPECT_EQ(homes_->serving(), 21U);
}

// One damaged block kept a whole node from starting: it waited for a shard that could not be read, for ever.
TEST_F(LocalHomesTest, AShardThatCannotBeReadAtTheStartIsNoReasonNotToStart) {
  start();
  crash();
  {
    const auto store = store::MemoryStore::open({{grid_, kSelf, kNodes}}, disk_);
    ASSERT_TRUE(store);
    store::Batch damage;
    damage.put(store::meta_key(home(), store::ShardField::kClock).bytes(), "no number");
    ASSERT_TRUE((*store)->write(damage));
    ASSERT_TRUE((*store)->sync());
  }
  start();
  EXPECT_EQ(settled_, 2) << "once for each start";
  EXPECT_EQ(homes_->serving(), 20U);
  EXPECT_EQ(execute(registration()), "unavailable");
}

TEST_F(LocalHomesTest, StoreOfAnotherGridIsRefused) {
  start();
  crash();
  grid_ = "another";
  start();
  EXPECT_EQ(refused_, store::OpenProblem::kOtherGrid);
  EXPECT_EQ(settled_, 2) << "whoever waits for it must go on";
  EXPECT_EQ(execute(registration()), "unavailable");
}

TEST_F(LocalHomesTest, EachShardDrawsItsIncarnationOnce) {
  start();
  crash();
  const auto first = incarnations();
  EXPECT_EQ(first.size(), 21U);
  start();
  execute(registration());
  crash();
  EXPECT_EQ(incarnations(), first);
}

TEST_F(LocalHomesTest, WrongClockTakesNoNewBuzzButRepeatsAndServesTheRest) {
  start();
  ASSERT_EQ(execute(registration()), "0");
  const auto early = post("early");
  const std::string id = execute(early);
  homes_->set_clock_offset(milliseconds(60'001));
  EXPECT_EQ(execute(early), id) << "a repetition dates nothing";
  EXPECT_EQ(execute(post("new")), "unavailable");
  EXPECT_EQ(count(), 1);
}

// The wrong time went into the shard's clock, which never goes back: every later buzz was dated in the future.
TEST_F(LocalHomesTest, WhatAWrongClockStillTakesIsDatedByItsPeers) {
  start();
  homes_->set_clock_offset(milliseconds(-600'000));
  const std::int64_t wall_ms = loop_.wall_now().time_since_epoch().count();
  std::int64_t dated_ms = 0;
  homes_->execute(home(), registration(), [&](const proto::Reply& reply) { dated_ms = reply.time_ms(); });
  loop_.advance(milliseconds(50));
  EXPECT_EQ(dated_ms, wall_ms - 600'000);
}

TEST_F(LocalHomesTest, ClockIsWrongBeyondAMinuteEitherWay) {
  start();
  homes_->set_clock_offset(milliseconds(60'001));
  EXPECT_EQ(execute(registration()), "0");
  EXPECT_EQ(execute(post("a")), "unavailable");
  EXPECT_EQ(count(), 0);
  homes_->set_clock_offset(milliseconds(-60'000));
  EXPECT_NE(execute(post("a")), "unavailable");
  homes_->set_clock_offset(milliseconds(-60'001));
  EXPECT_EQ(execute(post("b")), "unavailable");
  homes_->set_clock_offset(std::nullopt);
  EXPECT_NE(execute(post("b")), "unavailable");
}

// An earlier copy of a command that was refused since, arriving late, must not happen after all.
TEST_F(LocalHomesTest, RefusedCommandStaysRefusedThoughTheStateHasChanged) {
  start();
  const auto early = post("early");
  EXPECT_EQ(execute(early), "unknown_user");
  EXPECT_EQ(execute(registration()), "0");
  EXPECT_EQ(execute(early), "unknown_user");
  EXPECT_EQ(count(), 0);
  EXPECT_NE(execute(post("new")), "unknown_user");
}

// A store that was opened again forgot what had been refused, while the links, with earlier copies on them, lived on.
TEST_F(LocalHomesTest, RefusedCommandStaysRefusedWhenTheStoreIsOpenedAgain) {
  start();
  const auto early = post("early");
  EXPECT_EQ(execute(early), "unknown_user");
  disk_.faults().fail_call(1, /*for_good=*/false);
  EXPECT_EQ(execute(registration()), "unavailable");
  loop_.advance(seconds(3));
  EXPECT_EQ(execute(registration()), "0");
  EXPECT_EQ(execute(early), "unknown_user");
  EXPECT_EQ(count(), 0);
}

TEST_F(LocalHomesTest, SearchPutsTogetherWhatTheShardsHave) {
  start();
  execute(registration());
  proto::Query query;
  query.mutable_users()->set_prefix("USER");
  query.mutable_users()->set_limit(10);
  proto::Answer told;
  homes_->query_all(query, [&](const proto::Answer& answer) { told = answer; });
  loop_.advance(milliseconds(50));
  ASSERT_EQ(told.users_size(), 1);
  EXPECT_EQ(told.users(0).name(), "user9");
  EXPECT_FALSE(told.partial());
  query.mutable_users()->set_limit(0);
  homes_->query_all(query, [&](const proto::Answer& answer) { told = answer; });
  loop_.advance(milliseconds(50));
  EXPECT_EQ(told.error(), static_cast<std::uint32_t>(proto::ErrorCode::kBadRequest));
}

}  // namespace
}  // namespace buzzer::grid
