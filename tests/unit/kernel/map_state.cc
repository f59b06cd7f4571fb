#include "tests/unit/kernel/map_state.h"

#include "base/check.h"

namespace buzzer::kernel {
namespace {

using Pair = std::pair<std::string, std::string>;

Pair pair_of(std::string_view one, std::string_view other) { return {std::string(one), std::string(other)}; }

template <class Map, class Key>
const typename Map::mapped_type* find(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

template <class Map>
void erase(Map& map, std::string_view name) {
  if (const auto found = map.find(name); found != map.end()) map.erase(found);
}

// Entries beyond `from` in that direction.
template <class Ordered, class Key, class Visit>
void walk(const Ordered& entries, const Key& from, Direction direction, const Visit& visit) {
  if (direction == Direction::kNewer) {
    for (auto at = entries.upper_bound(from); at != entries.end(); ++at) {
      if (!visit(*at)) return;
    }
    return;
  }
  for (auto at = entries.lower_bound(from); at != entries.begin();) {
    if (!visit(*--at)) return;
  }
}

// Records from a key on, ascending.
template <class Map, class Key, class Visit>
void walk_up(const Map& records, const Key& from, const Visit& visit) {
  for (auto at = records.lower_bound(from); at != records.end(); ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

}  // namespace

std::unique_ptr<MapState> MapState::clone() const {
  auto copy = std::make_unique<MapState>();
  copy->held_ = held_;
  return copy;
}

template <class Record>
void MapState::Log<Record>::append(std::uint64_t number, const Record& record) {
  BUZZER_CHECK(number == span.last + 1);
  span.last = number;
  records[number] = record;
}

template <class Record>
void MapState::Log<Record>::trim(std::uint64_t first) {
  BUZZER_CHECK(span.holds(first));
  records.erase(records.begin(), records.lower_bound(first));
  span.first = first;
}

const proto::Account* MapState::account(std::string_view name) const { return find(held_.accounts, name); }
const proto::Buzz* MapState::buzz(BuzzId id) const { return find(held_.buzzes, id); }
const proto::CommandKey* MapState::command_key(std::string_view account, std::string_view key) const {
  return find(held_.keys, pair_of(account, key));
}

const proto::Credential* MapState::credential(std::string_view name) const { return find(held_.credentials, name); }
const proto::Session* MapState::session(std::string_view name, std::string_view token_hash) const {
  return find(held_.sessions, pair_of(name, token_hash));
}

void MapState::visit_sessions(std::string_view name, const VisitSession& visit) const {
  walk_up(held_.sessions, pair_of(name, ""), [&](const Pair& place, const proto::Session& session) {
    return place.first == name && visit(place.second, session);
  });
}

void MapState::visit_accounts(std::string_view from, const VisitAccount& visit) const {
  walk_up(held_.accounts, from,
          [&](const std::string& /*name*/, const proto::Account& account) { return visit(account); });
}

void MapState::visit_author(std::string_view author, const FeedPlace& from, Direction direction,
                            const VisitPlace& visit) const {
  const auto* feed = find(held_.feeds, author);
  if (feed != nullptr) walk(*feed, from, direction, visit);
}

void MapState::visit_keys(const VisitKey& visit) const {
  for (const auto& [created_ms, account, key] : held_.key_ages) {
    if (!visit(account, key, created_ms)) return;
  }
}

void MapState::visit_buzzes(BuzzId from, const VisitBuzz& visit) const {
  walk_up(held_.buzzes, from, [&](BuzzId /*id*/, const proto::Buzz& buzz) { return visit(buzz); });
}

const proto::FollowEdge* MapState::edge(std::string_view follower, std::string_view author) const {
  return find(held_.edges, pair_of(follower, author));
}

void MapState::visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const {
  walk_up(held_.edges, pair_of(follower, from), [&](const Pair& names, const proto::FollowEdge& edge) {
    return names.first == follower && visit(names.second, edge);
  });
}

void MapState::visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const {
  const auto& followers = held_.followers;
  for (auto at = followers.lower_bound(pair_of(author, from)); at != followers.end() && at->first == author; ++at) {
    if (!visit(at->second)) return;
  }
}

const proto::FollowedAuthor* MapState::followed_author(std::string_view author) const {
  return find(held_.followed, author);
}
void MapState::visit_followed_authors(std::string_view from, const VisitFollowed& visit) const {
  walk_up(held_.followed, from, visit);
}
const proto::AuthorInterest* MapState::interest(std::string_view author) const { return find(held_.interests, author); }
void MapState::visit_interests(std::string_view from, const VisitInterest& visit) const {
  walk_up(held_.interests, from, visit);
}

const proto::Copy* MapState::copy(std::string_view author, BuzzId id) const {
  return find(held_.copies, std::pair(std::string(author), id));
}

void MapState::visit_copies(std::string_view author, BuzzId from, Direction direction, const VisitId& visit) const {
  walk(held_.copies, std::pair(std::string(author), from), direction,
       [&](const auto& entry) { return entry.first.first == author && visit(entry.first.second); });
}

BuzzId MapState::newest_copy(std::string_view author) const {
  BuzzId newest;
  for (const auto& [place, copy] : held_.copies) {
    if (place.first == author) newest = place.second;
  }
  return newest;
}

void MapState::visit_all_copies(std::string_view author, BuzzId from, const VisitCopy& visit) const {
  walk_up(held_.copies, std::pair(std::string(author), from),
          [&](const auto& place, const proto::Copy& copy) { return visit(place.first, copy); });
}

void MapState::visit_index(Index index, std::string_view key, BuzzId from, Direction direction,
                           const VisitIndexed& visit) const {
  const auto* entries = find(held_.indexes, std::pair(index, std::string(key)));
  if (entries == nullptr) return;
  walk(*entries, from, direction, [&](const auto& entry) { return visit(entry.first, entry.second); });
}

const proto::Arrival* MapState::arrival(std::uint64_t position) const { return find(held_.arrivals.records, position); }
void MapState::visit_arrivals(std::uint64_t from, const VisitArrival& visit) const {
  walk_up(held_.arrivals.records, from, visit);
}
const proto::OutStream* MapState::out_stream(ShardId to) const { return find(held_.streams, to); }
const proto::Delivery* MapState::row(ShardId to, std::uint64_t number) const {
  return find(rows_to(to).records, number);
}
void MapState::visit_rows(ShardId to, std::uint64_t from, const VisitRow& visit) const {
  walk_up(rows_to(to).records, from, visit);
}
const proto::Watermark* MapState::watermark(ShardId from) const { return find(held_.watermarks, from); }
void MapState::visit_sweeps(const VisitSweep& visit) const { walk_up(held_.sweeps, 0U, visit); }

void MapState::put_account(std::string_view name, const proto::Account& account) {
  held_.accounts[std::string(name)] = account;
}
void MapState::put_buzz(const proto::Buzz& buzz) { held_.buzzes[BuzzId(buzz.id())] = buzz; }
void MapState::add_to_author(std::string_view author, const FeedPlace& place) {
  held_.feeds[std::string(author)].insert(place);
}
void MapState::remove_from_author(std::string_view author, const FeedPlace& place) {
  held_.feeds[std::string(author)].erase(place);
}
void MapState::remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) {
  held_.keys[pair_of(account, key)] = record;
  held_.key_ages.emplace(record.created_ms(), account, key);
}
void MapState::forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) {
  held_.keys.erase(pair_of(account, key));
  held_.key_ages.erase({created_ms, std::string(account), std::string(key)});
}

void MapState::put_credential(std::string_view name, const proto::Credential& credential) {
  held_.credentials[std::string(name)] = credential;
}

void MapState::put_session(std::string_view name, std::string_view token_hash, const proto::Session& session) {
  held_.sessions[pair_of(name, token_hash)] = session;
}

void MapState::erase_session(std::string_view name, std::string_view token_hash) {
  held_.sessions.erase(pair_of(name, token_hash));
}

void MapState::put_edge(std::string_view follower, std::string_view author, const proto::FollowEdge& edge) {
  held_.edges[pair_of(follower, author)] = edge;
  held_.followers.insert(pair_of(author, follower));
}
void MapState::erase_edge(std::string_view follower, std::string_view author) {
  held_.edges.erase(pair_of(follower, author));
  held_.followers.erase(pair_of(author, follower));
}
void MapState::put_followed_author(std::string_view author, const proto::FollowedAuthor& record) {
  held_.followed[std::string(author)] = record;
}
void MapState::erase_followed_author(std::string_view author) { erase(held_.followed, author); }
void MapState::put_interest(std::string_view author, const proto::AuthorInterest& interest) {
  held_.interests[std::string(author)] = interest;
}
void MapState::erase_interest(std::string_view author) { erase(held_.interests, author); }

void MapState::put_copy(std::string_view author, const proto::Copy& copy) {
  held_.copies[{std::string(author), BuzzId(copy.buzz().id())}] = copy;
}
void MapState::erase_copy(std::string_view author, BuzzId id) { held_.copies.erase({std::string(author), id}); }
void MapState::add_to_index(Index index, std::string_view key, BuzzId id, std::string_view author) {
  held_.indexes[{index, std::string(key)}][id] = author;
}
void MapState::remove_from_index(Index index, std::string_view key, BuzzId id) {
  const auto entries = held_.indexes.find({index, std::string(key)});
  if (entries != held_.indexes.end()) entries->second.erase(id);
}

void MapState::append_arrival(std::uint64_t position, const proto::Arrival& arrival) {
  held_.arrivals.append(position, arrival);
}
void MapState::trim_arrivals(std::uint64_t first) { held_.arrivals.trim(first); }
void MapState::put_out_stream(ShardId to, const proto::OutStream& stream) { held_.streams[to] = stream; }
void MapState::append_row(ShardId to, std::uint64_t number, const proto::Delivery& row) {
  held_.rows.at(to.value()).append(number, row);
}
void MapState::trim_rows(ShardId to, std::uint64_t first) { held_.rows.at(to.value()).trim(first); }
void MapState::drop_rows(ShardId to) { held_.rows.at(to.value()) = {}; }
void MapState::put_watermark(ShardId from, const proto::Watermark& watermark) { held_.watermarks[from] = watermark; }
void MapState::put_sweep(std::uint64_t number, const proto::Sweep& sweep) { held_.sweeps[number] = sweep; }
void MapState::erase_sweep(std::uint64_t number) { held_.sweeps.erase(number); }

}  // namespace buzzer::kernel
