// What every store does while nothing goes wrong.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/store/history.h"
#include "tests/unit/store/store_under_test.h"

namespace buzzer::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class ConformanceTest : public StoreTest {
 protected:
  Sequence write(const Batch& batch) {
    const auto written = store_->write(batch);
    EXPECT_TRUE(written) << written.error().message;
    return written.value_or(Sequence());
  }
  Sequence put(std::string_view key, std::string_view value) {
    Batch batch;
    batch.put(key, value);
    return write(batch);
  }
  Sequence sync() {
    const auto synced = store_->sync();
    EXPECT_TRUE(synced) << synced.error().message;
    return synced.value_or(Sequence());
  }
  // "missing" for a key that is not there.
  std::string get(std::string_view key) {
    std::string value = "what was there before";
    const auto found = store_->get(key, value);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(false) ? value : "missing";
  }
  Pairs scan(const Range& range, Direction direction) {
    Pairs pairs;
    const auto done = for_each_entry(*store_, range, direction, [&](std::string_view key, std::string_view value) {
      pairs.emplace_back(key, value);
      return true;
    });
    EXPECT_TRUE(done);
    return pairs;
  }

  std::unique_ptr<Store> store_ = disk_->opened();
};
FOR_ALL_STORES(ConformanceTest);

TEST_P(ConformanceTest, WhatWasWrittenIsReadAtOnce) {
  put("\x01key", "value");
  EXPECT_EQ(get("\x01key"), "value");
}

TEST_P(ConformanceTest, WhatWasNotWrittenIsMissing) {
  put("\x01key", "value");
  EXPECT_EQ(get("\x01ke"), "missing");
  EXPECT_EQ(get("\x01key2"), "missing");
}

TEST_P(ConformanceTest, ErasingMakesItMissing) {
  put("\x01key", "value");
  Batch batch;
  batch.erase("\x01key");
  batch.erase("\x01never there");
  write(batch);
  EXPECT_EQ(get("\x01key"), "missing");
}

TEST_P(ConformanceTest, OfABatchTheLastOperationOnAKeyCounts) {
  Batch batch;
  batch.put("\x01kept", "first");
  batch.erase("\x01kept");
  batch.put("\x01kept", "second");
  batch.put("\x01gone", "value");
  batch.erase("\x01gone");
  write(batch);
  EXPECT_EQ(get("\x01kept"), "second");
  EXPECT_EQ(get("\x01gone"), "missing");
}

TEST_P(ConformanceTest, AnErasedRangeHoldsItsBeginAndNotItsEnd) {
  for (const char* key : {"\x01k1", "\x01k2", "\x01k25", "\x01k3"}) put(key, "value");
  Batch batch;
  batch.erase_range("\x01k2", "\x01k3");
  write(batch);
  EXPECT_THAT(scan({"\x01", "\x02"}, Direction::kForward),
              ElementsAre(std::pair("\x01k1", "value"), std::pair("\x01k3", "value")));
  EXPECT_THAT(scan({"\x01", "\x02"}, Direction::kBackward),
              ElementsAre(std::pair("\x01k3", "value"), std::pair("\x01k1", "value")));
  EXPECT_EQ(get("\x01k25"), "missing");
}

// Rows of a stream that begins anew have numbers that the erased ones had.
TEST_P(ConformanceTest, WhatIsPutAfterARangeWasErasedIsThere) {
  put("\x01k2", "former");
  Batch batch;
  batch.put("\x01k1", "before it in the batch");
  batch.erase_range("\x01k1", "\x01k3");
  batch.put("\x01k2", "anew");
  write(batch);
  EXPECT_THAT(scan({"\x01", "\x02"}, Direction::kForward), ElementsAre(std::pair("\x01k2", "anew")));
  sync();
  store_.reset();
  store_ = disk_->opened();
  ASSERT_TRUE(store_);
  EXPECT_EQ(get("\x01k1"), "missing");
  EXPECT_EQ(get("\x01k2"), "anew");
}

