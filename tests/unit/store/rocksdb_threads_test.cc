// Workers that write and read while the sync thread syncs, as in a node.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "node/store/rocksdb_store.h"
#include "tests/support/temp_folder.h"

namespace buzzer::store {
namespace {

constexpr int kWriters = 3;
constexpr int kBatches = 300;

std::string key_of(int writer, int number) {
  return std::string(1, static_cast<char>(writer)) + "k" + std::to_string(number);
}

TEST(RocksDbThreadsTest, WhatEachWriterWasToldIsDurableIsThereAfterwards) {
  const tests::TempFolder folder;
  RocksDbStoreOptions options;
  options.folder = folder / "store";
  {
    auto opened = open_rocksdb_store(options);
    ASSERT_TRUE(opened) << opened.error().message;
    Store& store = **opened;
    std::atomic<std::uint64_t> covered = 0;
    std::atomic<int> writing = kWriters;
    std::atomic<int> wrong = 0;

    std::vector<std::thread> writers;
    writers.reserve(kWriters);
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        Batch batch;
        std::string value;
        for (int i = 0; i < kBatches; ++i) {
          batch.clear();
          batch.put(key_of(writer, i), "value");
          const auto written = store.write(batch);
          const auto found = store.get(key_of(writer, i), value);
          if (!written || !found || !*found) {
            ++wrong;
            break;
          }
          if (i % 10 != 0) continue;
          while (covered < written->value() && wrong == 0) std::this_thread::yield();
        }
        --writing;
      });
    }
    while (writing > 0) {
      const auto synced = store.sync();
      if (!synced) {
        ++wrong;
        break;
      }
      covered = synced->value();
    }
    for (auto& thread : writers) thread.join();
    ASSERT_EQ(wrong, 0);
  }
  const auto store = open_rocksdb_store(options);
  ASSERT_TRUE(store) << store.error().message;
  std::string value;
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int i = 0; i < kBatches; ++i) EXPECT_EQ((*store)->get(key_of(writer, i), value), true);
  }
}

}  // namespace
}  // namespace buzzer::store
