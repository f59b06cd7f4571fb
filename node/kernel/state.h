// The state of one shard as the kernel sees it: records, not keys and bytes. Declared here; implemented by the shard
// over its store, and by a plain map in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "node/kernel/buzz_id.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

// A place in an author's feed: by `posted`, then by id.
struct FeedPlace {
  std::int64_t posted_ms = 0;
  BuzzId id;

  friend auto operator<=>(const FeedPlace&, const FeedPlace&) = default;
};

enum class Direction { kOlder, kNewer };

// Reading. A record returned is valid until the next call of the view, and null when there is none. Names are names
// (text.h), in lower case, throughout.
class StateView {
 public:
  // Returns false to stop.
  using VisitAccount = std::function<bool(const proto::Account&)>;
  using VisitPlace = std::function<bool(const FeedPlace&)>;
  using VisitKey = std::function<bool(std::string_view account, std::string_view key, std::int64_t created_ms)>;

  StateView() = default;
  StateView(const StateView&) = delete;
  StateView& operator=(const StateView&) = delete;
  virtual ~StateView() = default;

  [[nodiscard]] virtual proto::ShardState shard_state() const = 0;
  [[nodiscard]] virtual const proto::Account* account(std::string_view name) const = 0;
  [[nodiscard]] virtual const proto::Buzz* buzz(BuzzId id) const = 0;
  [[nodiscard]] virtual const proto::CommandKey* command_key(std::string_view account, std::string_view key) const = 0;

  // Accounts whose names are at least `from`, ascending.
  virtual void visit_accounts(std::string_view from, const VisitAccount& visit) const = 0;
  // What an author has posted and not deleted, from the first place beyond `from` in that direction.
  virtual void visit_author(std::string_view author, const FeedPlace& from, Direction direction,
                            const VisitPlace& visit) const = 0;
  // Command keys, oldest first.
  virtual void visit_keys(const VisitKey& visit) const = 0;
};

// Changing: what apply() does with events. The reads of single records see a change at once; visits need not before the
// entry is complete.
class StateEditor : public StateView {
 public:
  virtual void set_shard_state(const proto::ShardState& state) = 0;
  virtual void put_account(std::string_view name, const proto::Account& account) = 0;
  virtual void put_buzz(const proto::Buzz& buzz) = 0;
  virtual void add_to_author(std::string_view author, const FeedPlace& place) = 0;
  virtual void remove_from_author(std::string_view author, const FeedPlace& place) = 0;
  virtual void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) = 0;
  virtual void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) = 0;
};

}  // namespace buzzer::kernel