TEST_P(ConformanceTest, AVastRangeIsOneOperation) {
  Batch rows;
  for (int i = 0; i < 20'000; ++i) rows.put("\x01" + std::to_string(i), "value");
  write(rows);
  Batch batch;
  batch.erase_range("\x01", "\x02");
  EXPECT_EQ(batch.count(), 1U);
  EXPECT_LT(batch.bytes(), 100U);
  write(batch);
  EXPECT_THAT(scan({"\x01", "\x02"}, Direction::kForward), IsEmpty());
  EXPECT_EQ(get("\x01"
                "777"),
            "missing");
}

TEST_P(ConformanceTest, KeysAndValuesMayHoldAnyBytes) {
  const std::string key("\x01\0\xFF key", 7);
  const std::string value("\0\xFF\n", 3);
  put(key, value);
  put("\x01 empty", "");
  EXPECT_EQ(get(key), value);
  EXPECT_EQ(get("\x01 empty"), "");
}

TEST_P(ConformanceTest, LargeValuesAreKept) {
  const std::string value(1UL << 20, 'x');
  put("\x01large", value);
  EXPECT_EQ(get("\x01large"), value);
}

TEST_P(ConformanceTest, AnEmptyBatchWritesNothing) {
  const Sequence before = put("\x01key", "value");
  EXPECT_EQ(write(Batch()), before);
}

TEST_P(ConformanceTest, BytesAreOrderedWithoutSign) {
  put("\x01\x7F", "1");
  put("\x01\x80", "2");
  put("\x01", "0");
  EXPECT_THAT(scan({"\x01", "\x02"}, Direction::kForward),
              ElementsAre(std::pair("\x01", "0"), std::pair("\x01\x7F", "1"), std::pair("\x01\x80", "2")));
}

TEST_P(ConformanceTest, ScansHoldTheirBoundsBothWays) {
  for (const char* key : {"\x01"
                          "b",
                          "\x01"
                          "bb",
                          "\x01"
                          "c",
                          "\x01"
                          "d"}) {
    put(key, "v");
  }
  const Range range{
      "\x01"
      "bb",
      "\x01"
      "d"};
  const Pairs forward = scan(range, Direction::kForward);
  EXPECT_EQ(forward, (Pairs{{"\x01"
                             "bb",
                             "v"},
                            {"\x01"
                             "c",
                             "v"}}));
  EXPECT_EQ(scan(range, Direction::kBackward), Pairs(forward.rbegin(), forward.rend()));
}

TEST_P(ConformanceTest, AnEmptyRangeHoldsNothing) {
  put("\x01key", "value");
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    EXPECT_THAT(scan({"\x01key", "\x01key"}, direction), IsEmpty());
    EXPECT_THAT(scan({"\x01l", "\x01k"}, direction), IsEmpty());
    EXPECT_THAT(scan({"\x01l", "\x01m"}, direction), IsEmpty());
  }
}

TEST_P(ConformanceTest, AScanThatIsLeftEarlyIsNoError) {
  put("\x01key", "value");
  put("\x01key2", "value");
  int seen = 0;
  EXPECT_TRUE(for_each_entry(*store_, {}, Direction::kForward, [&](auto, auto) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
}

TEST_P(ConformanceTest, RandomScansAgreeWithAModel) {
  History history(7);
  ASSERT_TRUE(history.run(*store_, 300));
  const auto model = read_all(*store_);
  ASSERT_TRUE(model);
  ASSERT_GT(model->size(), 20U);
  ASSERT_TRUE(history.recovered(*store_));
  for (int i = 0; i < 200; ++i) {
    const std::string begin = "\x06" + std::to_string(random_.next() % 40);
    const std::string end = "\x06" + std::to_string(random_.next() % 40);
    Pairs expected;
    if (begin < end) expected.assign(model->lower_bound(begin), model->lower_bound(end));
    ASSERT_EQ(scan({begin, end}, Direction::kForward), expected);
    ASSERT_EQ(scan({begin, end}, Direction::kBackward), Pairs(expected.rbegin(), expected.rend()));
  }
}

TEST_P(ConformanceTest, SequencesGrowWithEachWrite) {
  Sequence last = put("\x01key", "value");
  for (int i = 0; i < 10; ++i) {
    const Sequence next = put("\x01key", "value");
    EXPECT_GT(next, last);
    last = next;
  }
}

TEST_P(ConformanceTest, ASyncCoversWhatWasWrittenBeforeIt) {
  const Sequence written = put("\x01key", "value");
  EXPECT_GE(sync(), written);
}

// A reader waits for last_sequence(); if the store's own entries raised it beyond what a sync covers, it would wait for
// good.
TEST_P(ConformanceTest, OneSyncCoversAllThatAReaderCouldHaveSeen) {
  for (int i = 0; i < 3; ++i) {
    put("\x01key", "value");
    EXPECT_GE(sync(), store_->last_sequence());
    EXPECT_GE(sync(), store_->last_sequence());
  }
}

TEST_P(ConformanceTest, ASyncWithNothingNewCoversTheSame) {
  put("\x01key", "value");
  const Sequence covered = sync();
  EXPECT_EQ(sync(), covered);
  EXPECT_EQ(store_->last_sequence(), covered);
}

TEST_P(ConformanceTest, ANewStoreHasNoEntriesOfShards) {
  const auto entries = read_all(*store_);
  ASSERT_TRUE(entries);
  EXPECT_THAT(*entries, IsEmpty());
}

TEST_P(ConformanceTest, AfterOpeningAgainAllIsThereAndSequencesGoOn) {
  const Sequence written = put("\x01key", "value");
  sync();
  store_.reset();
  store_ = disk_->opened();
  ASSERT_TRUE(store_);
  EXPECT_EQ(get("\x01key"), "value");
  EXPECT_GE(store_->last_sequence(), written);
  EXPECT_GT(put("\x01key", "other"), written);
}

TEST_P(ConformanceTest, AnOrderlyEndLosesNothingEvenUnsynced) {
  put("\x01key", "value");
  store_.reset();
  store_ = disk_->opened();
  ASSERT_TRUE(store_);
  EXPECT_EQ(get("\x01key"), "value");
}

}  // namespace
}  // namespace buzzer::store
