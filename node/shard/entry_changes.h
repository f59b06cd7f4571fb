// What one entry has changed so far: a batch, in which the kernel can look up what it has just changed.
//
// Once it has grown to what is usual, a change asks for no memory. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/batch.h"

namespace buzzer::shard {

class EntryChanges {
 public:
  void clear();
  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  // As erase(), for what is not looked up again.
  void erase_unseen(std::string_view key) { batch_.erase(key); }
  void erase_range_unseen(std::string_view begin, std::string_view end) { batch_.erase_range(begin, end); }

  struct Change {
    bool erased = false;
    std::string_view value;  // valid until the next change
  };
  // None if nothing was said of the key.
  [[nodiscard]] std::optional<Change> find(std::string_view key) const;

  [[nodiscard]] bool empty() const { return batch_.empty(); }
  [[nodiscard]] store::Batch& batch() { return batch_; }

 private:
  // Where the last word on a key stands in bytes_: the key, and then the value.
  struct Place {
    std::size_t hash;
    std::size_t key_begin;
    std::size_t value_begin;
    std::size_t end;
    bool erased;
  };

  void say(std::string_view key, std::string_view value, bool erased);
  [[nodiscard]] std::string_view key_of(const Place& place) const;
  // Where the key is, or would be, in slots_.
  [[nodiscard]] std::size_t slot_of(std::size_t hash, std::string_view key) const;
  void grow();

  store::Batch batch_;
  std::string bytes_;
  std::vector<Place> places_;
  // A hash table with open addressing: 0, or one more than the index of a place; its size is a power of two.
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(64);
};

}  // namespace buzzer::shard
