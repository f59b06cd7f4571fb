#include "node/shard/overlay.h"

#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "node/store/memory_store.h"

namespace buzzer::shard {
namespace {

using Table = std::map<std::string, std::string>;
using Entries = std::vector<std::pair<std::string, std::string>>;

struct Change {
  int key = 0;    // of a few, so that layers meet
  int value = 0;  // 0: erased, -1: so are those after it
  bool below = false;
};

constexpr int kKeys = 8;
constexpr int kErasedTogether = 3;

std::string key_of(int number) { return "\x05k" + std::string(1, static_cast<char>('a' + number)); }

std::unique_ptr<store::Store> open_store(store::MemoryDisk& disk) {
  auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
  EXPECT_TRUE(opened) << opened.error().message;
  return std::move(*opened);
}

Entries expected_in(const Table& table, const std::string& begin, const std::string& end, store::Direction direction) {
  Entries entries;
  for (const auto& [key, value] : table) {
    if (key >= begin && (end.empty() || key < end)) entries.emplace_back(key, value);
  }
  if (direction == store::Direction::kBackward) std::reverse(entries.begin(), entries.end());
  return entries;
}

// Whatever lies in which layer, reading gives what the layers together say.
TEST(OverlayPropertyTest, ReadsAsOneTableWhateverLiesWhere) {
  EXPECT_TRUE(rc::check("layers", [] {
    const auto changes = *rc::gen::container<std::vector<Change>>(
        rc::gen::construct<Change>(rc::gen::inRange(0, kKeys), rc::gen::inRange(-1, 4), rc::gen::arbitrary<bool>()));
    const std::string begin = key_of(*rc::gen::inRange(0, kKeys));
    const std::string end = *rc::gen::arbitrary<bool>() ? std::string("\x06") : key_of(*rc::gen::inRange(0, kKeys));
    store::MemoryDisk disk;
    const auto below = open_store(disk);
    Overlay overlay;
    Table table;
    std::uint64_t sequence = 0;
    for (const bool in_store : {true, false}) {  // what is below was there first
      for (const Change& change : changes) {
        if (change.below != in_store) continue;
        store::Batch batch;
        if (change.value < 0) {
          const std::string beyond = key_of(change.key + kErasedTogether);
          batch.erase_range(key_of(change.key), beyond);
          table.erase(table.lower_bound(key_of(change.key)), table.lower_bound(beyond));
        } else if (change.value == 0) {
          batch.erase(key_of(change.key));
          table.erase(key_of(change.key));
        } else {
          batch.put(key_of(change.key), std::to_string(change.value));
          table[key_of(change.key)] = std::to_string(change.value);
        }
        if (in_store) {
          RC_ASSERT(below->write(batch).has_value());
        } else {
          overlay.add(batch, ++sequence);
        }
      }
    }
    for (int key = 0; key < kKeys; ++key) {
      std::string value;
      const auto there = overlay.get(*below, key_of(key), value);
      RC_ASSERT(there.has_value());
      RC_ASSERT(*there == (table.count(key_of(key)) > 0));
      if (*there) RC_ASSERT(value == table[key_of(key)]);
    }
    for (const auto direction : {store::Direction::kForward, store::Direction::kBackward}) {
      Entries found;
      RC_ASSERT(overlay
                    .for_each(*below, {begin, end}, direction,
                              [&](std::string_view key, std::string_view value) {
                                found.emplace_back(key, value);
                                return true;
                              })
                    .has_value());
      RC_ASSERT(found == expected_in(table, begin, end, direction));
    }
  }));
}

TEST(OverlayTest, SettledBatchesAreReadFromBelowAndLaterOnesStay) {
  store::MemoryDisk disk;
  const auto below = open_store(disk);
  Overlay overlay;
  store::Batch first;
  first.put(key_of(0), "first");
  first.put(key_of(1), "first");
  overlay.add(first, 1);
  store::Batch second;
  second.put(key_of(1), "second");
  overlay.add(second, 2);
  overlay.settle(1);
  std::string value;
  EXPECT_FALSE(*overlay.get(*below, key_of(0), value)) << "nobody wrote it below";
  ASSERT_TRUE(*overlay.get(*below, key_of(1), value));
  EXPECT_EQ(value, "second");
  overlay.settle(2);
  EXPECT_TRUE(overlay.empty());
}

TEST(OverlayTest, KeyThatABatchNamesTwiceSettlesOnce) {
  Overlay overlay;
  store::Batch twice;
  twice.put("key", "a");
  twice.erase("key");
  twice.put("key", "b");
  overlay.add(twice, 1);
  overlay.add(twice, 2);
  overlay.settle(1);
  EXPECT_FALSE(overlay.empty());
  overlay.settle(2);
  EXPECT_TRUE(overlay.empty());
}

TEST(OverlayTest, AnErasedRangeHidesWhatIsBelowUntilItIsInTheStoreItself) {
  store::MemoryDisk disk;
  const auto below = open_store(disk);
  store::Batch there;
  for (int key = 0; key < 3; ++key) there.put(key_of(key), "below");
  ASSERT_TRUE(below->write(there));
  Overlay overlay;
  store::Batch erasing;
  erasing.erase_range(key_of(0), key_of(2));
  erasing.put(key_of(1), "after");
  overlay.add(erasing, 1);
  std::string value;
  EXPECT_FALSE(*overlay.get(*below, key_of(0), value));
  ASSERT_TRUE(*overlay.get(*below, key_of(1), value));
  EXPECT_EQ(value, "after");
  EXPECT_TRUE(*overlay.get(*below, key_of(2), value)) << "the end of a range is not in it";
  ASSERT_TRUE(below->write(erasing));
  overlay.settle(1);
  EXPECT_TRUE(overlay.empty());
  EXPECT_FALSE(*overlay.get(*below, key_of(0), value));
}

TEST(OverlayTest, DroppedBatchesWereNever) {
  store::MemoryDisk disk;
  const auto below = open_store(disk);
  Overlay overlay;
  store::Batch there;
  there.put(key_of(1), "below");
  ASSERT_TRUE(below->write(there));
  store::Batch batch;
  batch.put(key_of(0), "refused");
  batch.erase_range(key_of(1), key_of(2));
  overlay.add(batch, 1);
  overlay.drop();
  std::string value;
  EXPECT_FALSE(*overlay.get(*below, key_of(0), value));
  EXPECT_TRUE(*overlay.get(*below, key_of(1), value));
}

}  // namespace
}  // namespace buzzer::shard
