#include "bench/core/recycled_state.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "node/kernel/text.h"
#include "node/store/memory_store.h"

namespace buzzer::bench {

using kernel::BuzzId;
using kernel::FeedPlace;

namespace {

// Of both ends and the size: as good as any for the names of a bench, and next to nothing beside what is measured.
std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t front = 0;
  std::uint64_t back = 0;
  if (text.size() >= sizeof front) {
    std::memcpy(&front, text.data(), sizeof front);
    std::memcpy(&back, text.data() + text.size() - sizeof back, sizeof back);
  } else {
    std::memcpy(&front, text.data(), text.size());
  }
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t hash = (front ^ seed) * kOdd;
  hash = ((hash >> 29) ^ hash ^ back ^ text.size()) * kOdd;
  return (hash >> 32) ^ hash;
}

}  // namespace

RecycledState::RecycledState(std::size_t most_users, std::size_t most_buzzes, std::size_t most_keys)
    : most_buzzes_(most_buzzes),
      user_places_(most_users),
      buzzes_(most_buzzes),
      keys_(most_keys),
      key_places_(most_keys),
      arrivals_(most_buzzes) {
  store::MemoryStoreOptions options;
  options.identity.grid_id = "bench";
  auto opened = store::MemoryStore::open(options, disk_);
  BUZZER_CHECK(opened.has_value());  // a new disk, to which no fault was given
  store_ = *std::move(opened);
  rest_ = std::make_unique<shard::ShardState>(*store_, nothing_in_flight_, kernel::ShardId(0));
}

std::size_t RecycledState::find(std::string_view name) const {
  // One command asks for the same user several times.
  if (found_last_ < users_.size() && users_[found_last_].name == name) return found_last_;
  found_last_ = user_places_.find(hash_of(name), [&](std::size_t at) { return users_[at].name == name; });
  return found_last_;
}

std::size_t RecycledState::known(std::string_view name) const {
  const std::size_t place = find(name);
  BUZZER_CHECK(place != Index::kNowhere);
  return place;
}

const proto::Account* RecycledState::account(std::string_view name) const {
  const std::size_t place = find(name);
  return place == Index::kNowhere ? nullptr : &users_[place].account;
}

const proto::Buzz* RecycledState::buzz(BuzzId id) const {
  const std::size_t at = buzzes_.lower_bound([&](const proto::Buzz& buzz) { return buzz.id() < id.value(); });
  return at < buzzes_.size() && buzzes_[at].id() == id.value() ? &buzzes_[at] : nullptr;
}

const proto::CommandKey* RecycledState::command_key(std::string_view account, std::string_view key) const {
  const std::size_t user = find(account);
  const std::size_t place = key_places_.find(hash_of(key, user), [&](std::size_t at) {
    return keys_.at_place(at).user == user && keys_.at_place(at).key == key;
  });
  return place == Index::kNowhere ? nullptr : &keys_.at_place(place).record;
}

void RecycledState::visit_accounts(std::string_view from, const VisitAccount& visit) const {
  std::vector<const User*> users;
  for (const User& user : users_) {
    if (user.name >= from) users.push_back(&user);
  }
  std::sort(users.begin(), users.end(), [](const User* one, const User* other) { return one->name < other->name; });
  for (const User* user : users) {
    if (!visit(user->account)) return;
  }
}

void RecycledState::visit_author(std::string_view author, const FeedPlace& from, kernel::Direction direction,
                                 const VisitPlace& visit) const {
  const std::size_t user = find(author);
  if (user == Index::kNowhere) return;
  const Ring<FeedPlace>& feed = users_[user].feed;
  if (direction == kernel::Direction::kNewer) {
    std::size_t at = feed.lower_bound([&](const FeedPlace& place) { return place <= from; });
    while (at < feed.size() && visit(feed[at])) ++at;
  } else {
    std::size_t at = feed.lower_bound([&](const FeedPlace& place) { return place < from; });
    while (at > 0 && visit(feed[at - 1])) --at;
  }
}

