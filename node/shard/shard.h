// One shard: takes what comes one thing at a time, decides on speculative state, and lets nothing out before what it
// rests on is durable.
//
// What comes are commands and queries of users, rows of other shards' streams, what their receivers say of its own, and
// by and by its own upkeep. Each that changes anything is one entry of the journal, whole with all of its effect: a row
// with the watermark that says that it has been taken, a buzz with the rows that bring it to other shards.
//
// A reply waits for every entry that its decision could have seen, its own and those before it; so do refusals, reads,
// rows that are read to be sent, and the places of streams that are told. After an append that was refused or whose
// outcome is unknown, all that waits is answered `unavailable` (indefinite), and the shard serves nothing until it has
// claimed again.
//
// It may be destroyed at any moment but from within one of its callbacks: what it was still to answer is never answered
// then, so close() it first.
//
// Belongs to one worker's thread. shard.cc has its life, shard_inputs.cc what comes.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/random.h"
#include "node/journal/journal.h"
#include "node/kernel/kernel.h"
#include "node/kernel/streams.h"
#include "node/kernel/upkeep.h"
#include "node/shard/overlay.h"
#include "node/shard/parked_commands.h"
#include "node/shard/publisher.h"
#include "node/shard/refusals.h"
#include "node/shard/shard_services.h"
#include "node/shard/shard_state.h"

namespace buzzer::shard {

// Every so many arrivals it is time to look whether the log is to be trimmed.
inline constexpr std::uint64_t kTrimEvery = 1000;

class Shard {
 public:
  // Never called from within the call that it answers.
  using ReplyCallback = std::function<void(const proto::Reply&)>;
  // What is read, and then, once it may be told, telling it; `readable` false: unavailable.
  using Query = std::function<void(const kernel::StateView&)>;
  using ToldCallback = std::function<void(bool readable)>;

  using RowsCallback = std::function<void(std::uint64_t generation, std::vector<proto::Delivery>&& rows)>;
  using PlaceCallback = std::function<void(const kernel::StreamPlace&)>;

  Shard(const ShardOptions& options, const ShardServices& services);

  // Answers all that waits `unavailable`, and serves nothing any more.
  void close();

  // What it has refused lately, for the shard that takes its place in this process: the links, and with them earlier
  // copies of what was refused, have not ended.
  [[nodiscard]] Refusals take_refusals() { return std::move(refusals_); }
  void keep_refusals(Refusals refusals) { refusals_ = std::move(refusals); }

  // Claims the shard; commands are `unavailable` until that has succeeded.
  void start();

  void execute(const proto::Command& command, ReplyCallback callback);
  // Reads now, tells when what was read is durable.
  void query(const Query& query, ToldCallback callback);

  // Rows of the stream from another shard, `first` and those that follow it: takes those that are next. Tells where the
  // stream stands once that is durable; never, if it serves no more by then.
  void deliver(base::ShardId from, std::uint64_t incarnation, std::uint64_t generation, std::uint64_t first,
               const google::protobuf::RepeatedPtrField<proto::Delivery>& rows, PlaceCallback told);
  void tell_stream(base::ShardId from, PlaceCallback told);
  // What the receiver of one of its streams says of it; a broken one begins anew. kMeets, without effect, if there is
  // no such stream on either end, if the shard does not serve, or if something could not be read.
  kernel::Meeting heard(base::ShardId to, std::uint64_t incarnation, const kernel::StreamPlace& place);
  // A shard says that it is of that incarnation. True if rows of its stream have been taken.
  [[nodiscard]] bool peer_serves(base::ShardId peer, std::uint64_t incarnation);
  // Rows that are durable when they are told, from `first` on; none if there are none or they cannot be read.
  void read_rows(base::ShardId to, std::uint64_t first, std::size_t most_bytes, RowsCallback callback);
  [[nodiscard]] kernel::Span rows(base::ShardId to) const { return state_.rows(to); }
  // Has begun a stream anew, and has not yet queued all that its receiver should have.
  [[nodiscard]] bool resyncs(base::ShardId to) const;
  // Still has records to look at by and by (kernel/sweeps.h).
  [[nodiscard]] bool sweeps() const;
  // To whom it has ever had rows.
  [[nodiscard]] std::vector<base::ShardId> streams() const;

  [[nodiscard]] Publisher& publisher() { return publisher_; }
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  [[nodiscard]] bool serves() const { return serving_; }
  // How far the shard's clock, which never goes back, was ahead of the wall clock when it was claimed.
  [[nodiscard]] std::chrono::milliseconds clock_ahead() const { return clock_ahead_; }

 private:
  struct Waiting {
    journal::EntryNumber for_entry;
    proto::Reply reply;
    ReplyCallback callback;
    ToldCallback told;
  };

  // What a receiver has acknowledged, until its rows are trimmed.
  struct Acknowledged {
    std::uint64_t incarnation;
    kernel::StreamPlace place;
  };

  void claimed(const base::Result<journal::Claim>& claim);
  [[nodiscard]] kernel::Moment moment() const;
  // Makes what was decided an entry under way; nothing, if it has no events. False: something could not be read, and
  // nothing of it happened.
  [[nodiscard]] bool commit();
  void append();
  void write_watermarks_early();  // a planted mistake
  // Tells who is concerned of what the entry just appended says.
  void announce(const proto::Entry& entry);
  void resolve(const proto::KeyResolved& resolved);
  void read_failed();
  // Upkeep comes that soon, or sooner.
  void keep_up_after(base::Duration delay);
  void keep_up();
  [[nodiscard]] bool trim_acknowledged();
  void wait(Waiting waiting);
  void appended(journal::Epoch epoch, journal::EntryNumber number, journal::AppendOutcome outcome);
  void release_durable();
  [[nodiscard]] std::chrono::milliseconds wall_ms() const { return loop_.wall_now().time_since_epoch(); }
  void ask(const Query& query, ToldCallback callback, std::size_t most_waiting);
  // Whether the command has been executed before.
  [[nodiscard]] bool is_repeated(const proto::Command& command);
  // Of a read that failed: only who asked is hurt.
  void give_up(Waiting&& waiting);
  // Serves nothing from now on, and claims again after a while.
  void step_back(const char* why);
  // Answers all that waits `unavailable`.
  void stop_serving();
  void answer_unavailable(Waiting&& waiting);
  // Calls the function only if this shard is still there.
  template <class Function>
  [[nodiscard]] auto while_here(Function function) const;

  const ShardOptions options_;
  store::Store& below_;
  journal::Journal& journal_;
  base::EventLoop& loop_;
  base::Random& random_;
  base::Log& log_;
  ShardOwner& owner_;
  Overlay overlay_;
  ShardState state_;
  kernel::Decision decision_;
  Refusals refusals_;
  ParkedCommands parked_;
  Publisher publisher_;
  std::string encoded_;
  std::uint64_t incarnation_ = 0;
  std::uint64_t life_ = 0;
  bool serving_ = false;
  std::chrono::milliseconds clock_ahead_{0};
  journal::Epoch epoch_;
  journal::EntryNumber last_;                                           // given to the journal
  journal::EntryNumber durable_;                                        // known to be
  journal::EntryNumber kept_up_;                                        // given to it when upkeep last ended
  std::deque<std::pair<journal::EntryNumber, store::Batch>> to_enter_;  // enter the store when durable
  std::deque<Waiting> waiting_;                                         // oldest first
  std::array<std::optional<Acknowledged>, base::kShardCount> acknowledged_;
  std::unique_ptr<base::Timer> reclaim_;
  std::unique_ptr<base::Timer> upkeep_;
  base::MonotonicTime upkeep_at_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::shard
