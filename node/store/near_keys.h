// Where in memory the next key of a kind goes: near the last one. Internal to the folder: includes RocksDB.
//
// Most of what a write costs is finding its keys' places in memory. With this RocksDB begins at the last place that was
// taken for the same table of the same shard; where accounts stand side by side, of the same account; and of what is
// written again and again, the same key.
//
// RocksDB holds erased ranges in a list of their own, but remembers one place for both lists: it would go on in one
// from a place in the other, and break an assertion. So no place is remembered, or looked for, while a batch with a
// range is written; nor while the logs, which may hold such batches, are replayed.
#pragma once

#include <algorithm>
#include <atomic>
#include <string_view>

#include <rocksdb/slice_transform.h>

namespace buzzer::store {

class NearKeys final : public rocksdb::SliceTransform {
 public:
  // They are counted; it begins as paused once, for the opening. Any thread.
  void pause() { ++pauses_; }
  void resume() { --pauses_; }

  [[nodiscard]] const char* Name() const override { return "buzzer.NearKeys"; }
  [[nodiscard]] bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() > 1 && pauses_.load(std::memory_order_relaxed) == 0;
  }
  [[nodiscard]] rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    switch (key[1]) {
      case 'm':
      case 'a':
        return key;
      case 'f':
      case 'k':
        return {key.data(), std::min(key.size(), std::string_view(key.data(), key.size()).find('\0', 2))};
      default:
        return {key.data(), 2};
    }
  }

 private:
  std::atomic<int> pauses_ = 1;
};

}  // namespace buzzer::store
