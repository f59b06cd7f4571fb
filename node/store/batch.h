// Writes that take effect together or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buzzer::store {

// Puts and erasures in the order in which they were added; of several for one key the last counts. One thread at a
// time. Keep a batch and clear() it: once it has grown to what is usual, adding to it allocates nothing.
class Batch {
 public:
  // A key has 1 to 65,535 bytes; a value up to 16 MiB. Both are copied.
  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);

  // All that `other` says, after what is there.
  void append(const Batch& other);

  void clear();

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  // Of keys and values with a few bytes around each: about what it costs in a log.
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

  // Calls put(key, value) and erase(key) on `visitor`, in order.
  template <class Visitor>
  void for_each(Visitor&& visitor) const {
    std::string_view rest = bytes_;
    while (!rest.empty()) {
      const Operation next = take(rest);
      if (next.erases) {
        visitor.erase(next.key);
      } else {
        visitor.put(next.key, next.value);
      }
    }
  }

 private:
  struct Operation {
    bool erases;
    std::string_view key;
    std::string_view value;
  };

  void append(std::uint32_t value_size, std::string_view key);
  [[nodiscard]] static Operation take(std::string_view& rest);

  std::string bytes_;  // operations: key size (4), value size or kErased (4), key, value
  std::size_t count_ = 0;
};

}  // namespace buzzer::store
