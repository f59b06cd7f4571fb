// What every store does when its disk fails or is full: an error at every call in turn.
#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/store/history.h"
#include "tests/unit/store/store_under_test.h"

namespace buzzer::store {
namespace {

using testing::HasSubstr;

class DiskFaultTest : public StoreTest {
 protected:
  // The nth call to the disk fails (and with `for_good` all later ones); then the disk is well again, and the store
  // must open and have lost nothing. False once there was no nth call.
  bool fail_call(std::uint64_t nth, bool for_good, Survival survival, int batches_before,
                 std::size_t most_value_bytes = 100) {
    SCOPED_TRACE("call " + std::to_string(nth) + (for_good ? " and all later ones fail" : " fails"));
    const auto disk = GetParam().make();
    History history(nth, most_value_bytes);
    if (batches_before > 0) {
      auto store = disk->opened();
      EXPECT_TRUE(history.run(*store, batches_before));
      disk->crash(std::move(store), Survival::kAll, random_);
    }

    disk->faults().fail_call(nth, for_good);
    auto opened = disk->open({});
    if (opened) {
      EXPECT_EQ(history.recovered(**opened) || disk->faults().fired(), true);
      if (!history.run(**opened, 60)) {
        EXPECT_TRUE((*opened)->failed());
        EXPECT_FALSE((*opened)->sync());
      }
    } else {
      EXPECT_EQ(opened.error().problem, OpenProblem::kUnavailable) << opened.error().message;
    }
    const bool fired = disk->faults().fired();
    disk->faults().heal();
    disk->crash(opened ? *std::move(opened) : nullptr, survival, random_);

    const auto store = disk->opened();
    EXPECT_TRUE(store && history.recovered(*store));
    EXPECT_TRUE(store && history.run(*store, 10));
    return fired;
  }

  void fail_each_call(int batches_before) {
    for (const bool for_good : {false, true}) {
      std::uint64_t nth = 1;
      while (!HasFailure() && fail_call(nth, for_good, Survival::kTorn, batches_before)) ++nth;
      EXPECT_GT(nth, 10U) << "so few calls to the disk?";
    }
  }
};
FOR_ALL_STORES(DiskFaultTest);

TEST_P(DiskFaultTest, AnErrorAtAnyCallOfANewStoreLosesNothing) { fail_each_call(0); }

TEST_P(DiskFaultTest, AnErrorAtAnyCallOfAStoreThatRecoversLosesNothing) { fail_each_call(30); }

// Some calls only, because RocksDB waits for a second when it could not write a table.
TEST_P(DiskFaultTest, LikewiseWhileTablesAreWritten) {
  std::uint64_t nth = 40;
  while (!HasFailure() && nth < 250 && fail_call(nth, true, Survival::kNone, 60, 4000)) nth += 17;
}

TEST_P(DiskFaultTest, AfterAFailureNothingIsServedUntilItIsOpenedAgain) {
  History history(1);
  auto store = disk_->opened();
  ASSERT_TRUE(store->write(history.next()));
  ASSERT_TRUE(store->sync());
  history.all_synced();
  ASSERT_TRUE(store->write(history.next()));
  disk_->faults().fail_call(1, false);
  if (store->sync()) FAIL() << "the sync should have failed";
  disk_->faults().heal();

  EXPECT_TRUE(store->failed());
  std::string value;
  EXPECT_FALSE(store->get("\x05number", value));
  EXPECT_FALSE(read_all(*store));
  EXPECT_FALSE(store->write(history.next()));
  const auto again = store->sync();
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("opened again"));

  disk_->crash(std::move(store), Survival::kNone, random_);
  store = disk_->opened();
  ASSERT_TRUE(store);
  EXPECT_TRUE(history.recovered(*store));
}

TEST_P(DiskFaultTest, ACursorOfAStoreThatFailsEndsWithAnError) {
  History history(1);
  const auto store = disk_->opened();
  ASSERT_TRUE(history.run(*store, 20));
  ASSERT_TRUE(store->write(history.next()));
  const auto cursor = store->scan({}, Direction::kForward);
  ASSERT_TRUE(cursor->valid());
  disk_->faults().fail_call(1, true);
  ASSERT_FALSE(store->sync());
  cursor->next();
  EXPECT_FALSE(cursor->status());
}

TEST_P(DiskFaultTest, AFullDiskLosesNothingAndServiceReturnsWithSpace) {
  for (std::uint64_t free = 0; free < 60'000; free = free * 3 + 500) {
    const auto disk = GetParam().make();
    History history(free, 2000);
    auto store = disk->opened();
    ASSERT_TRUE(history.run(*store, 10));
    disk->faults().set_free_bytes(free);
    ASSERT_FALSE(history.run(*store, 400)) << "the disk should have been full";
    EXPECT_TRUE(store->failed());
    disk->crash(std::move(store), Survival::kAll, random_);

    {
      const auto attempt = disk->open({});
      if (!attempt) {
        EXPECT_EQ(attempt.error().problem, OpenProblem::kUnavailable) << attempt.error().message;
      }
    }
    disk->faults().heal();
    store = disk->opened();
    ASSERT_TRUE(store);
    EXPECT_TRUE(history.recovered(*store));
    EXPECT_TRUE(history.run(*store, 10));
  }
}

}  // namespace
}  // namespace buzzer::store
