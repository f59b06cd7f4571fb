// Any key of a shard, taken apart as the grammar in key_schema.h has it: for who looks at all of a store. Stricter than
// the functions that parse the keys of one table, which only ever see what was written here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/store/key_schema.h"

namespace buzzer::store {

// What a key says; what its table has no such field for is empty or 0. Texts point into the key.
struct KeyParts {
  ShardId shard;
  char table = '\0';
  std::string_view name;  // the first name in the key, and
  std::string_view other_name;
  std::uint64_t number = 0;  // likewise
  std::uint64_t other_number = 0;
  ShardId peer;           // the other shard of a stream
  std::string_view tag;   // empty: only its hash is there
  std::string_view tail;  // the client's key, the token's hash, or the letter of a meta field
};

// None if it is no key that this release writes for a shard.
[[nodiscard]] std::optional<KeyParts> take_apart(std::string_view key);

// All tables of a shard, in the order of their letters, which is that of their keys.
[[nodiscard]] std::string_view tables_of_a_shard();
// For people, such as "follow edges".
[[nodiscard]] std::string_view table_title(char table);

// For people, such as "'g' bob ann"; of what is no key of a shard some bytes in hexadecimal digits. Never a token's
// hash. Printable ASCII of at most about 300 characters.
[[nodiscard]] std::string describe_key(std::string_view key);

}  // namespace buzzer::store
