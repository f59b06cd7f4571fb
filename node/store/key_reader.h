// Takes a key apart from the front, as the grammar in key_schema.h has it. For the functions that parse keys.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "node/store/key_schema.h"

namespace buzzer::store {

// What does not fit makes ok() false, and what is read from then on is empty.
class KeyReader {
 public:
  KeyReader(std::string_view key, char letter) : rest_(key) {
    ok_ = key.size() >= 2 && static_cast<std::uint8_t>(key[0]) < kShardCount && key[1] == letter;
    if (ok_) rest_.remove_prefix(2);
  }

  std::uint8_t byte() {
    ok_ = ok_ && !rest_.empty();
    if (!ok_) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t number() {
    const auto value = decode_number(rest_.substr(0, 8));
    ok_ = ok_ && value.has_value();
    if (!ok_) return 0;
    rest_.remove_prefix(8);
    return *value;
  }

  std::string_view name() {
    const std::size_t end = rest_.find('\0');
    ok_ = ok_ && end != std::string_view::npos && end > 0;
    if (!ok_) return {};
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return found;
  }

  // Empty if the key has only its hash.
  std::string_view tag() {
    if (!rest_.empty() && rest_.front() == '\x01') {
      rest_.remove_prefix(1);
      number();
      return {};
    }
    return name();
  }

  std::string_view rest() {
    ok_ = ok_ && !rest_.empty();
    return std::exchange(rest_, {});
  }

  [[nodiscard]] bool ok() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = false;
};

}  // namespace buzzer::store
