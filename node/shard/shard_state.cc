#include "node/shard/shard_state.h"

#include "base/planted_mistakes.h"

namespace buzzer::shard {
namespace {

using store::Key;
using store::ShardField;

std::uint64_t to_number(std::int64_t ms) { return static_cast<std::uint64_t>(ms); }

}  // namespace

void ShardState::begin() {
  changes_.clear();
  changed_.clear();
  failed_ = false;
}

void ShardState::forget() {
  begin();
  numbers_.reset();
  accounts_.clear();
  oldest_.reset();
}

bool ShardState::read(std::string_view key) const {
  if (const auto found = changed_.find(key); found != changed_.end()) {
    if (found->second) value_ = *found->second;
    return found->second.has_value();
  }
  const auto there = overlay_.get(below_, key, value_);
  if (!there) fail(there.error().message);
  return there && *there;
}

std::uint64_t ShardState::number(ShardField field) const {
  if (!read(store::meta_key(shard_, field).bytes())) return 0;
  const auto number = store::decode_number(value_);
  if (!number) fail("a number of the shard is not 8 bytes");
  return number.value_or(0);
}

template <class Record>
const Record* ShardState::parse(std::string_view key, Record& record) const {
  if (!read(key)) return nullptr;
  if (record.ParseFromString(value_)) return &record;
  fail("a record is not what was written");
  return nullptr;
}

proto::ShardState ShardState::shard_state() const {
  if (numbers_) return *numbers_;
  proto::ShardState state;
  state.set_clock_ms(static_cast<std::int64_t>(number(ShardField::kClock)));
  state.set_last_id(number(ShardField::kLastId));
  if (!failed_) numbers_ = state;
  return state;
}

const proto::Account* ShardState::account(std::string_view name) const {
  name_.assign(name);
  if (const auto kept = accounts_.find(name_); kept != accounts_.end()) return &kept->second;
  const proto::Account* found = parse(store::account_key(shard_, name).bytes(), account_);
  return found == nullptr ? nullptr : &keep(*found);
}

// Under the name in name_.
const proto::Account& ShardState::keep(const proto::Account& account) const {
  if (const auto kept = accounts_.find(name_); kept != accounts_.end()) return kept->second = account;
  if (accounts_.size() >= kMostAccountsKept) accounts_.clear();  // rarely; what is in use comes back at once
  return accounts_[name_] = account;
}

const proto::Buzz* ShardState::buzz(base::BuzzId id) const { return parse(store::buzz_key(shard_, id).bytes(), buzz_); }

const proto::CommandKey* ShardState::command_key(std::string_view account, std::string_view key) const {
  return parse(store::command_key(shard_, account, key).bytes(), command_key_);
}

void ShardState::check(const base::Result<void>& result) const {
  if (!result) fail(result.error().message);
}

void ShardState::fail(const std::string& why) const {
  failed_ = true;
  why_failed_ = why;
}

void ShardState::visit_accounts(std::string_view from, const VisitAccount& visit) const {
  const Key begin = store::accounts_beginning(shard_, from);
  const Key end = store::accounts_beginning(shard_, "").after_all_beginning_so();
  check(overlay_.for_each(below_, {begin.bytes(), end.bytes()}, store::Direction::kForward,
                          [&](std::string_view /*key*/, std::string_view value) {
                            if (account_.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
                              return visit(account_);
                            }
                            fail("an entry is not what was written");
                            return false;
                          }));
}

void ShardState::visit_author(std::string_view author, const kernel::FeedPlace& from, kernel::Direction direction,
                              const VisitPlace& visit) const {
  const store::KeysBeginning feed(store::author_feed_keys(shard_, author));
  const Key place = store::author_feed_key(shard_, author, to_number(from.posted_ms), from.id);
  const bool newer = direction == kernel::Direction::kNewer;
  const Key beyond = place.after_all_beginning_so();
  const store::Range range =
      newer ? store::Range{beyond.bytes(), feed.range().end} : store::Range{feed.range().begin, place.bytes()};
  check(overlay_.for_each(below_, range, newer ? store::Direction::kForward : store::Direction::kBackward,
                          [&](std::string_view key, std::string_view /*value*/) {
                            const auto found = store::parse_author_feed_key(key);
                            if (found) {
                              return visit({static_cast<std::int64_t>(found->posted), found->id});
                            }
                            fail("an entry is not what was written");
                            return false;
                          }));
}

void ShardState::scan_ages(const std::function<bool(std::string_view key)>& visit) const {
  const store::KeysBeginning ages(store::command_age_keys(shard_));
  check(overlay_.for_each(below_, ages.range(), store::Direction::kForward,
                          [&](std::string_view key, std::string_view /*value*/) { return visit(key); }));
}

// Nearly always the oldest key is still good, and that is all there is to know.
void ShardState::visit_keys(const VisitKey& visit) const {
  const auto tell = [&](std::string_view key) {
    const auto age = store::parse_command_age_key(key);
    if (age) return visit(age->account, age->client_key, static_cast<std::int64_t>(age->made));
    fail("a key is not what was written");
    return false;
  };
  if (!oldest_) {
    scan_ages([&](std::string_view key) {
      oldest_ = key;
      return false;
    });
  }
  if (failed_ || !oldest_ || !tell(*oldest_)) return;
  scan_ages([&](std::string_view key) { return key == *oldest_ || tell(key); });
}

template <class Record>
void ShardState::put(std::string_view key, const Record& record) {
  record.SerializeToString(&encoded_);
  changes_.put(key, encoded_);
  changed_.insert_or_assign(std::string(key), encoded_);
}

void ShardState::erase(std::string_view key) {
  changes_.erase(key);
  changed_.insert_or_assign(std::string(key), std::nullopt);
}

void ShardState::set_shard_state(const proto::ShardState& state) {
  if (is_planted(base::Mistake::kIdReused)) return;
  const auto set = [&](ShardField field, std::uint64_t number) {
    const Key key = store::meta_key(shard_, field);
    const auto value = store::encode_number(number);
    changes_.put(key.bytes(), {value.data(), value.size()});
  };
  set(ShardField::kClock, to_number(state.clock_ms()));
  set(ShardField::kLastId, state.last_id());
  numbers_ = state;
}

void ShardState::put_account(std::string_view name, const proto::Account& account) {
  account.SerializeToString(&encoded_);
  changes_.put(store::account_key(shard_, name).bytes(), encoded_);
  name_.assign(name);
  keep(account);
}

void ShardState::put_buzz(const proto::Buzz& buzz) {
  put(store::buzz_key(shard_, base::BuzzId(buzz.id())).bytes(), buzz);
}

void ShardState::add_to_author(std::string_view author, const kernel::FeedPlace& place) {
  changes_.put(store::author_feed_key(shard_, author, to_number(place.posted_ms), place.id).bytes(), {});
}

void ShardState::remove_from_author(std::string_view author, const kernel::FeedPlace& place) {
  changes_.erase(store::author_feed_key(shard_, author, to_number(place.posted_ms), place.id).bytes());
}

void ShardState::remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) {
  if (is_planted(base::Mistake::kKeyNotInBatch)) return;
  put(store::command_key(shard_, account, key).bytes(), record);
  const Key age = store::command_age_key(shard_, to_number(record.created_ms()), account, key);
  if (oldest_ && age.bytes() < *oldest_) oldest_ = age.bytes();
  changes_.put(age.bytes(), {});
}

void ShardState::forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) {
  erase(store::command_key(shard_, account, key).bytes());
  const Key age = store::command_age_key(shard_, to_number(created_ms), account, key);
  if (oldest_ == age.bytes()) oldest_.reset();
  changes_.erase(age.bytes());
}

}  // namespace buzzer::shard
