// The shards whose home is this node, over one store: opens it, gives each shard its incarnation, and serves.
//
// When the store fails (a full or broken disk), everything that waits is answered `unavailable`, the store is closed
// and opened again, later and later (from `reopen_least` to `reopen_most`), until that succeeds; then the shards go on
// from what is durable. A store that is damaged or not this node's is never served: `refused` is told why, and the node
// must stop. What cannot be read makes that one command or query `unavailable`.
//
// Belongs to the thread of the shards.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/random.h"
#include "linkmgr/log_throttle.h"
#include "node/grid/here.h"
#include "node/grid/homes.h"
#include "node/grid/stream_warnings.h"
#include "node/journal/local_journal.h"
#include "node/journal/store_keeper.h"
#include "node/shard/shard.h"

namespace buzzer::grid {

// Further than this from the median of its peers, a node's clock is not fit to date buzzes.
inline constexpr std::chrono::milliseconds kMostClockOffset{60'000};

struct LocalHomesOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  shard::ShardOptions shards;  // of each; which one it is, is filled in
  base::Duration reopen_least = std::chrono::milliseconds(100);
  base::Duration reopen_most = std::chrono::seconds(2);
  // Of commands and answers that wait for the disk; what comes beyond is `unavailable`.
  std::size_t most_held_bytes = 64UL << 20;
};

// Who is told of what happens at the homes of a node; from within them, so nothing but a note may be made.
class HomesEvents {
 public:
  HomesEvents() = default;
  HomesEvents(const HomesEvents&) = delete;
  HomesEvents& operator=(const HomesEvents&) = delete;
  virtual ~HomesEvents() = default;

  virtual void on_shard_serves(base::ShardId shard) = 0;
  virtual void on_shard_stopped(base::ShardId shard) = 0;
  // As ShardOwner::on_rows.
  virtual void on_rows(base::ShardId from, base::ShardId to) = 0;
};

// What the homes stand on. All must outlive them; what `keeper` and `loop` still call then finds them gone.
struct LocalHomesServices {
  journal::StoreKeeper& keeper;
  base::EventLoop& loop;
  base::Random& random;
  base::Log& log;
  HomesEvents& events;
  shard::PushSender& pushes;
};

class LocalHomes final : private shard::ShardOwner {
 public:
  using ReplyCallback = Homes::ReplyCallback;
  using AnswerCallback = Homes::AnswerCallback;
  using RefusedCallback = std::function<void(const store::OpenError&)>;

  LocalHomes(const LocalHomesOptions& options, const LocalHomesServices& services, RefusedCallback refused);
  ~LocalHomes() override;

  // Opens the store; commands are `unavailable` until that is done. `settled`, if given, is called once, when all
  // shards serve or it has shown that this may take a while (the store cannot be opened at the moment, a shard's state
  // cannot be read).
  void start(std::function<void()> settled = nullptr);

  // As Homes has them.
  void execute(base::ShardId shard, const proto::Command& command, ReplyCallback callback);
  void query(base::ShardId shard, const proto::Query& query, AnswerCallback callback);
  void query_all(const proto::Query& query, AnswerCallback callback);

  // The median over live peers of `peer's clock - own clock`, when there are any. Beyond kMostClockOffset no new buzz
  // is taken.
  void set_clock_offset(std::optional<std::chrono::milliseconds> offset) { clock_offset_ = offset; }

  // Null for one that is not this node's, or does not serve at the moment. Good until the present turn ends.
  [[nodiscard]] shard::Shard* serving_shard(base::ShardId shard) const;
  template <class Visit>
  void for_each_own(Visit&& visit) const {
    for (std::uint32_t number = options_.self.value(); number < base::kShardCount; number += options_.nodes) {
      visit(base::ShardId(static_cast<std::uint8_t>(number)));
    }
  }

  // Whether the store is open and is not known to have failed. Any thread.
  [[nodiscard]] bool open() const { return open_.load(std::memory_order_relaxed); }
  // How many shards serve.
  [[nodiscard]] std::size_t serving() const;
  [[nodiscard]] std::size_t shards() const;

 private:
  void open_store();
  void opened(const store::OpenResult<store::Store*>& result);
  [[nodiscard]] base::Result<void> draw_incarnations(store::Store& store);
  void on_serving(base::ShardId shard) override;
  void on_stepped_back(base::ShardId shard, const char* why) override;
  void on_read_failed(const std::string& why) override;
  void on_rows(base::ShardId shard, base::ShardId to) override { events_.on_rows(shard, to); }
  void on_broken_stream(base::ShardId from, base::ShardId to, base::ShardId other) override {
    stream_warnings_.broken(from, to, other);
  }
  void on_renewed_peer(base::ShardId shard, base::ShardId other) override { stream_warnings_.renewed(shard, other); }
  [[nodiscard]] shard::ClockState clock_state() const override;
  void store_failed();
  void tell_settled();
  void reopen_soon();
  void close_shards();
  [[nodiscard]] bool is_own(base::ShardId shard) const;
  // Counts as held until it is destroyed.
  [[nodiscard]] std::shared_ptr<void> hold(std::size_t bytes);
  // Null when it is not there at the moment.
  [[nodiscard]] shard::Shard* find(base::ShardId shard);

  const LocalHomesOptions options_;
  journal::StoreKeeper& keeper_;
  base::EventLoop& loop_;
  base::Random& random_;
  base::Log& log_;
  HomesEvents& events_;
  shard::PushSender& pushes_;
  const RefusedCallback refused_;
  std::function<void()> settled_;
  std::optional<std::chrono::milliseconds> clock_offset_;
  linkmgr::LogThrottle throttle_;
  StreamWarnings stream_warnings_;
  const std::shared_ptr<std::size_t> held_bytes_ = std::make_shared<std::size_t>(0);
  std::atomic<bool> open_ = false;
  store::Store* store_ = nullptr;  // the keeper's
  std::unique_ptr<journal::LocalJournal> journal_;
  std::map<base::ShardId, std::unique_ptr<shard::Shard>> shards_;
  std::map<base::ShardId, shard::Refusals> refusals_;  // of shards that are closed
  base::MonotonicTime opened_at_;                      // when it was opened last
  base::Duration reopen_after_;
  std::unique_ptr<base::Timer> reopen_;
  const Here here_;
};

}  // namespace buzzer::grid
