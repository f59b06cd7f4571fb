// A shard's state in plain maps: what the kernel's rules are tested on, without a store.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "node/kernel/state.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

class MapState final : public StateEditor {
 public:
  [[nodiscard]] proto::ShardState shard_state() const override { return shard_; }
  [[nodiscard]] const proto::Account* account(std::string_view name) const override {
    return find(accounts_, std::string(name));
  }
  [[nodiscard]] const proto::Buzz* buzz(BuzzId id) const override { return find(buzzes_, id); }
  [[nodiscard]] const proto::CommandKey* command_key(std::string_view account, std::string_view key) const override {
    return find(keys_, std::pair(std::string(account), std::string(key)));
  }

  void visit_accounts(std::string_view from, const VisitAccount& visit) const override {
    for (auto at = accounts_.lower_bound(std::string(from)); at != accounts_.end(); ++at) {
      if (!visit(at->second)) return;
    }
  }
  void visit_author(std::string_view author, const FeedPlace& from, Direction direction,
                    const VisitPlace& visit) const override {
    const auto feed = feeds_.find(std::string(author));
    if (feed == feeds_.end()) return;
    const auto& places = feed->second;
    if (direction == Direction::kNewer) {
      for (auto at = places.upper_bound(from); at != places.end(); ++at) {
        if (!visit(*at)) return;
      }
      return;
    }
    for (auto at = places.lower_bound(from); at != places.begin();) {
      if (!visit(*--at)) return;
    }
  }
  void visit_keys(const VisitKey& visit) const override {
    for (const auto& [created_ms, account, key] : key_ages_) {
      if (!visit(account, key, created_ms)) return;
    }
  }

  void set_shard_state(const proto::ShardState& state) override { shard_ = state; }
  void put_account(std::string_view name, const proto::Account& account) override {
    accounts_[std::string(name)] = account;
  }
  void put_buzz(const proto::Buzz& buzz) override { buzzes_[BuzzId(buzz.id())] = buzz; }
  void add_to_author(std::string_view author, const FeedPlace& place) override {
    feeds_[std::string(author)].insert(place);
  }
  void remove_from_author(std::string_view author, const FeedPlace& place) override {
    feeds_[std::string(author)].erase(place);
  }
  void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) override {
    keys_[{std::string(account), std::string(key)}] = record;
    key_ages_.emplace(record.created_ms(), account, key);
  }
  void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) override {
    keys_.erase({std::string(account), std::string(key)});
    key_ages_.erase({created_ms, std::string(account), std::string(key)});
  }

  [[nodiscard]] std::size_t keys() const { return keys_.size(); }

 private:
  template <class Map, class Key>
  static const typename Map::mapped_type* find(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
  }

  proto::ShardState shard_;
  std::map<std::string, proto::Account> accounts_;
  std::map<BuzzId, proto::Buzz> buzzes_;
  std::map<std::string, std::set<FeedPlace>> feeds_;
  std::map<std::pair<std::string, std::string>, proto::CommandKey> keys_;
  std::set<std::tuple<std::int64_t, std::string, std::string>> key_ages_;
};

}  // namespace buzzer::kernel
