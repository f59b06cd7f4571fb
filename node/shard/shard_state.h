// One shard's state in a store: the kernel's records as keys and values (store/key_schema.h).
//
// Reads see the store, what is in flight over it, and the changes made since begin(), which are one
// batch. What nearly every command needs is kept in memory: the shard's clock and last id, the accounts last seen, the
// oldest key. So whoever drops what is in flight, or changes, says forget(). A store that cannot be read makes failed()
// true, and what was read since begin() counts for nothing. The thread that owns the shard only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "node/kernel/state.h"
#include "node/shard/overlay.h"
#include "node/store/key_schema.h"
#include "node/store/store.h"

namespace buzzer::shard {

// Accounts whose records are kept in memory, for each shard.
inline constexpr std::size_t kMostAccountsKept = 1024;

class ShardState final : public kernel::StateEditor {
 public:
  // `below` and `overlay` must outlive it.
  ShardState(const store::Store& below, const Overlay& overlay, base::ShardId shard)
      : below_(below), overlay_(overlay), shard_(shard) {}

  // Those made so far have been taken.
  void begin();
  // Changes that were made, or were in flight, never were.
  void forget();
  // The changes since begin(); valid until the next begin().
  [[nodiscard]] store::Batch& changes() { return changes_; }
  // Whether something could not be read since begin().
  [[nodiscard]] bool failed() const { return failed_; }
  // Why, if it could not.
  [[nodiscard]] const std::string& why_failed() const { return why_failed_; }

  [[nodiscard]] proto::ShardState shard_state() const override;
  [[nodiscard]] const proto::Account* account(std::string_view name) const override;
  [[nodiscard]] const proto::Buzz* buzz(base::BuzzId id) const override;
  [[nodiscard]] const proto::CommandKey* command_key(std::string_view account, std::string_view key) const override;
  void visit_accounts(std::string_view from, const VisitAccount& visit) const override;
  void visit_author(std::string_view author, const kernel::FeedPlace& from, kernel::Direction direction,
                    const VisitPlace& visit) const override;
  void visit_keys(const VisitKey& visit) const override;

  void set_shard_state(const proto::ShardState& state) override;
  void put_account(std::string_view name, const proto::Account& account) override;
  void put_buzz(const proto::Buzz& buzz) override;
  void add_to_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remove_from_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) override;
  void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) override;

 private:
  // Whether the key is there; its value is in value_ then.
  [[nodiscard]] bool read(std::string_view key) const;
  [[nodiscard]] std::uint64_t number(store::ShardField field) const;
  template <class Record>
  [[nodiscard]] const Record* parse(std::string_view key, Record& record) const;
  const proto::Account& keep(const proto::Account& account) const;
  // The places of the keys by age, from the first one on.
  void scan_ages(const std::function<bool(std::string_view key)>& visit) const;
  template <class Record>
  void put(std::string_view key, const Record& record);
  void erase(std::string_view key);
  void check(const base::Result<void>& result) const;
  void fail(const std::string& why) const;

  const store::Store& below_;
  const Overlay& overlay_;
  const base::ShardId shard_;
  store::Batch changes_;
  // What changes_ says of keys that the kernel may read again within one entry; few, and short-lived.
  std::map<std::string, std::optional<std::string>, std::less<>> changed_;
  mutable bool failed_ = false;
  mutable std::string why_failed_;
  mutable std::optional<proto::ShardState> numbers_;
  mutable std::unordered_map<std::string, proto::Account> accounts_;  // at most kMostAccountsKept
  mutable std::optional<std::string> oldest_;  // the first key of the table of keys by age, once it was seen
  mutable std::string value_;
  std::string encoded_;
  mutable std::string name_;
  mutable proto::Account account_;
  mutable proto::Buzz buzz_;
  mutable proto::CommandKey command_key_;
};

}  // namespace buzzer::shard
