// One shard's state in a store: the kernel's records as keys and values (store/key_schema.h).
//
// Reads see the store, what is in flight over it, and the changes made since begin(), which are one batch; visits do
// not see those changes. What nearly every command needs is kept in memory: the shard's clock and last id, the accounts
// last seen and who is interested in them, the newest copies, the oldest key, where the arrival log and the streams
// begin and end. So whoever drops what is in flight, or changes, says forget(). A store that cannot be read makes
// failed() true, and what was read since begin() counts for nothing. The thread that owns the shard only.
//
// shard_state.cc has the shard's own accounts and buzzes, shard_state_sessions.cc passwords and sessions,
// shard_state_follows.cc the follow graph, copies and indexes, shard_state_streams.cc the arrival log and the streams.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "node/kernel/state.h"
#include "node/shard/entry_changes.h"
#include "node/shard/overlay.h"
#include "node/shard/recent_copies.h"
#include "node/store/key_schema.h"
#include "node/store/store.h"

namespace buzzer::shard {

// Accounts whose records are kept in memory, for each shard; and authors whose followers are.
inline constexpr std::size_t kMostAccountsKept = 1024;

// Authors of other shards whose newest copies are known, for each shard: two hundred bytes each.
inline constexpr std::size_t kMostRecentKept = 8'192;

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
  [[nodiscard]] store::Batch& changes() { return changes_.batch(); }
  // Whether something could not be read since begin().
  [[nodiscard]] bool failed() const { return failed_; }
  // Why, if it could not.
  [[nodiscard]] const std::string& why_failed() const { return why_failed_; }
  // Of the shard's store; 0 if it has been given none.
  [[nodiscard]] std::uint64_t incarnation() const { return number(store::ShardField::kIncarnation); }

  [[nodiscard]] proto::ShardState shard_state() const override;
  [[nodiscard]] const proto::Account* account(std::string_view name) const override;
  [[nodiscard]] const proto::Buzz* buzz(base::BuzzId id) const override;
  [[nodiscard]] const proto::CommandKey* command_key(std::string_view account, std::string_view key) const override;
  [[nodiscard]] const proto::Credential* credential(std::string_view name) const override;
  [[nodiscard]] const proto::Session* session(std::string_view name, std::string_view token_hash) const override;
  void visit_sessions(std::string_view name, const VisitSession& visit) const override;
  void visit_accounts(std::string_view from, const VisitAccount& visit) const override;
  void visit_author(std::string_view author, const kernel::FeedPlace& from, kernel::Direction direction,
                    const VisitPlace& visit) const override;
  void visit_keys(const VisitKey& visit) const override;
  void visit_buzzes(base::BuzzId from, const VisitBuzz& visit) const override;

  [[nodiscard]] const proto::FollowEdge* edge(std::string_view follower, std::string_view author) const override;
  void visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const override;
  void visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const override;
  [[nodiscard]] const proto::FollowedAuthor* followed_author(std::string_view author) const override;
  void visit_followed_authors(std::string_view from, const VisitFollowed& visit) const override;
  [[nodiscard]] const proto::AuthorInterest* interest(std::string_view author) const override;
  void visit_interests(std::string_view from, const VisitInterest& visit) const override;

  [[nodiscard]] const proto::Copy* copy(std::string_view author, base::BuzzId id) const override;
  void visit_copies(std::string_view author, base::BuzzId from, kernel::Direction direction,
                    const VisitId& visit) const override;
  [[nodiscard]] base::BuzzId newest_copy(std::string_view author) const override;
  void visit_all_copies(std::string_view author, base::BuzzId from, const VisitCopy& visit) const override;
  void visit_index(kernel::Index index, std::string_view key, base::BuzzId from, kernel::Direction direction,
                   const VisitIndexed& visit) const override;

  [[nodiscard]] kernel::Span arrivals() const override;
  [[nodiscard]] const proto::Arrival* arrival(std::uint64_t position) const override;
  void visit_arrivals(std::uint64_t from, const VisitArrival& visit) const override;
  [[nodiscard]] const proto::OutStream* out_stream(base::ShardId to) const override;
  [[nodiscard]] kernel::Span rows(base::ShardId to) const override;
  [[nodiscard]] const proto::Delivery* row(base::ShardId to, std::uint64_t number) const override;
  void visit_rows(base::ShardId to, std::uint64_t from, const VisitRow& visit) const override;
  [[nodiscard]] const proto::Watermark* watermark(base::ShardId from) const override;
  void visit_sweeps(const VisitSweep& visit) const override;

