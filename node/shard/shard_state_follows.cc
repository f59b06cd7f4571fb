// The follow graph, the copies that it brings here, and the indexes: each a table that nothing is kept in memory of,
// but for who is interested in the authors last seen, which every post asks.
#include <algorithm>

#include "node/shard/shard_state.h"
#include "node/store/gossip_keys.h"

namespace buzzer::shard {
namespace {

using store::Key;

Key index_keys(base::ShardId shard, kernel::Index index, std::string_view key) {
  switch (index) {
    case kernel::Index::kTopic:
      return store::topic_keys(shard, key);
    case kernel::Index::kMention:
      return store::mention_keys(shard, key);
    case kernel::Index::kThread:
      break;
  }
  std::uint64_t root = 0;
  for (const char digit : key) root = 10 * root + static_cast<std::uint64_t>(digit - '0');
  return store::thread_keys(shard, base::BuzzId(root));
}

bool is_hashed(kernel::Index index, std::string_view key) {
  return index == kernel::Index::kTopic && key.size() > store::kMostTagBytes;
}

// What stands behind the author in the entries of a topic whose keys have only its hash.
std::string hashed_topic(std::string_view topic) { return std::string(1, '\0').append(topic); }

}  // namespace

const proto::FollowEdge* ShardState::edge(std::string_view follower, std::string_view author) const {
  return read(store::edge_key(shard_, follower, author).bytes(), edge_) ? &edge_ : nullptr;
}

void ShardState::visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const {
  const Key all = store::edge_keys(shard_, follower);
  proto::FollowEdge edge;
  visit_from(Key(all).text(from), all, [&](std::string_view key, std::string_view value) {
    const auto names = store::parse_edge_key(key);
    if (!names) return spoiled();
    return decode(value, edge) && visit(names->author, edge);
  });
}

void ShardState::visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const {
  const Key all = store::follower_keys(shard_, author);
  visit_from(Key(all).text(from), all, [&](std::string_view key, std::string_view /*value*/) {
    const auto names = store::parse_follower_key(key);
    return names ? visit(names->follower) : spoiled();
  });
}

const proto::FollowedAuthor* ShardState::followed_author(std::string_view author) const {
  return read(store::followed_author_key(shard_, author).bytes(), followed_author_) ? &followed_author_ : nullptr;
}

void ShardState::visit_followed_authors(std::string_view from, const VisitFollowed& visit) const {
  const Key all = store::followed_author_keys(shard_);
  proto::FollowedAuthor record;
  visit_from(Key(all).text(from), all, [&](std::string_view key, std::string_view value) {
    const auto author = store::parse_followed_author_key(key);
    if (!author) return spoiled();
    return decode(value, record) && visit(*author, record);
  });
}

ShardState::Kept<proto::AuthorInterest>& ShardState::kept_interest(std::string_view author) const {
  name_.assign(author);
  if (const auto kept = interests_.find(name_); kept != interests_.end()) return kept->second;
  if (interests_.size() >= kMostAccountsKept) interests_.clear();  // rarely; what is in use comes back at once
  return interests_[name_];
}

const proto::AuthorInterest* ShardState::interest(std::string_view author) const {
  Kept<proto::AuthorInterest>& kept = kept_interest(author);
  if (!kept.known) {
    kept.there = read(store::interest_key(shard_, author).bytes(), kept.record);
    kept.known = !failed_;
  }
  return kept.there ? &kept.record : nullptr;
}

void ShardState::visit_interests(std::string_view from, const VisitInterest& visit) const {
  const Key all = store::interest_keys(shard_);
  proto::AuthorInterest interest;
  visit_from(Key(all).text(from), all, [&](std::string_view key, std::string_view value) {
    const auto author = store::parse_interest_key(key);
    if (!author) return spoiled();
    return decode(value, interest) && visit(*author, interest);
  });
}

const proto::Copy* ShardState::copy(std::string_view author, base::BuzzId id) const {
  return read(store::copy_key(shard_, author, id).bytes(), copy_) ? &copy_ : nullptr;
}

void ShardState::visit_copies(std::string_view author, base::BuzzId from, kernel::Direction direction,
                              const VisitId& visit) const {
  // Amid an entry it would see what that one has changed.
  const RecentCopies* kept =
      direction == kernel::Direction::kOlder && changes_.empty() ? recent_copies(author) : nullptr;
  if (kept == nullptr) return visit_stored_copies(author, from, direction, visit);
  const RecentCopies recent = *kept;
  for (const base::BuzzId id : recent) {
    if (id >= from) continue;
    if (!visit(id)) return;
    from = id;
  }
  if (!recent.all()) visit_stored_copies(author, from, direction, visit);
}

void ShardState::visit_stored_copies(std::string_view author, base::BuzzId from, kernel::Direction direction,
                                     const VisitId& visit) const {
  visit_beyond(store::copy_keys(shard_, author), from.value(), direction,
               [&](std::string_view key, std::string_view /*value*/) {
                 const auto place = store::parse_copy_key(key);
                 return place ? visit(place->id) : spoiled();
               });
}

const RecentCopies* ShardState::recent_copies(std::string_view author) const {
  name_.assign(author);
  const auto kept = recent_copies_.find(name_);
  return kept == recent_copies_.end() ? nullptr : &kept->second;
}

base::BuzzId ShardState::newest_copy(std::string_view author) const {
  const auto newest_of = [](const RecentCopies& copies) {
    return copies.begin() == copies.end() ? base::BuzzId() : *copies.begin();
  };
  if (const RecentCopies* kept = recent_copies(author)) return newest_of(*kept);
  RecentCopies stored;
  visit_stored_copies(author, base::BuzzId(~std::uint64_t{0}), kernel::Direction::kOlder,
                      [&](base::BuzzId id) { return stored.load(id); });
  // Amid an entry it does not see what that one has changed.
  if (failed_ || !changes_.empty()) return newest_of(stored);
  if (recent_copies_.size() >= kMostRecentKept) recent_copies_.clear();
  name_.assign(author);
  return newest_of(recent_copies_[name_] = stored);
}

void ShardState::visit_all_copies(std::string_view author, base::BuzzId from, const VisitCopy& visit) const {
  const Key all = store::copy_keys(shard_);
  proto::Copy copy;
  visit_from(author.empty() ? all : store::copy_key(shard_, author, from), all,
             [&](std::string_view key, std::string_view value) {
               const auto place = store::parse_copy_key(key);
               if (!place) return spoiled();
               return decode(value, copy) && visit(place->author, copy);
             });
}

void ShardState::visit_index(kernel::Index index, std::string_view key, base::BuzzId from, kernel::Direction direction,
                             const VisitIndexed& visit) const {
  visit_beyond(index_keys(shard_, index, key), from.value(), direction,
               [&](std::string_view entry, std::string_view value) {
                 const auto id = store::parse_index_key(entry);
                 if (!id) return spoiled();
                 const std::size_t author_bytes = std::min(value.find('\0'), value.size());
                 // Of another topic with the same hash.
                 if (is_hashed(index, key) && value.substr(author_bytes) != hashed_topic(key)) return true;
                 return visit(*id, value.substr(0, author_bytes));
               });
}

void ShardState::put_edge(std::string_view follower, std::string_view author, const proto::FollowEdge& edge) {
  put(store::edge_key(shard_, follower, author), edge);
  changes_.put(store::follower_key(shard_, author, follower).bytes(), {});
}

void ShardState::erase_edge(std::string_view follower, std::string_view author) {
  changes_.erase(store::edge_key(shard_, follower, author).bytes());
  changes_.erase(store::follower_key(shard_, author, follower).bytes());
}

void ShardState::put_followed_author(std::string_view author, const proto::FollowedAuthor& record) {
  put(store::followed_author_key(shard_, author), record);
}

void ShardState::erase_followed_author(std::string_view author) {
  changes_.erase(store::followed_author_key(shard_, author).bytes());
}

void ShardState::put_interest(std::string_view author, const proto::AuthorInterest& interest) {
  put(store::interest_key(shard_, author), interest);
  Kept<proto::AuthorInterest>& kept = kept_interest(author);
  kept.known = kept.there = true;
  kept.record = interest;
}

void ShardState::erase_interest(std::string_view author) {
  changes_.erase(store::interest_key(shard_, author).bytes());
  Kept<proto::AuthorInterest>& kept = kept_interest(author);
  kept.known = true;
  kept.there = false;
}

void ShardState::put_copy(std::string_view author, const proto::Copy& copy) {
  const base::BuzzId id(copy.buzz().id());
  put(store::copy_key(shard_, author, id), copy);
  name_.assign(author);
  if (const auto kept = recent_copies_.find(name_); kept != recent_copies_.end()) kept->second.put(id);
}

void ShardState::erase_copy(std::string_view author, base::BuzzId id) {
  changes_.erase(store::copy_key(shard_, author, id).bytes());
  name_.assign(author);
  const auto kept = recent_copies_.find(name_);
  if (kept == recent_copies_.end()) return;
  kept->second.erase(id);
  if (!kept->second.knows_newest()) recent_copies_.erase(kept);
}

void ShardState::add_to_index(kernel::Index index, std::string_view key, base::BuzzId id, std::string_view author) {
  const Key place = index_keys(shard_, index, key).number(id.value());
  if (!is_hashed(index, key)) return changes_.put(place.bytes(), author);
  changes_.put(place.bytes(), std::string(author) + hashed_topic(key));
}

void ShardState::remove_from_index(kernel::Index index, std::string_view key, base::BuzzId id) {
  changes_.erase(index_keys(shard_, index, key).number(id.value()).bytes());
}

}  // namespace buzzer::shard
