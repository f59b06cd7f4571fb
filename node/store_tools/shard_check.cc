#include "node/store_tools/shard_check.h"

#include <algorithm>

#include <xxhash.h>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"
#include "node/store/gossip_keys.h"
#include "node/store/key_parts.h"

namespace buzzer::store_tools {
namespace {

using base::BuzzId;
using base::ShardId;
using kernel::LowerName;
using store::Key;
using store::KeyParts;

std::uint64_t to_number(std::int64_t ms) { return static_cast<std::uint64_t>(ms); }

std::uint64_t sum_of(const proto::AuthorInterest& interest) {
  std::uint64_t sum = 0;
  for (const std::uint64_t followers : interest.followers()) sum += followers;
  return sum;
}

bool says(const proto::Buzz& buzz, const KeyParts& index, std::string_view hashed_topic) {
  if (index.table == 'd') return buzz.root() == index.number;
  const bool is_topic = index.table == 't';
  const auto kind = is_topic ? proto::Entity::TOPIC : proto::Entity::MENTION;
  const std::string_view value = !is_topic ? index.name : index.tag.empty() ? hashed_topic : index.tag;
  return std::any_of(buzz.entities().begin(), buzz.entities().end(),
                     [&](const proto::Entity& entity) { return entity.kind() == kind && entity.value() == value; });
}

}  // namespace

void ShardCheck::tell(FindingKind kind, std::string_view key, std::string_view what) {
  findings_.add(kind, shard_, [&] { return store::describe_key(key) + ' ' + std::string(what); });
}

bool ShardCheck::read(std::string_view key, std::string& value) {
  const auto there = store_.get(key, value);
  if (!there) tell(FindingKind::kUnreadable, key, "cannot be read: " + there.error().message);
  return !there || *there;  // what cannot be read is not missing
}

void ShardCheck::take(std::string_view key, std::string_view value) {
  const auto parts = store::take_apart(key);
  if (!parts) return tell(FindingKind::kUnknownKey, key, "is no key of a shard");
  if (const auto problem = check_record(*parts, value, records_)) return tell(problem->kind, key, problem->what);
  if (parts->table == 'm') return take_meta(parts->tail.front(), value);
  if (parts->table == 'd' || parts->table == 'n' || parts->table == 't') {
    value_ = value;
    return take_index_entry(*parts, key, indexed_author(value_));
  }
  take_valid(*parts, key);
}

void ShardCheck::take_valid(const KeyParts& parts, std::string_view key) {
  add_to_mirrors(parts);
  switch (parts.table) {
    case 'a':
      return take_account(parts);
    case 'b':
      last_buzz_ = std::max(last_buzz_, parts.number);
      return;
    case 'l':
      return take_number(last_arrival_, parts.number, key);
    case 'o':
      return take_number(last_rows_.at(parts.peer.value()), parts.number, key);
    case 'q':
      streams_ |= std::uint64_t{1} << parts.peer.value();
      if (!last_rows_.at(parts.peer.value())) tell(FindingKind::kNoCounterpart, key, "has no rows");
      return;
    default:
      return take_counted(parts, key);
  }
}

void ShardCheck::take_account(const KeyParts& parts) {
  AccountCounts& counts = accounts_[std::string(parts.name)];
  counts.buzzes.has = records_.account.buzzes();
  counts.following.has = records_.account.following();
  counts.followers.has = records_.account.followers();
}

ShardCheck::AccountCounts* ShardCheck::account_of(std::string_view name, std::string_view key) {
  const auto found = accounts_.find(std::string(name));
  if (found != accounts_.end()) return &found->second;
  tell(FindingKind::kNoCounterpart, key, "belongs to an account that is not there");
  return nullptr;
}

// The accounts come first, and followers before interest and followed authors.
void ShardCheck::take_counted(const KeyParts& parts, std::string_view key) {
  const auto followers_here = [&] {
    const auto found = followers_here_.find(std::string(parts.name));
    return found == followers_here_.end() ? 0 : found->second;
  };
  switch (parts.table) {
    case 'f':
      if (AccountCounts* account = account_of(parts.name, key)) ++account->buzzes.seen;
      return;
    case 'g':
      if (AccountCounts* account = account_of(parts.name, key)) account->following.seen += !records_.edge.pending();
      return;
    case 'h':
      ++followers_here_[std::string(parts.name)];
      return;
    case 'i': {
      const proto::AuthorInterest& interest = records_.interest;
      if (AccountCounts* account = account_of(parts.name, key)) account->followers.seen = sum_of(interest);
      const int here = shard_.value();
      const std::uint64_t said = here < interest.followers_size() ? interest.followers(here) : 0;
      if (said != followers_here()) tell(FindingKind::kWrongCount, key, "does not count the followers in this shard");
      followers_here_.erase(std::string(parts.name));
      return;
    }
    case 'j':
      if (records_.followed_author.followers() != followers_here()) {
        tell(FindingKind::kWrongCount, key, "does not count the followers in this shard");
      }
      followers_here_.erase(std::string(parts.name));
      return;
    case 'p':
    case 's':
      static_cast<void>(account_of(parts.name, key));
      return;
    default:
      return;
  }
}

void ShardCheck::take_index_entry(const KeyParts& parts, std::string_view key, std::string_view author) {
  const BuzzId id(parts.table == 'd' ? parts.other_number : parts.number);
  const bool own = kernel::shard_of_user(author) == shard_;
  const Key place = own ? store::buzz_key(shard_, id) : store::copy_key(shard_, author, id);
  const std::size_t behind = std::min(author.size() + 1, value_.size());
  const std::string hashed_topic = value_.substr(behind);
  const std::string named(author);
  if (!read(place.bytes(), value_)) return tell(FindingKind::kNoCounterpart, key, "names a buzz that is not there");
  const proto::Buzz* buzz = nullptr;
  if (own) {
    buzz = other_.buzz.ParseFromString(value_) ? &other_.buzz : nullptr;
  } else {
    buzz = other_.copy.ParseFromString(value_) ? &other_.copy.buzz() : nullptr;
  }
  if (buzz == nullptr) return;  // told where it stands
  if (LowerName(buzz->author()).view() != named || !says(*buzz, parts, hashed_topic)) {
    tell(FindingKind::kNoCounterpart, key, "names a buzz that does not say so");
  }
}

void ShardCheck::take_number(std::optional<std::uint64_t>& last, std::uint64_t number, std::string_view key) {
  if (number == 0 || (last && number != *last + 1)) {
    tell(FindingKind::kGap, key, last ? "comes after number " + std::to_string(*last) : "is number 0");
  }
  last = number;
}

void ShardCheck::take_meta(char field, std::string_view value) {
  if (field != static_cast<char>(store::ShardField::kLastId)) return;
  last_id_ = store::decode_number(value).value_or(0);
  if (last_id_ < last_buzz_) {
    tell(FindingKind::kWrongCount, store::meta_key(shard_, store::ShardField::kLastId).bytes(),
         "is less than the id of a buzz that is there");
  }
}

Key ShardCheck::left_key(const KeyParts& parts, const Records& records) const {
  switch (parts.table) {
    case 'b':
      return store::author_feed_key(shard_, LowerName(records.buzz.author()).view(),
                                    to_number(records.buzz.posted_ms()), BuzzId(parts.number));
    case 'f':
      return store::author_feed_key(shard_, parts.name, parts.number, BuzzId(parts.other_number));
    case 'g':
      return store::edge_key(shard_, parts.name, parts.other_name);
    case 'h':
      return store::edge_key(shard_, parts.other_name, parts.name);
    case 'k':
      return store::command_age_key(shard_, to_number(records.command_key.created_ms()), parts.name, parts.tail);
    default:
      return store::command_age_key(shard_, parts.number, parts.name, parts.tail);
  }
}

void ShardCheck::add_to_mirrors(const KeyParts& parts) {
  if (parts.table == 'b' && records_.buzz.deleted()) return;
  for (Mirror& mirror : mirrors_) {
    if (parts.table != mirror.left && parts.table != mirror.right) continue;
    const Key key = left_key(parts, records_);
    const std::uint64_t hash = XXH64(key.bytes().data(), key.bytes().size(), 0);
    mirror.sum += parts.table == mirror.left ? hash : -hash;
  }
}

bool ShardCheck::has_counterpart(const Mirror& mirror, const KeyParts& parts, std::string_view key,
                                 const Records& records) {
  if (parts.table == mirror.right) return read(left_key(parts, records).bytes(), value_);
  Key right;
  if (mirror.right == 'b') right = store::buzz_key(shard_, BuzzId(parts.other_number));
  if (mirror.right == 'h') right = store::follower_key(shard_, parts.other_name, parts.name);
  if (mirror.right == 'k') right = store::command_key(shard_, parts.name, parts.tail);
  if (!read(right.bytes(), value_)) return false;
  const auto there = store::take_apart(right.bytes());
  if (!there || check_record(*there, value_, other_)) return true;  // told where it stands
  if (mirror.right == 'b' && other_.buzz.deleted()) return false;
  return left_key(*there, other_).bytes() == key;
}

void ShardCheck::compare_one_by_one(const Mirror& mirror) {
  for (const char table : {mirror.left, mirror.right}) {
    const store::KeysBeginning all(store::table_keys(shard_, table));
    const auto gone_through = store::for_each_entry(
        store_, all.range(), store::Direction::kForward, [&](std::string_view key, std::string_view value) {
          const auto parts = store::take_apart(key);
          if (!parts || check_record(*parts, value, records_)) return true;
          if (table == 'b' && records_.buzz.deleted()) return true;
          if (!has_counterpart(mirror, *parts, key, records_)) {
            const char other = table == mirror.left ? mirror.right : mirror.left;
            tell(FindingKind::kNoCounterpart, key,
                 "has no counterpart among the " + std::string(store::table_title(other)));
          }
          return true;
        });
    if (!gone_through) {
      findings_.add(FindingKind::kUnreadable, shard_, [&] { return gone_through.error().message; });
    }
  }
}

void ShardCheck::finish_counts() {
  for (const auto& [name, counts] : accounts_) {
    const auto compare = [&, &account = name](const char* what, const Counted& counted) {
      if (counted.has == counted.seen) return;
      findings_.add(FindingKind::kWrongCount, shard_, [&] {
        return "the account of " + account + " counts " + std::to_string(counted.has) + ' ' + what +
               ", of which there are " + std::to_string(counted.seen);
      });
    };
    compare("buzzes", counts.buzzes);
    compare("followed", counts.following);
    compare("followers", counts.followers);
  }
  for (const auto& [author, count] : followers_here_) {
    const bool own = kernel::shard_of_user(author) == shard_;
    const Key record = own ? store::interest_key(shard_, author) : store::followed_author_key(shard_, author);
    tell(FindingKind::kNoCounterpart, record.bytes(), "is missing, although somebody here follows that author");
  }
}

void ShardCheck::finish() {
  for (const Mirror& mirror : mirrors_) {
    if (mirror.sum != 0) compare_one_by_one(mirror);
  }
  finish_counts();
  for (std::size_t to = 0; to < last_rows_.size(); ++to) {
    if (!last_rows_.at(to) || (streams_ >> to & 1) != 0) continue;
    tell(FindingKind::kNoCounterpart, store::out_stream_key(shard_, ShardId(static_cast<std::uint8_t>(to))).bytes(),
         "is missing, although the stream has rows");
  }
}

}  // namespace buzzer::store_tools