void RecycledState::visit_keys(const VisitKey& visit) const {
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    const Key& key = keys_[at];
    if (!visit(users_[key.user].name, key.key, key.record.created_ms())) return;
  }
}

void RecycledState::visit_buzzes(BuzzId from, const VisitBuzz& visit) const {
  std::size_t at = buzzes_.lower_bound([&](const proto::Buzz& buzz) { return buzz.id() < from.value(); });
  while (at < buzzes_.size() && visit(buzzes_[at])) ++at;
}

const proto::AuthorInterest* RecycledState::interest(std::string_view author) const {
  const std::size_t place = find(author);
  if (place == Index::kNowhere || !users_[place].interest) return nullptr;
  return &*users_[place].interest;
}

void RecycledState::visit_interests(std::string_view from, const VisitInterest& visit) const {
  visit_accounts(from, [&](const proto::Account& account) {
    const User& user = users_[known(kernel::LowerName(account.name()).view())];
    return !user.interest || visit(user.name, *user.interest);
  });
}

// The last that an entry changes: what of it is in the store is written now.
void RecycledState::set_shard_state(const proto::ShardState& state) {
  shard_ = state;
  if (rest_->changes().empty()) return;
  BUZZER_CHECK(!rest_->failed() && store_->write(rest_->changes()).has_value());
  rest_->begin();
}

void RecycledState::put_account(std::string_view name, const proto::Account& account) {
  std::size_t place = find(name);
  if (place == Index::kNowhere) {
    place = users_.size();
    user_places_.add(hash_of(name), place);
    users_.push_back({std::string(name), {}, Ring<FeedPlace>(most_buzzes_), std::nullopt});
  }
  users_[place].account.CopyFrom(account);
}

void RecycledState::put_buzz(const proto::Buzz& buzz) {
  if (buzzes_.size() == 0 || buzzes_[buzzes_.size() - 1].id() < buzz.id()) return buzzes_.add().CopyFrom(buzz);
  const std::size_t at = buzzes_.lower_bound([&](const proto::Buzz& other) { return other.id() < buzz.id(); });
  BUZZER_CHECK(buzzes_[at].id() == buzz.id());
  buzzes_[at].CopyFrom(buzz);
}

void RecycledState::add_to_author(std::string_view author, const FeedPlace& place) {
  users_[known(author)].feed.add() = place;
}

void RecycledState::remove_from_author(std::string_view author, const FeedPlace& place) {
  Ring<FeedPlace>& feed = users_[known(author)].feed;
  std::size_t at = feed.lower_bound([&](const FeedPlace& other) { return other < place; });
  BUZZER_CHECK(at < feed.size() && feed[at] == place);
  for (; at > 0; --at) feed[at] = feed[at - 1];
  feed.drop_oldest();
}

void RecycledState::put_interest(std::string_view author, const proto::AuthorInterest& interest) {
  users_[known(author)].interest = interest;
}

void RecycledState::erase_interest(std::string_view author) { users_[known(author)].interest.reset(); }

void RecycledState::remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) {
  const std::size_t user = known(account);
  const std::size_t place = key_places_.find(hash_of(key, user), [&](std::size_t at) {
    return keys_.at_place(at).user == user && keys_.at_place(at).key == key;
  });
  if (place != Index::kNowhere) return keys_.at_place(place).record.CopyFrom(record);
  BUZZER_CHECK(keys_.size() < keys_.capacity());
  key_places_.add(hash_of(key, user), keys_.place(keys_.size()));
  Key& added = keys_.add();
  added.user = user;
  added.key = key;
  added.record.CopyFrom(record);
}

void RecycledState::forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) {
  const std::size_t user = known(account);
  BUZZER_CHECK(keys_[0].user == user && keys_[0].key == key && keys_[0].record.created_ms() == created_ms);
  key_places_.remove(hash_of(key, user), keys_.place(0));
  keys_.drop_oldest();
}

}  // namespace buzzer::bench
