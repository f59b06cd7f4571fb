#include <rapidcheck.h>

#include <set>

#include <gtest/gtest.h>

#include "node/shard/shard_state.h"
#include "node/store/memory_store.h"

namespace buzzer::shard {
namespace {

using base::BuzzId;

constexpr base::ShardId kShard{9};
constexpr std::uint64_t kIds = 3 * RecentCopies::kMost;
constexpr BuzzId kEnd{~std::uint64_t{0}};

struct Change {
  std::uint64_t id = 0;
  bool erases = false;
  bool with_next = false;  // in one entry
};

void change(ShardState& state, std::set<BuzzId>& copies, const Change& change) {
  const BuzzId id(change.id);
  if (change.erases) {
    state.erase_copy("ann", id);
    copies.erase(id);
    return;
  }
  proto::Copy copy;
  copy.mutable_buzz()->set_id(change.id);
  state.put_copy("ann", copy);
  copies.insert(id);
}

std::vector<BuzzId> page(const ShardState& state, BuzzId from, std::size_t most) {
  std::vector<BuzzId> ids;
  state.visit_copies("ann", from, kernel::Direction::kOlder, [&](BuzzId id) {
    ids.push_back(id);
    return ids.size() < most;
  });
  return ids;
}

std::vector<BuzzId> page(const std::set<BuzzId>& copies, BuzzId from, std::size_t most) {
  std::vector<BuzzId> ids;
  for (auto at = copies.lower_bound(from); at != copies.begin() && ids.size() < most;) ids.push_back(*--at);
  return ids;
}

TEST(RecentCopiesPropertyTest, FeedsAreTheSameWhetherTheyComeFromMemoryOrTheStore) {
  EXPECT_TRUE(rc::check("copies that come and go", [] {
    const auto changes = *rc::gen::container<std::vector<Change>>(rc::gen::construct<Change>(
        rc::gen::inRange<std::uint64_t>(1, kIds), rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>()));
    store::MemoryDisk disk;
    auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
    RC_ASSERT(opened.has_value());
    const Overlay overlay;
    ShardState state(**opened, overlay, kShard);
    std::set<BuzzId> copies;
    for (const Change& one : changes) {
      change(state, copies, one);
      if (one.with_next) continue;
      RC_ASSERT((*opened)->write(state.changes()).has_value());
      state.begin();
      RC_ASSERT(state.newest_copy("ann") == (copies.empty() ? BuzzId() : *copies.rbegin()));
      const BuzzId from(*rc::gen::inRange<std::uint64_t>(1, kIds + 1));
      const auto most = *rc::gen::inRange<std::size_t>(1, kIds);
      RC_ASSERT(page(state, from, most) == page(copies, from, most));
      RC_ASSERT(page(state, kEnd, most) == page(copies, kEnd, most));
    }
  }));
}

TEST(RecentCopiesTest, SevenAreKeptAndWhetherThereAreMore) {
  RecentCopies copies;
  for (std::uint64_t id = 1; id <= RecentCopies::kMost; ++id) copies.put(BuzzId(id));
  EXPECT_TRUE(copies.all());
  copies.put(BuzzId(100));
  EXPECT_FALSE(copies.all());
  EXPECT_EQ(copies.end() - copies.begin(), RecentCopies::kMost);
  EXPECT_EQ(*copies.begin(), BuzzId(100));
  EXPECT_EQ(*(copies.end() - 1), BuzzId(2));
}

TEST(RecentCopiesTest, WhatIsOlderThanThoseKeptIsNotTakenForTheNext) {
  RecentCopies copies;
  for (std::uint64_t id = 11; id <= 11 + RecentCopies::kMost; ++id) copies.put(BuzzId(id));
  copies.erase(BuzzId(15));
  copies.put(BuzzId(3));  // 11 stands between
  EXPECT_EQ(*(copies.end() - 1), BuzzId(12));
}

TEST(RecentCopiesTest, NothingIsKnownOnceAllThatWereKeptAreGone) {
  RecentCopies copies;
  for (std::uint64_t id = 1; id <= RecentCopies::kMost + 1; ++id) copies.put(BuzzId(id));
  for (std::uint64_t id = 2; id <= RecentCopies::kMost + 1; ++id) {
    EXPECT_TRUE(copies.knows_newest());
    copies.erase(BuzzId(id));
  }
  EXPECT_FALSE(copies.knows_newest());
}

}  // namespace
}  // namespace buzzer::shard
