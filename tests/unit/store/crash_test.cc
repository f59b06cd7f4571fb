// What every store keeps through crashes: at least what was synced, whole batches only, and no later without an
// earlier.
#include <string>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/store/history.h"
#include "tests/unit/store/store_under_test.h"

namespace buzzer::store {
namespace {

class CrashTest : public StoreTest {};
FOR_ALL_STORES(CrashTest);

class CrashSurvivalTest : public testing::TestWithParam<std::tuple<StoreKind, Survival>> {
 protected:
  // Several lives of one store, each ended by a crash.
  void live_and_crash(std::uint64_t seed, int batches, std::size_t most_value_bytes) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto& [kind, survival] = GetParam();
    const auto disk = kind.make();
    base::SeededRandom random(seed);
    History history(seed, most_value_bytes);
    for (int life = 0; life < 4; ++life) {
      auto store = disk->opened();
      ASSERT_TRUE(store);
      ASSERT_TRUE(history.recovered(*store));
      ASSERT_TRUE(history.run(*store, batches));
      disk->crash(std::move(store), survival, random);
    }
    const auto store = disk->opened();
    ASSERT_TRUE(store);
    EXPECT_TRUE(history.recovered(*store));
  }
};
std::string name_with_survival(const testing::TestParamInfo<std::tuple<StoreKind, Survival>>& info) {
  const auto& [kind, survival] = info.param;
  constexpr const char* kNames[] = {"all", "none", "torn", "reordered"};
  return kind.name + "_" + kNames[static_cast<int>(survival)];
}
INSTANTIATE_TEST_SUITE_P(Stores, CrashSurvivalTest,
                         testing::Combine(testing::ValuesIn(all_stores()), testing::ValuesIn(kSurvivals)),
                         name_with_survival);

TEST_P(CrashSurvivalTest, SyncedBatchesSurviveAndOthersDoSoInOrder) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) live_and_crash(seed, 20, 200);
}

// Logs are switched, and tables written and merged, while the batches are written.
TEST_P(CrashSurvivalTest, LikewiseWithMuchData) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) live_and_crash(seed, 150, 4000);
}

// Shows that the tests above can fail: the disk does lose what was not synced.
TEST_P(CrashTest, UnsyncedBatchesAreGoneWhenNothingSurvives) {
  History history(1);
  auto store = disk_->opened();
  ASSERT_TRUE(store->write(history.next()));
  ASSERT_TRUE(store->sync());
  history.all_synced();
  ASSERT_TRUE(store->write(history.next()));
  ASSERT_TRUE(store->write(history.next()));
  disk_->crash(std::move(store), Survival::kNone, random_);
  store = disk_->opened();
  ASSERT_TRUE(history.recovered(*store));
  EXPECT_EQ(history.batches(), 1U);
}

TEST_P(CrashTest, WhatAnOpenedStoreShowsIsDurable) {
  History history(1);
  auto store = disk_->opened();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store->write(history.next()));
  store.reset();  // an orderly end: all five are there, none of them synced
  store = disk_->opened();
  ASSERT_TRUE(history.recovered(*store));
  ASSERT_EQ(history.batches(), 5U);
  disk_->crash(std::move(store), Survival::kNone, random_);
  store = disk_->opened();
  ASSERT_TRUE(store);
  EXPECT_TRUE(history.recovered(*store));
}

TEST_P(CrashTest, ACrashRightAfterCreationLeavesAStore) {
  for (const Survival survival : kSurvivals) {
    const auto disk = GetParam().make();
    disk->crash(disk->opened(), survival, random_);
    EXPECT_TRUE(disk->opened());
  }
}

}  // namespace
}  // namespace buzzer::store
