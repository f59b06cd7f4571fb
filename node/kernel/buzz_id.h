// The number of a buzz: (ms since 2026-01-01 UTC) << 12 | shard << 6 | n. Below 2^53, so that it fits a JavaScript
// number; unique in the grid; larger for a later buzz of the same shard. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/ids.h"

namespace buzzer::kernel {

inline constexpr std::int64_t kIdEpochMs = 1'767'225'600'000;  // 2026-01-01 00:00 UTC
inline constexpr int kShardBits = 6;
inline constexpr int kCountBits = 6;

using base::BuzzId;
using base::ShardId;

static_assert(base::kShardCount == 1U << kShardBits);

// The id's millisecond, since 1970-01-01 UTC. It may be ahead of when the buzz was posted.
[[nodiscard]] constexpr std::int64_t id_ms(BuzzId id) {
  return kIdEpochMs + static_cast<std::int64_t>(id.value() >> (kShardBits + kCountBits));
}

// The home shard of its author.
[[nodiscard]] constexpr ShardId id_shard(BuzzId id) {
  return ShardId(static_cast<std::uint8_t>((id.value() >> kCountBits) % base::kShardCount));
}

// The first id of a millisecond in a shard.
[[nodiscard]] constexpr BuzzId first_id(std::int64_t ms, ShardId shard) {
  const std::int64_t since = std::max<std::int64_t>(ms - kIdEpochMs, 0);
  return BuzzId(static_cast<std::uint64_t>(since) << (kShardBits + kCountBits) |
                static_cast<std::uint64_t>(shard.value()) << kCountBits);
}

// The next id of a shard: of the present millisecond, but past the last one given (a full millisecond borrows from the
// next, nobody waits) and at least one millisecond past any id that the command names.
[[nodiscard]] constexpr BuzzId next_id(std::int64_t now_ms, ShardId shard, BuzzId last, BuzzId named = BuzzId()) {
  BuzzId next = first_id(now_ms, shard);
  if (last != BuzzId()) {
    constexpr std::uint64_t kLastCount = (1U << kCountBits) - 1;
    const bool full = (last.value() & kLastCount) == kLastCount;
    next = std::max(next, full ? first_id(id_ms(last) + 1, shard) : BuzzId(last.value() + 1));
  }
  if (named != BuzzId()) next = std::max(next, first_id(id_ms(named) + 1, shard));
  return next;
}

}  // namespace buzzer::kernel
