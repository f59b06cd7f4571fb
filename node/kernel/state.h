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

// An index from something that buzzes have in common to those buzzes, of this shard's authors and copies of others'.
enum class Index {
  kTopic,    // by folded topic
  kMention,  // by name
  kThread,   // by the root's id in decimal digits; the root itself is not in it
};

// The numbers of the arrival log, or of a stream's rows, that are there: from `first` to `last`, without gaps. What
// came before `first` was trimmed; `last` is never trimmed, so an empty one (first 1, last 0) has never had any.
struct Span {
  std::uint64_t first = 1;
  std::uint64_t last = 0;

  [[nodiscard]] bool empty() const { return last < first; }
  [[nodiscard]] bool holds(std::uint64_t number) const { return first <= number && number <= last; }
};

// Reading. A record returned is valid until the next call of the view, and null when there is none. Names are names
// (text.h), in lower case, throughout.
class StateView {
 public:
  // All return false to stop. What they are given is valid during the call; they may call the view.
  using VisitAccount = std::function<bool(const proto::Account&)>;
  using VisitPlace = std::function<bool(const FeedPlace&)>;
  using VisitKey = std::function<bool(std::string_view account, std::string_view key, std::int64_t created_ms)>;
  using VisitName = std::function<bool(std::string_view name)>;
  using VisitId = std::function<bool(BuzzId id)>;
  using VisitIndexed = std::function<bool(BuzzId id, std::string_view author)>;
  using VisitBuzz = std::function<bool(const proto::Buzz&)>;
  using VisitCopy = std::function<bool(std::string_view author, const proto::Copy&)>;
  using VisitEdge = std::function<bool(std::string_view author, const proto::FollowEdge&)>;
  using VisitFollowed = std::function<bool(std::string_view author, const proto::FollowedAuthor&)>;
  using VisitInterest = std::function<bool(std::string_view author, const proto::AuthorInterest&)>;
  using VisitSession = std::function<bool(std::string_view token_hash, const proto::Session&)>;
  using VisitArrival = std::function<bool(std::uint64_t position, const proto::Arrival&)>;
  using VisitRow = std::function<bool(std::uint64_t number, const proto::Delivery&)>;
  using VisitSweep = std::function<bool(std::uint64_t number, const proto::Sweep&)>;

  StateView() = default;
  StateView(const StateView&) = delete;
  StateView& operator=(const StateView&) = delete;
  virtual ~StateView() = default;

  [[nodiscard]] virtual proto::ShardState shard_state() const = 0;
  [[nodiscard]] virtual const proto::Account* account(std::string_view name) const = 0;
  [[nodiscard]] virtual const proto::Buzz* buzz(BuzzId id) const = 0;
  [[nodiscard]] virtual const proto::CommandKey* command_key(std::string_view account, std::string_view key) const = 0;

  // What is kept of a user's password; null: nobody can log in.
  [[nodiscard]] virtual const proto::Credential* credential(std::string_view name) const = 0;
  // `token_hash` has kTokenHashBytes (kernel.h), here and below.
  [[nodiscard]] virtual const proto::Session* session(std::string_view name, std::string_view token_hash) const = 0;
  // Of a user, expired ones too; there are few.
  virtual void visit_sessions(std::string_view name, const VisitSession& visit) const = 0;

  // Accounts whose names are at least `from`, ascending.
  virtual void visit_accounts(std::string_view from, const VisitAccount& visit) const = 0;
  // What an author has posted and not deleted, from the first place beyond `from` in that direction.
  virtual void visit_author(std::string_view author, const FeedPlace& from, Direction direction,
                            const VisitPlace& visit) const = 0;
  // Command keys, oldest first.
  virtual void visit_keys(const VisitKey& visit) const = 0;
  // Buzzes of this shard's authors, deleted ones too, ascending, from this id on.
  virtual void visit_buzzes(BuzzId from, const VisitBuzz& visit) const = 0;

  // The follow graph.
  [[nodiscard]] virtual const proto::FollowEdge* edge(std::string_view follower, std::string_view author) const = 0;
  // Whom a user of this shard follows, pending or not, whose names are at least `from`, ascending.
  virtual void visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const = 0;
  // Users of this shard who follow an author, pending or not; likewise.
  virtual void visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const = 0;
  // Null for authors of this shard: their interest says it.
  [[nodiscard]] virtual const proto::FollowedAuthor* followed_author(std::string_view author) const = 0;
  // Whose names are at least `from`, ascending.
  virtual void visit_followed_authors(std::string_view from, const VisitFollowed& visit) const = 0;
  // Of authors of this shard; null when nobody follows.
  [[nodiscard]] virtual const proto::AuthorInterest* interest(std::string_view author) const = 0;
  // Of authors whose names are at least `from`, ascending.
  virtual void visit_interests(std::string_view from, const VisitInterest& visit) const = 0;

