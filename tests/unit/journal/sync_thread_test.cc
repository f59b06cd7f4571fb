// The sync thread over a real RocksDB store, whose disk a test can make fail.
#include "node/journal/sync_thread.h"

#include <gtest/gtest.h>

#include "base/asio_event_loop.h"
#include "node/store/faulty_file_system.h"
#include "node/store/rocksdb_store.h"
#include "tests/support/run_until.h"
#include "tests/support/temp_folder.h"

namespace buzzer::journal {
namespace {

class SyncThreadTest : public testing::Test {
 protected:
  SyncThreadTest() {
    options_.folder = folder_ / "store";
    options_.identity = {"grid", base::NodeId(0), 1};
  }

  // Makes the thread, or a new one.
  void start() {
    keeper_ = std::make_unique<SyncThread>(loop_, [this] {
      ++openings_;
      return store::open_rocksdb_store(options_);
    });
  }
  // The store; null, and the problem noted, if it is refused.
  store::Store* open() {
    std::optional<store::OpenResult<store::Store*>> result;
    keeper_->open([&](const store::OpenResult<store::Store*>& opened) { result = opened; });
    EXPECT_FALSE(result) << "never from within the call";
    EXPECT_TRUE(tests::run_until(loop_, [&] { return result.has_value(); }));
    if (*result) return **result;
    problem_ = result->error().problem;
    return nullptr;
  }
  static store::Batch batch(const std::string& key) {
    store::Batch made;
    made.put(key, "value of " + key);
    return made;
  }
  static bool has(const store::Store& store, const std::string& key) {
    std::string value;
    return store.get(key, value).value_or(false) && value == "value of " + key;
  }

  tests::TempFolder folder_;
  store::RocksDbStoreOptions options_;
  base::AsioEventLoop loop_;
  std::atomic<int> openings_ = 0;
  std::optional<store::OpenProblem> problem_;
  std::unique_ptr<SyncThread> keeper_;
};

TEST_F(SyncThreadTest, TellsInOrderOnceTheBatchesAreDurable) {
  start();
  store::Store* store = open();
  ASSERT_NE(store, nullptr);
  std::vector<int> told;
  for (int i = 0; i < 100; ++i) {
    keeper_->commit(batch(std::to_string(i)), [&told, i](const base::Result<void>& result) {
      EXPECT_TRUE(result);
      told.push_back(i);
    });
  }
  EXPECT_TRUE(told.empty()) << "never from within the call";
  ASSERT_TRUE(tests::run_until(loop_, [&] { return told.size() == 100; }));
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(has(*store, std::to_string(i)));
}

TEST_F(SyncThreadTest, WhatComesDuringACommitIsInTheNext) {
  start();
  store::Store* store = open();
  ASSERT_NE(store, nullptr);
  int told = 0;
  std::function<void(int)> write_on = [&](int left) {
    keeper_->commit(batch(std::to_string(left)), [&, left](const base::Result<void>& result) {
      EXPECT_TRUE(result);
      ++told;
      if (left > 1) write_on(left - 1);
    });
  };
  write_on(20);
  loop_.post([&] { write_on(20); });
  EXPECT_TRUE(tests::run_until(loop_, [&] { return told == 40; }));
}

TEST_F(SyncThreadTest, StoreThatFailedIsOpenedAgainWithAllThatWasDurable) {
  auto files = std::make_shared<store::FaultyFileSystem>(rocksdb::FileSystem::Default());
  options_.file_system = files;
  start();
  store::Store* store = open();
  ASSERT_NE(store, nullptr);
  bool durable = false;
  keeper_->commit(batch("kept"), [&](const base::Result<void>& result) { durable = result.has_value(); });
  ASSERT_TRUE(tests::run_until(loop_, [&] { return durable; }));

  files->faults().fail_call(1, /*for_good=*/true);
  bool failed = false;
  keeper_->commit(batch("lost"), [&](const base::Result<void>& result) { failed = !result; });
  ASSERT_TRUE(tests::run_until(loop_, [&] { return failed; }));
  EXPECT_TRUE(store->failed());
  EXPECT_EQ(open(), nullptr) << "the disk still fails";
  EXPECT_EQ(problem_, store::OpenProblem::kUnavailable);

  files->faults().heal();
  store = open();
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(has(*store, "kept"));
  keeper_.reset();
}

TEST_F(SyncThreadTest, WhoWaitedForACommitToTheFormerStoreIsNotCalled) {
  start();
  store::Store* store = open();
  ASSERT_NE(store, nullptr);
  bool told = false;
  keeper_->commit(batch("key"), [&](const base::Result<void>&) { told = true; });
  store = open();
  ASSERT_NE(store, nullptr);
  bool synced = false;
  keeper_->commit(batch("another"), [&](const base::Result<void>&) { synced = true; });
  ASSERT_TRUE(tests::run_until(loop_, [&] { return synced; }));
  EXPECT_FALSE(told);
  EXPECT_EQ(openings_, 2);
}

TEST_F(SyncThreadTest, EndsInTheMidstOfWork) {
  for (int round = 0; round < 5; ++round) {
    start();
    store::Store* store = open();
    ASSERT_NE(store, nullptr);
    for (int i = 0; i < 10; ++i) {
      keeper_->commit(batch(std::to_string(i)), [](const base::Result<void>&) {});
    }
    loop_.context().restart();
    loop_.context().poll();
    keeper_.reset();  // the store is closed, so it can be opened again
  }
}

}  // namespace
}  // namespace buzzer::journal
