#include "node/store/key_schema.h"

#include <cstring>

#include "base/check.h"
#include "node/store/key_reader.h"

namespace buzzer::store {
namespace {

constexpr std::uint8_t kNodePrefix = 0xFF;

bool may_stand_in_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

Key& Key::byte(std::uint8_t value) {
  BUZZER_CHECK(size_ < kMostBytes);
  bytes_[size_++] = static_cast<char>(value);
  return *this;
}

Key& Key::number(std::uint64_t value) {
  const auto digits = encode_number(value);
  return text({digits.data(), digits.size()});
}

Key& Key::name(std::string_view value) {
  BUZZER_CHECK(!value.empty() && value.size() <= kMostNameBytes);
  for (const char c : value) BUZZER_CHECK(may_stand_in_name(c));
  return text(value).byte(0);
}

Key& Key::text(std::string_view value) {
  BUZZER_CHECK(value.size() <= kMostBytes - size_);
  if (!value.empty()) std::memcpy(bytes_.data() + size_, value.data(), value.size());
  size_ += value.size();
  return *this;
}

Key Key::after_all_beginning_so() const {
  Key next = *this;
  while (next.size_ > 0 && next.bytes_[next.size_ - 1] == '\xFF') --next.size_;
  if (next.size_ > 0) ++next.bytes_[next.size_ - 1];
  return next;
}

std::array<char, 8> encode_number(std::uint64_t value) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (56 - 8 * i));
  return bytes;
}

std::optional<std::uint64_t> decode_number(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

Key table_keys(ShardId shard, char letter) { return shard_keys(shard).letter(letter); }

Key node_key(NodeField field) { return Key().byte(kNodePrefix).letter(static_cast<char>(field)); }

Key shard_keys(ShardId shard) {
  BUZZER_CHECK(shard.value() < kShardCount);
  return Key().byte(shard.value());
}

Key meta_key(ShardId shard, ShardField field) { return table_keys(shard, 'm').letter(static_cast<char>(field)); }

Key account_key(ShardId shard, std::string_view name) { return table_keys(shard, 'a').name(name); }

Key accounts_beginning(ShardId shard, std::string_view prefix) {
  for (const char c : prefix) BUZZER_CHECK(may_stand_in_name(c));
  return table_keys(shard, 'a').text(prefix);
}

Key credential_key(ShardId shard, std::string_view name) { return table_keys(shard, 'p').name(name); }

Key session_key(ShardId shard, std::string_view name, std::string_view token_hash) {
  BUZZER_CHECK(token_hash.size() == kTokenHashBytes);
  return session_keys(shard, name).text(token_hash);
}

Key session_keys(ShardId shard, std::string_view name) { return table_keys(shard, 's').name(name); }

Key buzz_key(ShardId shard, BuzzId id) { return table_keys(shard, 'b').number(id.value()); }

Key author_feed_key(ShardId shard, std::string_view author, std::uint64_t posted, BuzzId id) {
  return author_feed_keys(shard, author).number(posted).number(id.value());
}

Key author_feed_keys(ShardId shard, std::string_view author) { return table_keys(shard, 'f').name(author); }

Key command_key(ShardId shard, std::string_view account, std::string_view client_key) {
  BUZZER_CHECK(!client_key.empty() && client_key.size() <= kMostClientKeyBytes);
  return table_keys(shard, 'k').name(account).text(client_key);
}

Key command_age_key(ShardId shard, std::uint64_t made, std::string_view account, std::string_view client_key) {
  BUZZER_CHECK(!client_key.empty() && client_key.size() <= kMostClientKeyBytes);
  return command_age_keys(shard).number(made).name(account).text(client_key);
}

Key command_age_keys(ShardId shard) { return table_keys(shard, 'x'); }

std::optional<std::string_view> parse_session_key(std::string_view key) {
  KeyReader reader(key, 's');
  (void)reader.name();
  const std::string_view token_hash = reader.rest();
  if (!reader.ok() || token_hash.size() != kTokenHashBytes) return std::nullopt;
  return token_hash;
}

std::optional<AuthorFeedPlace> parse_author_feed_key(std::string_view key) {
  KeyReader reader(key, 'f');
  AuthorFeedPlace place{};
  place.author = reader.name();
  place.posted = reader.number();
  place.id = BuzzId(reader.number());
  if (!reader.ok()) return std::nullopt;
  return place;
}

std::optional<CommandAge> parse_command_age_key(std::string_view key) {
  KeyReader reader(key, 'x');
  CommandAge age{};
  age.made = reader.number();
  age.account = reader.name();
  age.client_key = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return age;
}

}  // namespace buzzer::store