  // Buzzes of other shards' authors.
  [[nodiscard]] virtual const proto::Copy* copy(std::string_view author, BuzzId id) const = 0;
  // Ids of an author's copies beyond `from` in that direction.
  virtual void visit_copies(std::string_view author, BuzzId from, Direction direction, const VisitId& visit) const = 0;
  // The last of them, 0 if there is none; a home feed asks it of all who are followed. Like a visit.
  [[nodiscard]] virtual BuzzId newest_copy(std::string_view author) const = 0;
  // All copies, by author, then by id, from this place on.
  virtual void visit_all_copies(std::string_view author, BuzzId from, const VisitCopy& visit) const = 0;
  // What an index holds under `key`, beyond `from` in that direction.
  virtual void visit_index(Index index, std::string_view key, BuzzId from, Direction direction,
                           const VisitIndexed& visit) const = 0;

  // The arrival log.
  [[nodiscard]] virtual Span arrivals() const = 0;
  [[nodiscard]] virtual const proto::Arrival* arrival(std::uint64_t position) const = 0;
  // From this position on, ascending.
  virtual void visit_arrivals(std::uint64_t from, const VisitArrival& visit) const = 0;

  // Streams.
  [[nodiscard]] virtual const proto::OutStream* out_stream(ShardId to) const = 0;
  [[nodiscard]] virtual Span rows(ShardId to) const = 0;
  [[nodiscard]] virtual const proto::Delivery* row(ShardId to, std::uint64_t number) const = 0;
  // From this number on, ascending.
  virtual void visit_rows(ShardId to, std::uint64_t from, const VisitRow& visit) const = 0;
  [[nodiscard]] virtual const proto::Watermark* watermark(ShardId from) const = 0;

  // By number, ascending; there are few.
  virtual void visit_sweeps(const VisitSweep& visit) const = 0;
};

// Changing: what apply() does with events. The reads of single records, and of spans, see a change at once; visits need
// not before the entry is complete.
class StateEditor : public StateView {
 public:
  virtual void set_shard_state(const proto::ShardState& state) = 0;
  virtual void put_account(std::string_view name, const proto::Account& account) = 0;
  virtual void put_buzz(const proto::Buzz& buzz) = 0;
  virtual void add_to_author(std::string_view author, const FeedPlace& place) = 0;
  virtual void remove_from_author(std::string_view author, const FeedPlace& place) = 0;
  virtual void remember_key(std::string_view account, std::string_view key, const proto::CommandKey& record) = 0;
  virtual void forget_key(std::string_view account, std::string_view key, std::int64_t created_ms) = 0;

  virtual void put_credential(std::string_view name, const proto::Credential& credential) = 0;
  virtual void put_session(std::string_view name, std::string_view token_hash, const proto::Session& session) = 0;
  virtual void erase_session(std::string_view name, std::string_view token_hash) = 0;

  virtual void put_edge(std::string_view follower, std::string_view author, const proto::FollowEdge& edge) = 0;
  virtual void erase_edge(std::string_view follower, std::string_view author) = 0;
  virtual void put_followed_author(std::string_view author, const proto::FollowedAuthor& record) = 0;
  virtual void erase_followed_author(std::string_view author) = 0;
  virtual void put_interest(std::string_view author, const proto::AuthorInterest& interest) = 0;
  virtual void erase_interest(std::string_view author) = 0;

  virtual void put_copy(std::string_view author, const proto::Copy& copy) = 0;
  virtual void erase_copy(std::string_view author, BuzzId id) = 0;
  // An entry that is there, or not there, already stays so.
  virtual void add_to_index(Index index, std::string_view key, BuzzId id, std::string_view author) = 0;
  virtual void remove_from_index(Index index, std::string_view key, BuzzId id) = 0;

  // `position` is the one after the last.
  virtual void append_arrival(std::uint64_t position, const proto::Arrival& arrival) = 0;
  // Those before `first`, which is not after the last.
  virtual void trim_arrivals(std::uint64_t first) = 0;

  virtual void put_out_stream(ShardId to, const proto::OutStream& stream) = 0;
  // `number` is the one after the last.
  virtual void append_row(ShardId to, std::uint64_t number, const proto::Delivery& row) = 0;
  virtual void trim_rows(ShardId to, std::uint64_t first) = 0;
  // All of them; the next is number 1.
  virtual void drop_rows(ShardId to) = 0;
  virtual void put_watermark(ShardId from, const proto::Watermark& watermark) = 0;

  virtual void put_sweep(std::uint64_t number, const proto::Sweep& sweep) = 0;
  virtual void erase_sweep(std::uint64_t number) = 0;
};

}  // namespace buzzer::kernel
