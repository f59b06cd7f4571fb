// Ids are types of their own, so that a node's number is never taken for a port or a count.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace buzzer::base {

// A number that means one thing. Tag only tells one kind of id from another.
template <class Tag, class Value>
class StrongId {
 public:
  constexpr StrongId() = default;
  explicit constexpr StrongId(Value value) : value_(value) {}
  [[nodiscard]] constexpr Value value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Value value_{};
};

// physID: the number of a node in its grid, 0 .. grid size - 1.
using NodeId = StrongId<struct NodeIdTag, std::uint32_t>;

// Random, new with each start of a node's process.
using BootId = StrongId<struct BootIdTag, std::uint64_t>;

// Counts the connections that a node has dialled to one peer since it started; a later one has a larger number.
using LinkNumber = StrongId<struct LinkNumberTag, std::uint64_t>;

// One of the slices of all users and topics, 0 .. kShardCount - 1.
using ShardId = StrongId<struct ShardIdTag, std::uint8_t>;
inline constexpr std::uint32_t kShardCount = 64;

// Of a buzz: (ms since 2026-01-01 UTC) << 12 | shard << 6 | n (node/kernel/buzz_id.h); below 2^53.
using BuzzId = StrongId<struct BuzzIdTag, std::uint64_t>;

// The most nodes a grid can have: as many as there are shards.
inline constexpr std::uint32_t kMaxGridSize = kShardCount;

}  // namespace buzzer::base

template <class Tag, class Value>
struct std::hash<buzzer::base::StrongId<Tag, Value>> {
  std::size_t operator()(buzzer::base::StrongId<Tag, Value> id) const noexcept {
    return std::hash<Value>{}(id.value());
  }
};
