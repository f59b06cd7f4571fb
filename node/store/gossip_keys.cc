#include "node/store/gossip_keys.h"

#include <xxhash.h>

#include "base/check.h"
#include "node/store/key_reader.h"

namespace buzzer::store {
namespace {

constexpr std::uint8_t kHashed = 0x01;

Key& add_tag(Key& key, std::string_view topic) {
  BUZZER_CHECK(!topic.empty());
  if (topic.size() > kMostTagBytes) return key.byte(kHashed).number(XXH64(topic.data(), topic.size(), 0));
  BUZZER_CHECK(static_cast<std::uint8_t>(topic.front()) > kHashed && topic.find('\0') == std::string_view::npos);
  return key.text(topic).byte(0);
}

Key& add_shard(Key& key, ShardId shard) {
  BUZZER_CHECK(shard.value() < kShardCount);
  return key.byte(shard.value());
}

std::optional<std::string_view> parse_author(std::string_view key, char letter) {
  KeyReader reader(key, letter);
  const std::string_view author = reader.name();
  if (!reader.ok()) return std::nullopt;
  return author;
}

std::optional<std::uint64_t> parse_number(std::string_view key, char letter) {
  KeyReader reader(key, letter);
  const std::uint64_t number = reader.number();
  if (!reader.ok()) return std::nullopt;
  return number;
}

}  // namespace

Key edge_key(ShardId shard, std::string_view follower, std::string_view author) {
  return edge_keys(shard, follower).name(author);
}
Key edge_keys(ShardId shard, std::string_view follower) { return table_keys(shard, 'g').name(follower); }

Key follower_key(ShardId shard, std::string_view author, std::string_view follower) {
  return follower_keys(shard, author).name(follower);
}
Key follower_keys(ShardId shard, std::string_view author) { return table_keys(shard, 'h').name(author); }

Key interest_key(ShardId shard, std::string_view author) { return interest_keys(shard).name(author); }
Key interest_keys(ShardId shard) { return table_keys(shard, 'i'); }

Key followed_author_key(ShardId shard, std::string_view author) { return followed_author_keys(shard).name(author); }
Key followed_author_keys(ShardId shard) { return table_keys(shard, 'j'); }

Key copy_key(ShardId shard, std::string_view author, BuzzId id) { return copy_keys(shard, author).number(id.value()); }
Key copy_keys(ShardId shard, std::string_view author) { return copy_keys(shard).name(author); }
Key copy_keys(ShardId shard) { return table_keys(shard, 'c'); }

Key topic_keys(ShardId shard, std::string_view topic) {
  Key key = table_keys(shard, 't');
  return add_tag(key, topic);
}
Key mention_keys(ShardId shard, std::string_view name) { return table_keys(shard, 'n').name(name); }
Key thread_keys(ShardId shard, BuzzId root) { return table_keys(shard, 'd').number(root.value()); }

Key arrival_key(ShardId shard, std::uint64_t position) { return arrival_keys(shard).number(position); }
Key arrival_keys(ShardId shard) { return table_keys(shard, 'l'); }

Key row_key(ShardId shard, ShardId to, std::uint64_t number) { return row_keys(shard, to).number(number); }
Key row_keys(ShardId shard, ShardId to) {
  Key key = table_keys(shard, 'o');
  return add_shard(key, to);
}
Key out_stream_key(ShardId shard, ShardId to) {
  Key key = table_keys(shard, 'q');
  return add_shard(key, to);
}
Key watermark_key(ShardId shard, ShardId from) {
  Key key = table_keys(shard, 'w');
  return add_shard(key, from);
}

Key sweep_key(ShardId shard, std::uint64_t number) { return sweep_keys(shard).number(number); }
Key sweep_keys(ShardId shard) { return table_keys(shard, 'z'); }

std::optional<EdgeNames> parse_edge_key(std::string_view key) {
  KeyReader reader(key, 'g');
  EdgeNames names;
  names.follower = reader.name();
  names.author = reader.name();
  if (!reader.ok()) return std::nullopt;
  return names;
}

std::optional<EdgeNames> parse_follower_key(std::string_view key) {
  KeyReader reader(key, 'h');
  EdgeNames names;
  names.author = reader.name();
  names.follower = reader.name();
  if (!reader.ok()) return std::nullopt;
  return names;
}

std::optional<std::string_view> parse_interest_key(std::string_view key) { return parse_author(key, 'i'); }
std::optional<std::string_view> parse_followed_author_key(std::string_view key) { return parse_author(key, 'j'); }

std::optional<CopyPlace> parse_copy_key(std::string_view key) {
  KeyReader reader(key, 'c');
  CopyPlace place;
  place.author = reader.name();
  place.id = BuzzId(reader.number());
  if (!reader.ok()) return std::nullopt;
  return place;
}

std::optional<BuzzId> parse_index_key(std::string_view key) {
  const char letter = key.size() < 2 ? '\0' : key[1];
  if (letter != 't' && letter != 'n' && letter != 'd') return std::nullopt;
  KeyReader reader(key, letter);
  if (letter == 't') {
    (void)reader.tag();
  } else if (letter == 'n') {
    (void)reader.name();
  } else {
    (void)reader.number();
  }
  const BuzzId id(reader.number());
  if (!reader.ok()) return std::nullopt;
  return id;
}

std::optional<std::uint64_t> parse_arrival_key(std::string_view key) { return parse_number(key, 'l'); }

std::optional<std::uint64_t> parse_row_key(std::string_view key) {
  KeyReader reader(key, 'o');
  (void)reader.byte();
  const std::uint64_t number = reader.number();
  if (!reader.ok()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_sweep_key(std::string_view key) { return parse_number(key, 'z'); }

}  // namespace buzzer::store
