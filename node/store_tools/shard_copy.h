// Bringing whole shards from one store to another, and holding the two against each other afterwards.
#pragma once

#include <cstdint>
#include <functional>

#include "node/store/store.h"

namespace buzzer::store_tools {

// What a shard consists of. Equal entries give an equal checksum: XXH3 (64 bits) over all keys and values in their
// order, each with its size.
struct ShardContent {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of keys and values
  std::uint64_t checksum = 0;

  friend bool operator==(const ShardContent&, const ShardContent&) = default;
};

// Told now and then of so many more bytes.
using TellBytes = std::function<void(std::uint64_t bytes)>;

// Writes every entry of the shard to `to`, which must have none of it. Durable after the next sync of `to`.
[[nodiscard]] base::Result<ShardContent> copy_shard(const store::Store& from, store::Store& to, base::ShardId shard,
                                                    const TellBytes& progress);

// Reads both, key by key. Fails at the first entry in which they differ, and if one cannot be read.
[[nodiscard]] base::Result<ShardContent> compare_shard(const store::Store& one, const store::Store& other,
                                                       base::ShardId shard, const TellBytes& progress);

}  // namespace buzzer::store_tools
