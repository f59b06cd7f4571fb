// What every store does once its disk has failed, or is full. failing_call_test.cc lets every call fail in turn.
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

class DiskFaultTest : public StoreTest {};
FOR_ALL_STORES(DiskFaultTest);

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
