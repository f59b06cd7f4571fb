// A journal such as a replicated one will be (DESIGN, Durability): entries are kept beside the store, in a table that
// outlives every process; they become durable later and enter the store only then; an append may be refused because
// another owner has claimed the shard, or its outcome may stay unknown. The store is a cache that a claim brings up to
// what the table holds.
//
// For one shard. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/event_loop.h"
#include "base/random.h"
#include "node/journal/journal.h"
#include "node/store/store.h"
#include "tests/simulation/trace.h"

namespace buzzer::simulation {

// What is durable, whatever becomes of the owners.
struct DurableTable {
  journal::Epoch epoch{0};
  std::vector<store::Batch> entries;
  bool reachable = true;
  std::uint32_t trouble_in = 0;  // about one append in so many is refused, and one is unknown; 0: none
};

class ReplicaJournal final : public journal::Journal {
 public:
  // All must outlive it.
  ReplicaJournal(DurableTable& table, store::Store& store, base::EventLoop& loop, base::Random& random, Trace& trace)
      : table_(table), store_(store), loop_(loop), random_(random), trace_(trace) {}

  void claim(base::ShardId shard, ClaimCallback callback) override;
  [[nodiscard]] journal::EntersBy append(const journal::Append& append, AppendCallback callback) override;

 private:
  struct Pending {
    journal::Epoch epoch;
    std::uint64_t number;
    store::Batch batch;
    AppendCallback callback;
  };

  [[nodiscard]] base::Result<journal::Claim> claim_now(base::ShardId shard);
  void commit_next();
  [[nodiscard]] journal::AppendOutcome commit(const Pending& pending);
  // Whether the table takes it: the epoch is the present one, and the number the next.
  bool enter(journal::Epoch epoch, std::uint64_t number, const store::Batch& batch);
  [[nodiscard]] base::Duration draw_delay();
  [[nodiscard]] bool one_in(std::uint32_t many) { return many != 0 && random_.next() % many == 0; }

  DurableTable& table_;
  store::Store& store_;
  base::EventLoop& loop_;
  base::Random& random_;
  Trace& trace_;
  std::deque<Pending> pending_;  // oldest first
  std::unique_ptr<base::Timer> next_commit_;
  std::vector<std::unique_ptr<base::Timer>> under_way_;  // claims, and what an unknown append still does
  journal::Epoch broken_{0};                             // of which an append was not durable: no later one is
};

}  // namespace buzzer::simulation
