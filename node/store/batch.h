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
  // All keys that are there by then, from `begin` up to, but without, `end`; both are sizes of keys, and `begin` comes
  // first. One operation, however many they are. But each makes reads near it a little slower until the store has
  // merged it away: so for what may be many keys, and seldom.
  void erase_range(std::string_view begin, std::string_view end);

  // All that `other` says, after what is there.
  void append(const Batch& other);

  void clear();

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  // Of keys and values with a few bytes around each: about what it costs in a log.
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

  // Calls put(key, value), erase(key) and erase_range(begin, end) on `visitor`, in order.
  template <class Visitor>
  void for_each(Visitor&& visitor) const {
    std::string_view rest = bytes_;
    while (!rest.empty()) {
      const Operation next = take(rest);
      switch (next.kind) {
        case Kind::kPut:
          visitor.put(next.key, next.value);
          break;
        case Kind::kErase:
          visitor.erase(next.key);
          break;
        case Kind::kEraseRange:
          visitor.erase_range(next.key, next.value);
          break;
      }
    }
  }

 private:
  enum class Kind { kPut, kErase, kEraseRange };
  struct Operation {
    Kind kind;
    std::string_view key;
    std::string_view value;  // of a range its end
  };

  void append(Kind kind, std::string_view key, std::string_view value);
  [[nodiscard]] static Operation take(std::string_view& rest);

  std::string bytes_;  // operations: key size (4), kind (2 bits) and value size (30), key, value
  std::size_t count_ = 0;
};

}  // namespace buzzer::store
