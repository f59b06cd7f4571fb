// The keys of what follows and gossip have made: the second part of the grammar in key_schema.h.
//
// Names are names in lower case; what ends with `_keys` is the beginning that keys have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "node/store/key_schema.h"

namespace buzzer::store {

[[nodiscard]] Key edge_key(ShardId shard, std::string_view follower, std::string_view author);
[[nodiscard]] Key edge_keys(ShardId shard, std::string_view follower);
[[nodiscard]] Key follower_key(ShardId shard, std::string_view author, std::string_view follower);
[[nodiscard]] Key follower_keys(ShardId shard, std::string_view author);
[[nodiscard]] Key interest_key(ShardId shard, std::string_view author);
[[nodiscard]] Key interest_keys(ShardId shard);
[[nodiscard]] Key followed_author_key(ShardId shard, std::string_view author);
[[nodiscard]] Key followed_author_keys(ShardId shard);

[[nodiscard]] Key copy_key(ShardId shard, std::string_view author, BuzzId id);
[[nodiscard]] Key copy_keys(ShardId shard, std::string_view author);
[[nodiscard]] Key copy_keys(ShardId shard);  // of all authors
// `topic` folded, not empty; one with more bytes stands in its keys as a hash, and itself in their values.
inline constexpr std::size_t kMostTagBytes = 64;
[[nodiscard]] Key topic_keys(ShardId shard, std::string_view topic);
[[nodiscard]] Key mention_keys(ShardId shard, std::string_view name);
[[nodiscard]] Key thread_keys(ShardId shard, BuzzId root);

[[nodiscard]] Key arrival_key(ShardId shard, std::uint64_t position);
[[nodiscard]] Key arrival_keys(ShardId shard);
[[nodiscard]] Key row_key(ShardId shard, ShardId to, std::uint64_t number);
[[nodiscard]] Key row_keys(ShardId shard, ShardId to);
[[nodiscard]] Key out_stream_key(ShardId shard, ShardId to);
[[nodiscard]] Key watermark_key(ShardId shard, ShardId from);
[[nodiscard]] Key sweep_key(ShardId shard, std::uint64_t number);
[[nodiscard]] Key sweep_keys(ShardId shard);

struct EdgeNames {
  std::string_view follower;
  std::string_view author;
};
struct CopyPlace {
  std::string_view author;
  BuzzId id;
};

// What such a key says; none if it is no key of that table. Texts point into `key`.
[[nodiscard]] std::optional<EdgeNames> parse_edge_key(std::string_view key);
[[nodiscard]] std::optional<EdgeNames> parse_follower_key(std::string_view key);
[[nodiscard]] std::optional<std::string_view> parse_interest_key(std::string_view key);
[[nodiscard]] std::optional<std::string_view> parse_followed_author_key(std::string_view key);
[[nodiscard]] std::optional<CopyPlace> parse_copy_key(std::string_view key);
// The id that ends a key of the topic index, the mentions or the thread index.
[[nodiscard]] std::optional<BuzzId> parse_index_key(std::string_view key);
[[nodiscard]] std::optional<std::uint64_t> parse_arrival_key(std::string_view key);
[[nodiscard]] std::optional<std::uint64_t> parse_row_key(std::string_view key);
[[nodiscard]] std::optional<std::uint64_t> parse_sweep_key(std::string_view key);

}  // namespace buzzer::store