  void set_shard_state(const proto::ShardState& state) override;
  void put_account(std::string_view name, const proto::Account& account) override;
  void put_buzz(const proto::Buzz& buzz) override;
  void add_to_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remove_from_author(std::string_view author, const kernel::FeedPlace& place) override;
  void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) override;
  void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) override;

  void put_credential(std::string_view name, const proto::Credential& credential) override;
  void put_session(std::string_view name, std::string_view token_hash, const proto::Session& session) override;
  void erase_session(std::string_view name, std::string_view token_hash) override;

  void put_edge(std::string_view follower, std::string_view author, const proto::FollowEdge& edge) override;
  void erase_edge(std::string_view follower, std::string_view author) override;
  void put_followed_author(std::string_view author, const proto::FollowedAuthor& record) override;
  void erase_followed_author(std::string_view author) override;
  void put_interest(std::string_view author, const proto::AuthorInterest& interest) override;
  void erase_interest(std::string_view author) override;

  void put_copy(std::string_view author, const proto::Copy& copy) override;
  void erase_copy(std::string_view author, base::BuzzId id) override;
  void add_to_index(kernel::Index index, std::string_view key, base::BuzzId id, std::string_view author) override;
  void remove_from_index(kernel::Index index, std::string_view key, base::BuzzId id) override;

  void append_arrival(std::uint64_t position, const proto::Arrival& arrival) override;
  void trim_arrivals(std::uint64_t first) override;
  void put_out_stream(base::ShardId to, const proto::OutStream& stream) override;
  void append_row(base::ShardId to, std::uint64_t number, const proto::Delivery& row) override;
  void trim_rows(base::ShardId to, std::uint64_t first) override;
  void drop_rows(base::ShardId to) override;
  void put_watermark(base::ShardId from, const proto::Watermark& watermark) override;
  void put_sweep(std::uint64_t number, const proto::Sweep& sweep) override;
  void erase_sweep(std::uint64_t number) override;

 private:
  // Something read once, and from then on known: it may be that it is not there.
  template <class Record>
  struct Kept {
    bool known = false;
    bool there = false;
    Record record;
  };
  using VisitEntry = std::function<bool(std::string_view key, std::string_view value)>;

  // Whether the key is there; its value is in value_ then.
  [[nodiscard]] bool read(std::string_view key) const;
  // Likewise; its value is in `record`.
  [[nodiscard]] bool read(std::string_view key, google::protobuf::MessageLite& record) const;
  [[nodiscard]] bool decode(std::string_view bytes, google::protobuf::MessageLite& record) const;
  [[nodiscard]] std::uint64_t number(store::ShardField field) const;
  const proto::Account& keep(const proto::Account& account) const;
  Kept<proto::AuthorInterest>& kept_interest(std::string_view author) const;
  template <class Record>
  [[nodiscard]] const Record* read_once(const store::Key& key, Kept<Record>& kept) const;

  void visit_range(const store::Range& range, kernel::Direction direction, const VisitEntry& visit) const;
  // Entries whose keys begin so, from the key `from` on, ascending.
  void visit_from(const store::Key& from, const store::Key& beginning, const VisitEntry& visit) const;
  // Entries whose keys begin so and then have a number, beyond `from` in that direction.
  void visit_beyond(const store::Key& beginning, std::uint64_t from, kernel::Direction direction,
                    const VisitEntry& visit) const;
  // The places of the keys by age, from the first one on.
  void scan_ages(const std::function<bool(std::string_view key)>& visit) const;
  [[nodiscard]] kernel::Span& span(const store::Key& keys, std::optional<kernel::Span>& kept) const;

  void put(const store::Key& key, const google::protobuf::MessageLite& record);
  void check(const base::Result<void>& result) const;
  void fail(const std::string& why) const;
  [[nodiscard]] const RecentCopies* recent_copies(std::string_view author) const;  // if they are kept
  void visit_stored_copies(std::string_view author, base::BuzzId from, kernel::Direction direction,
                           const VisitId& visit) const;
  // For keys and values that cannot be: visits end with it.
  [[nodiscard]] bool spoiled() const;

  const store::Store& below_;
  const Overlay& overlay_;
  const base::ShardId shard_;
  EntryChanges changes_;
  mutable bool failed_ = false;
  mutable std::string why_failed_;
  mutable std::optional<proto::ShardState> numbers_;
  mutable std::unordered_map<std::string, proto::Account> accounts_;                // at most kMostAccountsKept
  mutable std::unordered_map<std::string, Kept<proto::AuthorInterest>> interests_;  // likewise
  mutable std::unordered_map<std::string, RecentCopies> recent_copies_;             // at most kMostRecentKept
  mutable std::optional<std::string> oldest_;  // the first key of the table of keys by age, once it was seen
  mutable std::optional<kernel::Span> arrivals_;
  mutable std::array<std::optional<kernel::Span>, base::kShardCount> rows_;
  mutable std::array<Kept<proto::OutStream>, base::kShardCount> out_streams_;
  mutable std::array<Kept<proto::Watermark>, base::kShardCount> watermarks_;

  // For their memory; what the reads give back is in them.
  mutable std::string value_;
  std::string encoded_;
  mutable std::string name_;
  mutable proto::Account account_;
  mutable proto::Buzz buzz_;
  mutable proto::CommandKey command_key_;
  mutable proto::Credential credential_;
  mutable proto::Session session_;
  mutable proto::FollowEdge edge_;
  mutable proto::FollowedAuthor followed_author_;
  mutable proto::Copy copy_;
  mutable proto::Arrival arrival_;
  mutable proto::Delivery row_;
};

}  // namespace buzzer::shard
