// One shard: takes commands one at a time, decides on speculative state, and lets nothing out before what it rests on
// is durable.
//
// A reply waits for every entry that its decision could have seen, its own and those before it; so do refusals and
// reads. After an append that was refused or whose outcome is unknown, all that waits is answered `unavailable`
// (indefinite), and the shard serves nothing until it has claimed again.
//
// It may be destroyed at any moment but from within one of its callbacks: what it was still to answer is never answered
// then, so close() it first.
//
// Belongs to one worker's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/event_loop.h"
#include "base/log.h"
#include "node/journal/journal.h"
#include "node/kernel/kernel.h"
#include "node/shard/overlay.h"
#include "node/shard/refusals.h"
#include "node/shard/shard_state.h"

namespace buzzer::shard {

struct ShardOptions {
  base::ShardId shard;
  std::size_t most_waiting = 4096;  // replies; a further command is `unavailable`, unexecuted
  base::Duration reclaim_after = std::chrono::milliseconds(100);
};

// Who owns the shards of a node.
class ShardOwner {
 public:
  ShardOwner() = default;
  ShardOwner(const ShardOwner&) = delete;
  ShardOwner& operator=(const ShardOwner&) = delete;
  virtual ~ShardOwner() = default;

  // All are called from within the shard, which must not be destroyed before they have ended.
  // It serves, from now on or again.
  virtual void on_serving() {}
  // It has stepped back; it will claim again by itself.
  virtual void on_stepped_back(const char* why) = 0;
  // One command or query could not be answered, because something could not be read.
  virtual void on_read_failed(const std::string& why) = 0;
};

// How the clock of this machine stands beside those of its peers.
struct ClockState {
  std::chrono::milliseconds correction{0};  // to be added to the wall clock
  bool dates_buzzes = true;                 // false: too far off for new buzzes
};

class Shard {
 public:
  // Never called from within the call that it answers.
  using ReplyCallback = std::function<void(const proto::Reply&)>;
  // What is read, and then, once it may be told, telling it; `readable` false: unavailable.
  using Query = std::function<void(const kernel::StateView&)>;
  using ToldCallback = std::function<void(bool readable)>;

  // `below` is the store that the journal's batches enter. All must outlive it.
  Shard(const ShardOptions& options, store::Store& below, journal::Journal& journal, base::EventLoop& loop,
        base::Log& log, ShardOwner& owner);

  // Answers all that waits `unavailable`, and serves nothing any more.
  void close();

  // What it has refused lately, for the shard that takes its place in this process: the links, and with them earlier
  // copies of what was refused, have not ended.
  [[nodiscard]] Refusals take_refusals() { return std::move(refusals_); }
  void keep_refusals(Refusals refusals) { refusals_ = std::move(refusals); }

  // Claims the shard; commands are `unavailable` until that has succeeded.
  void start();

  void execute(const proto::Command& command, ReplyCallback callback, const ClockState& clock = {});
  // Reads now, tells when what was read is durable.
  void query(const Query& query, ToldCallback callback);

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

  void claimed(const base::Result<journal::Claim>& claim);
  void append();
  void wait(Waiting waiting);
  void appended(journal::Epoch epoch, journal::EntryNumber number, journal::AppendOutcome outcome);
  void release_durable();
  [[nodiscard]] std::chrono::milliseconds wall_ms() const { return loop_.wall_now().time_since_epoch(); }
  // Whether the command has been executed before.
  [[nodiscard]] bool is_repeated(const proto::Command& command);
  // Of a read that failed: only who asked is hurt.
  void give_up(Waiting&& waiting);
  // Serves nothing from now on, and claims again after a while.
  void step_back(const char* why);
  void answer_unavailable(Waiting&& waiting);
  // Calls the function only if this shard is still there.
  template <class Function>
  [[nodiscard]] auto while_here(Function function) const;

  const ShardOptions options_;
  store::Store& below_;
  journal::Journal& journal_;
  base::EventLoop& loop_;
  base::Log& log_;
  ShardOwner& owner_;
  Overlay overlay_;
  ShardState state_;
  kernel::Decision decision_;
  Refusals refusals_;
  std::string encoded_;
  bool serving_ = false;
  std::chrono::milliseconds clock_ahead_{0};
  journal::Epoch epoch_;
  journal::EntryNumber last_;                                           // given to the journal
  journal::EntryNumber durable_;                                        // known to be
  std::deque<std::pair<journal::EntryNumber, store::Batch>> to_enter_;  // enter the store when durable
  std::deque<Waiting> waiting_;                                         // oldest first
  std::unique_ptr<base::Timer> reclaim_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::shard
