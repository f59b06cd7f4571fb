// A shard's state in plain memory, for measuring the kernel: as lean as a state can be, so that the figure is the
// kernel's. It keeps the newest buzzes, and the place of the oldest serves the next; so once it is full a post needs no
// new memory. Nothing is encoded. The arrival log and the streams keep the newest likewise.
//
// What no post needs (sessions, who follows whom, copies, indexes, sweeps) is in a ShardState over a store in memory:
// there if it is asked for, and no part of what is measured. recycled_state.cc has what a post needs,
// recycled_streams.cc the rest.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/core/index.h"
#include "bench/core/ring.h"
#include "node/kernel/state.h"
#include "node/shard/overlay.h"
#include "node/shard/shard_state.h"
#include "node/store/memory_disk.h"
#include "node/store/store.h"

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
  struct User {
    std::string name;  // in lower case
    proto::Account account;
    Ring<kernel::FeedPlace> feed;
    std::optional<proto::AuthorInterest> interest;
  };
  struct Key {
    std::size_t user = 0;  // whose: its place in users_
    std::string key;
    proto::CommandKey record;
  };
  // Records with numbers that follow each other, the newest so many of them.
  template <class Record>
  struct Log {
    explicit Log(std::size_t capacity) : records(capacity) {}

    [[nodiscard]] kernel::Span span() const { return {last + 1 - records.size(), last}; }
    [[nodiscard]] const Record* find(std::uint64_t number) const;
    [[nodiscard]] Record& append(std::uint64_t number);
    void trim(std::uint64_t first);
    template <class Visit>
    void visit_from(std::uint64_t from, const Visit& visit) const;

    Ring<Record> records;
    std::uint64_t last = 0;
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
  Log<proto::Arrival> arrivals_;
  std::array<std::unique_ptr<Log<proto::Delivery>>, base::kShardCount> rows_;  // of streams that have had any
  std::array<std::optional<proto::OutStream>, base::kShardCount> out_streams_;
  std::array<std::optional<proto::Watermark>, base::kShardCount> watermarks_;

  store::MemoryDisk disk_;
  std::unique_ptr<store::Store> store_;
  const shard::Overlay nothing_in_flight_;
  std::unique_ptr<shard::ShardState> rest_;
};

}  // namespace buzzer::bench
