// A shard's state in plain maps: what the kernel's rules are tested on, without a store.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "node/kernel/state.h"

namespace buzzer::kernel {

class MapState final : public StateEditor {
 public:
  // The state as it is now, which goes its own way: what a backup is to a store.
  [[nodiscard]] std::unique_ptr<MapState> clone() const;
  void restore(const MapState& backup) { held_ = backup.held_; }

  [[nodiscard]] std::size_t keys() const { return held_.keys.size(); }
  [[nodiscard]] std::size_t copies() const { return held_.copies.size(); }

  [[nodiscard]] proto::ShardState shard_state() const override { return held_.shard; }
  [[nodiscard]] const proto::Account* account(std::string_view name) const override;
  [[nodiscard]] const proto::Buzz* buzz(BuzzId id) const override;
  [[nodiscard]] const proto::CommandKey* command_key(std::string_view account, std::string_view key) const override;
  [[nodiscard]] const proto::Credential* credential(std::string_view name) const override;
  [[nodiscard]] const proto::Session* session(std::string_view name, std::string_view token_hash) const override;
  void visit_sessions(std::string_view name, const VisitSession& visit) const override;
  void visit_accounts(std::string_view from, const VisitAccount& visit) const override;
  void visit_author(std::string_view author, const FeedPlace& from, Direction direction,
                    const VisitPlace& visit) const override;
  void visit_keys(const VisitKey& visit) const override;
  void visit_buzzes(BuzzId from, const VisitBuzz& visit) const override;

  [[nodiscard]] const proto::FollowEdge* edge(std::string_view follower, std::string_view author) const override;
  void visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const override;
  void visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const override;
  [[nodiscard]] const proto::FollowedAuthor* followed_author(std::string_view author) const override;
  void visit_followed_authors(std::string_view from, const VisitFollowed& visit) const override;
  [[nodiscard]] const proto::AuthorInterest* interest(std::string_view author) const override;
  void visit_interests(std::string_view from, const VisitInterest& visit) const override;

  [[nodiscard]] const proto::Copy* copy(std::string_view author, BuzzId id) const override;
  void visit_copies(std::string_view author, BuzzId from, Direction direction, const VisitId& visit) const override;
  [[nodiscard]] BuzzId newest_copy(std::string_view author) const override;
  void visit_all_copies(std::string_view author, BuzzId from, const VisitCopy& visit) const override;
  void visit_index(Index index, std::string_view key, BuzzId from, Direction direction,
                   const VisitIndexed& visit) const override;

  [[nodiscard]] Span arrivals() const override { return held_.arrivals.span; }
  [[nodiscard]] const proto::Arrival* arrival(std::uint64_t position) const override;
  void visit_arrivals(std::uint64_t from, const VisitArrival& visit) const override;
  [[nodiscard]] const proto::OutStream* out_stream(ShardId to) const override;
  [[nodiscard]] Span rows(ShardId to) const override { return rows_to(to).span; }
  [[nodiscard]] const proto::Delivery* row(ShardId to, std::uint64_t number) const override;
  void visit_rows(ShardId to, std::uint64_t from, const VisitRow& visit) const override;
  [[nodiscard]] const proto::Watermark* watermark(ShardId from) const override;
  void visit_sweeps(const VisitSweep& visit) const override;

  void set_shard_state(const proto::ShardState& state) override { held_.shard = state; }
  void put_account(std::string_view name, const proto::Account& account) override;
  void put_buzz(const proto::Buzz& buzz) override;
  void add_to_author(std::string_view author, const FeedPlace& place) override;
  void remove_from_author(std::string_view author, const FeedPlace& place) override;
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
  void erase_copy(std::string_view author, BuzzId id) override;
  void add_to_index(Index index, std::string_view key, BuzzId id, std::string_view author) override;
  void remove_from_index(Index index, std::string_view key, BuzzId id) override;

  void append_arrival(std::uint64_t position, const proto::Arrival& arrival) override;
  void trim_arrivals(std::uint64_t first) override;
  void put_out_stream(ShardId to, const proto::OutStream& stream) override;
  void append_row(ShardId to, std::uint64_t number, const proto::Delivery& row) override;
  void trim_rows(ShardId to, std::uint64_t first) override;
  void drop_rows(ShardId to) override;
  void put_watermark(ShardId from, const proto::Watermark& watermark) override;
  void put_sweep(std::uint64_t number, const proto::Sweep& sweep) override;
  void erase_sweep(std::uint64_t number) override;

 private:
  using Pair = std::pair<std::string, std::string>;
  template <class Record>
  using ByName = std::map<std::string, Record, std::less<>>;

  // Records with numbers that follow each other.
  template <class Record>
  struct Log {
    Span span;
    std::map<std::uint64_t, Record> records;

    void append(std::uint64_t number, const Record& record);
    void trim(std::uint64_t first);
  };

  // All there is, so that it can be copied as one.
  struct Held {
    proto::ShardState shard;
    ByName<proto::Account> accounts;
    ByName<proto::Credential> credentials;
    std::map<Pair, proto::Session> sessions;  // by name and token's hash
    std::map<BuzzId, proto::Buzz> buzzes;
    ByName<std::set<FeedPlace>> feeds;
    std::map<Pair, proto::CommandKey> keys;
    std::set<std::tuple<std::int64_t, std::string, std::string>> key_ages;
    std::map<Pair, proto::FollowEdge> edges;  // by follower and author
    std::set<Pair> followers;                 // by author and follower
    ByName<proto::FollowedAuthor> followed;
    ByName<proto::AuthorInterest> interests;
    std::map<std::pair<std::string, BuzzId>, proto::Copy> copies;
    std::map<std::pair<Index, std::string>, std::map<BuzzId, std::string>> indexes;
    Log<proto::Arrival> arrivals;
    std::array<Log<proto::Delivery>, base::kShardCount> rows;
    std::map<ShardId, proto::OutStream> streams;
    std::map<ShardId, proto::Watermark> watermarks;
    std::map<std::uint64_t, proto::Sweep> sweeps;
  };

  [[nodiscard]] const Log<proto::Delivery>& rows_to(ShardId to) const { return held_.rows.at(to.value()); }

  Held held_;
};

}  // namespace buzzer::kernel
