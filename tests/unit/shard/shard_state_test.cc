// The shard's state in a store, held against the same state in plain maps: the same commands, the same decisions.
#include "node/shard/shard_state.h"

#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "node/kernel/kernel.h"
#include "node/kernel/queries.h"
#include "node/store/memory_store.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::shard {
namespace {

constexpr base::ShardId kShard{9};
const std::vector<std::string> kUsers{"bo", "bob", "Bo_b", "not a name"};

struct Step {
  int kind = 0;
  int user = 0;
  int target = 0;
  int minutes = 0;  // the clock moves first: keys expire within a run
};

proto::Command make(const Step& step, std::size_t number, std::int64_t now_ms, const std::vector<std::uint64_t>& ids) {
  proto::Command command;
  command.set_account(kUsers[static_cast<std::size_t>(step.user)]);
  command.set_key("key " + std::to_string(step.kind == 4 ? number / 2 : number));
  command.set_key_created_ms(now_ms);
  const std::uint64_t id = ids.empty() ? 1 : ids[static_cast<std::size_t>(step.target) % ids.size()];
  if (step.kind == 0) command.mutable_register_account()->set_name(command.account());
  if (step.kind == 1 || step.kind == 4) command.mutable_post_buzz()->set_text("hi @bob #x " + std::to_string(number));
  if (step.kind == 2) {
    command.mutable_edit_buzz()->set_id(id);
    command.mutable_edit_buzz()->set_text("edited");
  }
  if (step.kind == 3) command.mutable_delete_buzz()->set_id(id);
  return command;
}

std::string dump(const kernel::StateView& state, std::size_t page) {
  std::string text = state.shard_state().SerializeAsString();
  for (const std::string& user : kUsers) {
    for (const auto direction : {kernel::Direction::kOlder, kernel::Direction::kNewer}) {
      std::optional<kernel::FeedPlace> from;
      for (bool more = true; more;) {
        const auto feed = kernel::author_feed(state, user, from, direction, page);
        for (const auto& buzz : feed.buzzes) text += buzz.SerializeAsString();
        more = feed.more;
        if (more) from = {feed.buzzes.back().posted_ms(), base::BuzzId(feed.buzzes.back().id())};
      }
    }
  }
  for (const auto& account : kernel::users_by_prefix(state, "b", "", 10).users) text += account.SerializeAsString();
  for (const auto& account : kernel::users_by_prefix(state, "bo", "bo", 1).users) text += account.SerializeAsString();
  state.visit_keys([&](std::string_view account, std::string_view key, std::int64_t created_ms) {
    text += std::string(account) + '/' + std::string(key) + '/' + std::to_string(created_ms) + '\n';
    return true;
  });
  return text;
}

TEST(ShardStatePropertyTest, DecidesAndHoldsWhatPlainMapsDo) {
  EXPECT_TRUE(rc::check("commands", [] {
    const auto steps = *rc::gen::container<std::vector<Step>>(
        rc::gen::construct<Step>(rc::gen::inRange(0, 5), rc::gen::inRange(0, static_cast<int>(kUsers.size())),
                                 rc::gen::inRange(0, 50), rc::gen::inRange(0, 600)));
    const bool replicated = *rc::gen::arbitrary<bool>();  // batches enter the store later
    store::MemoryDisk disk;
    auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
    RC_ASSERT(opened.has_value());
    store::Store& below = **opened;
    Overlay overlay;
    ShardState state(below, overlay, kShard);
    kernel::MapState maps;
    kernel::Decision decision;
    kernel::Decision expected;
    std::vector<std::uint64_t> ids;
    std::vector<store::Batch> in_flight;
    std::int64_t now_ms = kernel::kIdEpochMs + 1'000'000;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      now_ms += steps[i].minutes * 60'000LL;
      const auto command = make(steps[i], i, now_ms, ids);
      state.begin();
      kernel::decide(state, command, {now_ms, kShard, 1}, decision);
      kernel::decide(maps, command, {now_ms, kShard, 1}, expected);
      RC_ASSERT(decision.reply.SerializeAsString() == expected.reply.SerializeAsString());
      RC_ASSERT(decision.entry.SerializeAsString() == expected.entry.SerializeAsString());
      RC_ASSERT(!state.failed());
      if (decision.entry.events_size() == 0) continue;
      if (command.has_post_buzz()) ids.push_back(decision.reply.id());
      RC_ASSERT(kernel::apply(state, decision.entry));
      RC_ASSERT(kernel::apply(maps, decision.entry));
      if (!replicated) {
        RC_ASSERT(below.write(state.changes()).has_value());
        continue;
      }
      overlay.add(state.changes(), i + 1);
      in_flight.push_back(state.changes());
      if (i % 3 != 0) continue;
      for (const store::Batch& batch : in_flight) RC_ASSERT(below.write(batch).has_value());
      in_flight.clear();
      overlay.settle(i + 1);
    }
    state.begin();
    RC_ASSERT(dump(state, 2) == dump(maps, 3));
  }));
}

TEST(ShardStateTest, StoreThatCannotBeReadIsNoticedAndDecidesNothing) {
  store::MemoryDisk disk;
  auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
  ASSERT_TRUE(opened);
  store::Batch nonsense;
  nonsense.put(store::account_key(kShard, "bob").bytes(), "\xff");
  ASSERT_TRUE((*opened)->write(nonsense));
  const Overlay overlay;
  ShardState state(**opened, overlay, kShard);
  state.begin();
  EXPECT_EQ(state.account("bob"), nullptr);
  EXPECT_TRUE(state.failed());
  state.begin();
  EXPECT_EQ(state.account("bo"), nullptr);
  EXPECT_FALSE(state.failed());
}

// Each row was erased by itself: a stream with millions of them stopped the shard for seconds, and made one batch of
// them.
TEST(ShardStateTest, DroppingAStreamOfManyRowsIsOneChangeAndItsNumbersBeginAgain) {
  constexpr base::ShardId kPeer{23};
  constexpr std::uint64_t kRows = 5000;
  store::MemoryDisk disk;
  auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
  ASSERT_TRUE(opened);
  store::Store& below = **opened;
  Overlay overlay;
  ShardState state(below, overlay, kShard);
  proto::Delivery row;
  for (std::uint64_t number = 1; number <= kRows; ++number) {
    row.mutable_buzz()->set_id(number);
    state.append_row(kPeer, number, row);
  }
  ASSERT_TRUE(below.write(state.changes()));
  state.begin();
  state.trim_rows(kPeer, 11);
  state.drop_rows(kPeer);
  EXPECT_TRUE(state.rows(kPeer).empty());
  EXPECT_EQ(state.row(kPeer, 20), nullptr);
  row.mutable_begin();
  state.append_row(kPeer, 1, row);
  EXPECT_LT(state.changes().count(), 20U);
  overlay.add(state.changes(), 1);

  const auto expect_anew = [&] {
    state.forget();
    EXPECT_EQ(state.rows(kPeer).first, 1U);
    EXPECT_EQ(state.rows(kPeer).last, 1U);
    std::uint64_t seen = 0;
    state.visit_rows(kPeer, 1, [&](std::uint64_t number, const proto::Delivery& found) {
      EXPECT_TRUE(found.has_begin());
      seen += number;
      return true;
    });
    EXPECT_EQ(seen, 1U);
    EXPECT_FALSE(state.failed());
  };
  store::Batch in_flight = state.changes();
  expect_anew();
  ASSERT_TRUE(below.write(in_flight));
  overlay.settle(1);
  expect_anew();
}

}  // namespace
}  // namespace buzzer::shard
