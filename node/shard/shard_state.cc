#include "node/shard/shard_state.h"

#include "base/planted_mistakes.h"

namespace buzzer::shard {
namespace {

using store::Key;
using store::ShardField;

std::uint64_t to_number(std::int64_t ms) { return static_cast<std::uint64_t>(ms); }

}  // namespace

void ShardState::begin() {
  if (failed_) return forget();  // what was kept may rest on what could not be read
  changes_.clear();
}

void ShardState::forget() {
  changes_.clear();
  failed_ = false;
  numbers_.reset();
  accounts_.clear();
  interests_.clear();
  recent_copies_.clear();
  oldest_.reset();
  arrivals_.reset();
  rows_.fill(std::nullopt);
  out_streams_.fill({});
  watermarks_.fill({});
}

bool ShardState::read(std::string_view key) const {
  if (const auto changed = changes_.find(key)) {
    value_.assign(changed->value);
    return !changed->erased;
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

bool ShardState::read(std::string_view key, google::protobuf::MessageLite& record) const {
  return read(key) && decode(value_, record);
}

bool ShardState::decode(std::string_view bytes, google::protobuf::MessageLite& record) const {
  if (record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  fail("a record is not what was written");
  return false;
}

bool ShardState::spoiled() const {
  fail("an entry is not what was written");
  return false;
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
  return read(store::account_key(shard_, name).bytes(), account_) ? &keep(account_) : nullptr;
}

// Under the name in name_.
const proto::Account& ShardState::keep(const proto::Account& account) const {
  if (const auto kept = accounts_.find(name_); kept != accounts_.end()) return kept->second = account;
  if (accounts_.size() >= kMostAccountsKept) accounts_.clear();  // rarely; what is in use comes back at once
  return accounts_[name_] = account;
}

const proto::Buzz* ShardState::buzz(base::BuzzId id) const {
  return read(store::buzz_key(shard_, id).bytes(), buzz_) ? &buzz_ : nullptr;
}

const proto::CommandKey* ShardState::command_key(std::string_view account, std::string_view key) const {
  return read(store::command_key(shard_, account, key).bytes(), command_key_) ? &command_key_ : nullptr;
}

void ShardState::check(const base::Result<void>& result) const {
  if (!result) fail(result.error().message);
}

void ShardState::fail(const std::string& why) const {
  failed_ = true;
  why_failed_ = why;
}

void ShardState::visit_range(const store::Range& range, kernel::Direction direction, const VisitEntry& visit) const {
  const bool newer = direction == kernel::Direction::kNewer;
  check(overlay_.for_each(below_, range, newer ? store::Direction::kForward : store::Direction::kBackward, visit));
}

void ShardState::visit_from(const Key& from, const Key& beginning, const VisitEntry& visit) const {
  const Key end = beginning.after_all_beginning_so();
  visit_range({from.bytes(), end.bytes()}, kernel::Direction::kNewer, visit);
}

void ShardState::visit_beyond(const Key& beginning, std::uint64_t from, kernel::Direction direction,
                              const VisitEntry& visit) const {
  const store::KeysBeginning all(beginning);
  const Key place = Key(beginning).number(from);
  const Key beyond = place.after_all_beginning_so();
  const bool newer = direction == kernel::Direction::kNewer;
  visit_range(newer ? store::Range{beyond.bytes(), all.range().end} : store::Range{all.range().begin, place.bytes()},
              direction, visit);
}

void ShardState::visit_accounts(std::string_view from, const VisitAccount& visit) const {
  proto::Account account;
  visit_from(
      store::accounts_beginning(shard_, from), store::accounts_beginning(shard_, ""),
      [&](std::string_view /*key*/, std::string_view value) { return decode(value, account) && visit(account); });
}

void ShardState::visit_author(std::string_view author, const kernel::FeedPlace& from, kernel::Direction direction,
                              const VisitPlace& visit) const {
  const store::KeysBeginning feed(store::author_feed_keys(shard_, author));
  const Key place = store::author_feed_key(shard_, author, to_number(from.posted_ms), from.id);
  const bool newer = direction == kernel::Direction::kNewer;
  const Key beyond = place.after_all_beginning_so();
  const store::Range range =
      newer ? store::Range{beyond.bytes(), feed.range().end} : store::Range{feed.range().begin, place.bytes()};
  visit_range(range, direction, [&](std::string_view key, std::string_view /*value*/) {
    const auto found = store::parse_author_feed_key(key);
    if (!found) return spoiled();
    return visit({static_cast<std::int64_t>(found->posted), found->id});
  });
}

void ShardState::visit_buzzes(base::BuzzId from, const VisitBuzz& visit) const {
  proto::Buzz buzz;
  visit_from(store::buzz_key(shard_, from), store::table_keys(shard_, 'b'),
             [&](std::string_view /*key*/, std::string_view value) { return decode(value, buzz) && visit(buzz); });
}

void ShardState::scan_ages(const std::function<bool(std::string_view key)>& visit) const {
  const store::KeysBeginning ages(store::command_age_keys(shard_));
  visit_range(ages.range(), kernel::Direction::kNewer,
              [&](std::string_view key, std::string_view /*value*/) { return visit(key); });
}

// Nearly always the oldest key is still good, and that is all there is to know.
void ShardState::visit_keys(const VisitKey& visit) const {
  const auto tell = [&](std::string_view key) {
    const auto age = store::parse_command_age_key(key);
    if (age) return visit(age->account, age->client_key, static_cast<std::int64_t>(age->made));
    return spoiled();
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

void ShardState::put(const Key& key, const google::protobuf::MessageLite& record) {
  record.SerializeToString(&encoded_);
  changes_.put(key.bytes(), encoded_);
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
  put(store::account_key(shard_, name), account);
  name_.assign(name);
  keep(account);
}

void ShardState::put_buzz(const proto::Buzz& buzz) { put(store::buzz_key(shard_, base::BuzzId(buzz.id())), buzz); }

void ShardState::add_to_author(std::string_view author, const kernel::FeedPlace& place) {
  changes_.put(store::author_feed_key(shard_, author, to_number(place.posted_ms), place.id).bytes(), {});
}

void ShardState::remove_from_author(std::string_view author, const kernel::FeedPlace& place) {
  changes_.erase(store::author_feed_key(shard_, author, to_number(place.posted_ms), place.id).bytes());
}

void ShardState::remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) {
  if (is_planted(base::Mistake::kKeyNotInBatch)) return;
  put(store::command_key(shard_, account, key), record);
  const Key age = store::command_age_key(shard_, to_number(record.created_ms()), account, key);
  if (oldest_ && age.bytes() < *oldest_) oldest_ = age.bytes();
  changes_.put(age.bytes(), {});
}

void ShardState::forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) {
  changes_.erase(store::command_key(shard_, account, key).bytes());
  const Key age = store::command_age_key(shard_, to_number(created_ms), account, key);
  if (oldest_ == age.bytes()) oldest_.reset();
  changes_.erase(age.bytes());
}

}  // namespace buzzer::shard
