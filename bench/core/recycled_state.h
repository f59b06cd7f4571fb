// A shard's state in plain memory, for measuring the kernel: as lean as a state can be, so that the figure is the
// kernel's. It keeps the newest buzzes, and the place of the oldest serves the next; so once it is full a post needs no
// new memory. Nothing is encoded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/core/index.h"
#include "bench/core/ring.h"
#include "node/kernel/state.h"

namespace buzzer::bench {

class RecycledState final : public kernel::StateEditor {
 public:
  // Keeps that many buzzes, of all authors together and of each in its feed, of at most `most_users`. Keys are
  // forgotten in the order in which they came, as the kernel forgets them; there is memory for `most_keys` at once.
  RecycledState(std::size_t most_users, std::size_t most_buzzes, std::size_t most_keys);

  [[nodiscard]] std::size_t buzzes() const { return buzzes_.size(); }
  [[nodiscard]] std::size_t keys() const { return keys_.size(); }

  [[nodiscard]] proto::ShardState shard_state() const override { return shard_; }
  [[nodiscard]] const proto::Account* account(std::string_view name) const override;
  [[nodiscard]] const proto::Buzz* buzz(kernel::BuzzId id) const override;
  [[nodiscard]] const proto::CommandKey* command_key(std::string_view account, std::string_view key) const override;
  void visit_accounts(std::string_view from, const VisitAccount& visit) const override;
  void visit_author(std::string_view author, const kernel::FeedPlace& from, kernel::Direction direction,
                    const VisitPlace& visit) const override;
  void visit_keys(const VisitKey& visit) const override;

  void set_shard_state(const proto::ShardState& state) override { shard_ = state; }
  void put_account(std::string_view name, const proto::Account& account) override;
  void put_buzz(const proto::Buzz& buzz) override;
  void add_to_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remove_from_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) override;
  void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) override;

 private:
  struct User {
    std::string name;  // in lower case
    proto::Account account;
    Ring<kernel::FeedPlace> feed;
  };
  struct Key {
    std::size_t user = 0;  // whose: its place in users_
    std::string key;
    proto::CommandKey record;
  };

  // The place of a user; Index::kNowhere if there is none.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  // Of a user who is there.
  [[nodiscard]] std::size_t known(std::string_view name) const;

  const std::size_t most_buzzes_;
  proto::ShardState shard_;
  std::vector<User> users_;
  Index user_places_;         // by name
  Ring<proto::Buzz> buzzes_;  // ascending by id
  Ring<Key> keys_;            // oldest first
  Index key_places_;          // by account and key
  mutable std::size_t found_last_ = Index::kNowhere;
};

}  // namespace buzzer::bench
