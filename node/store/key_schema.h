// What the keys of a store are. A change here is a new schema version (schema.h).
//
//   key       = shard table fields | 0xFF field     what one shard holds | a fact of the whole node
//   shard     = one byte, 0 .. 63                   so a shard is one range of keys, and 0xFF comes after them all
//   table     = one byte, a letter
//   number    = 8 bytes, big-endian                 so the order of bytes is the order of numbers
//   name      = 1 to 30 of [a-z0-9_], then 0x00     a lower-cased account; 0x00 sorts before them all, so neither is
//                                                   "bob" between the entries of "bo" nor the other way round
//   tag       = 1 to 64 bytes, then 0x00            a folded topic; none begins with 0x01, or holds 0x00
//             | 0x01 number                         one of more bytes: their XXH64, seed 0, which several topics may
//                                                   have in common
//   client-key = 1 to 64 bytes of any value         always last in a key, where nothing can follow it
//
// Of a shard, first what its users have made (the functions for it are below; values are in proto/records.proto):
//   'm' field                                meta: a number
//        'i' incarnation, 'e' epoch and 's' sequence of the journal it stands at, 'c' clock (ms since 1970),
//        'l' last id
//   'a' name                                 Account
//   'b' id:number                            Buzz, of an author of this shard
//   'f' author:name posted:number id:number  author feed; posted in ms since 1970
//   'k' account:name client-key              CommandKey
//   'x' made:number account:name client-key  command keys by age (ms since 1970), for forgetting them
//   'p' name                                 Credential
//   's' name token-hash                      Session; the hash of the token that opens it, 32 bytes of any value
//
// Then what follows and gossip have made (gossip_keys.h):
//   'g' follower:name author:name            FollowEdge
//   'h' author:name follower:name            the same edge from the other side; empty
//   'i' author:name                          AuthorInterest, of an author of this shard
//   'j' author:name                          FollowedAuthor, of another shard
//   'c' author:name id:number                Copy, of another shard's buzz
//   't' tag id:number                        topic index: the author's name in lower case, as in the next two; of a
//                                            hashed tag then 0x00 and the topic
//   'n' name id:number                       mentions
//   'd' root:number id:number                thread index
//   'l' position:number                      Arrival
//   'o' to:shard number                      Delivery, a row of the stream to that shard
//   'q' to:shard                             OutStream
//   'w' from:shard                           Watermark of what arrived from that shard
//   'z' number                               Sweep
//
// Of the node (one byte after 0xFF):
//   'v' schema version: number   'g' grid id: text   'i' node: number   'n' nodes: number   's' shards: number
//   'y' synced: number           the sequence up to which everything stood in the log before this entry
//   (witness_file.h)
//
// Example: the buzz 0x123 of "bo", posted at 1,767,225,600,000 ms (0x019B76DAA800), in the feed of its author, shard 5:
//   05 66 62 6F 00 00 00 01 9B 76 DA A8 00 00 00 00 00 00 00 01 23
//   |  f  b  o  .  posted                  id
// The feed of "bo" is the range from 05 66 62 6F 00 up to, but without, 05 66 62 6F 01.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "node/store/store.h"
#include "node/store/store_ids.h"

namespace buzzer::store {

// The grammar's limits; that of a tag is in gossip_keys.h.
inline constexpr std::size_t kMostNameBytes = 30;
inline constexpr std::size_t kMostClientKeyBytes = 64;
inline constexpr std::size_t kTokenHashBytes = 32;

// The bytes of a key, or of the beginning that a range of keys has in common. Holds them in itself: no allocation.
class Key {
 public:
  static constexpr std::size_t kMostBytes = 128;

  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), size_}; }

  Key& byte(std::uint8_t value);
  Key& letter(char value) { return byte(static_cast<std::uint8_t>(value)); }
  Key& number(std::uint64_t value);
  // Must be a name as the grammar has it; the terminator is added.
  Key& name(std::string_view value);
  Key& text(std::string_view value);

  // The first key behind all that begin with this one; empty when there is none, as Range wants it.
  [[nodiscard]] Key after_all_beginning_so() const;

 private:
  std::array<char, kMostBytes> bytes_{};
  std::size_t size_ = 0;
};

// All keys that begin with `beginning`. Keeps the bytes that its range() names.
class KeysBeginning {
 public:
  explicit KeysBeginning(const Key& beginning) : begin_(beginning), end_(beginning.after_all_beginning_so()) {}
  [[nodiscard]] Range range() const { return {begin_.bytes(), end_.bytes()}; }

 private:
  Key begin_;
  Key end_;
};

// Values that are a number are written like numbers in keys.
[[nodiscard]] std::array<char, 8> encode_number(std::uint64_t value);
// None unless it is exactly eight bytes.
[[nodiscard]] std::optional<std::uint64_t> decode_number(std::string_view bytes);

// The beginning of all keys of a table.
[[nodiscard]] Key table_keys(ShardId shard, char letter);

enum class ShardField : char { kIncarnation = 'i', kEpoch = 'e', kSequence = 's', kClock = 'c', kLastId = 'l' };
enum class NodeField : char {
  kSchemaVersion = 'v',
  kGridId = 'g',
  kNode = 'i',
  kNodes = 'n',
  kShards = 's',
  kSynced = 'y'
};

[[nodiscard]] Key node_key(NodeField field);
[[nodiscard]] Key shard_keys(ShardId shard);  // the beginning of all of them
[[nodiscard]] Key meta_key(ShardId shard, ShardField field);

[[nodiscard]] Key account_key(ShardId shard, std::string_view name);
// The beginning of the accounts whose names begin with `prefix`, which may be empty.
[[nodiscard]] Key accounts_beginning(ShardId shard, std::string_view prefix);
[[nodiscard]] Key credential_key(ShardId shard, std::string_view name);
[[nodiscard]] Key session_key(ShardId shard, std::string_view name, std::string_view token_hash);
[[nodiscard]] Key session_keys(ShardId shard, std::string_view name);
[[nodiscard]] Key buzz_key(ShardId shard, BuzzId id);
[[nodiscard]] Key author_feed_key(ShardId shard, std::string_view author, std::uint64_t posted, BuzzId id);
[[nodiscard]] Key author_feed_keys(ShardId shard, std::string_view author);
[[nodiscard]] Key command_key(ShardId shard, std::string_view account, std::string_view client_key);
[[nodiscard]] Key command_age_key(ShardId shard, std::uint64_t made, std::string_view account,
                                  std::string_view client_key);
[[nodiscard]] Key command_age_keys(ShardId shard);

struct AuthorFeedPlace {
  std::string_view author;
  std::uint64_t posted;
  BuzzId id;
};
struct CommandAge {
  std::uint64_t made;
  std::string_view account;
  std::string_view client_key;
};

// What such a key says (a session's: the token's hash); none if it is no key of that table. Texts point into `key`.
[[nodiscard]] std::optional<std::string_view> parse_session_key(std::string_view key);
[[nodiscard]] std::optional<AuthorFeedPlace> parse_author_feed_key(std::string_view key);
[[nodiscard]] std::optional<CommandAge> parse_command_age_key(std::string_view key);

}  // namespace buzzer::store
