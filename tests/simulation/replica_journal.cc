#include "tests/simulation/replica_journal.h"

#include <utility>

#include "node/store/key_schema.h"

namespace buzzer::simulation {
namespace {

using journal::AppendOutcome;

}  // namespace

base::Duration ReplicaJournal::draw_delay() {
  // Now and then a slow one.
  const std::uint64_t most = one_in(30) ? 400'000 : 8'000;
  return std::chrono::microseconds(100 + random_.next() % most);
}

void ReplicaJournal::claim(base::ShardId shard, ClaimCallback callback) {
  under_way_.push_back(
      loop_.call_after(draw_delay(), [this, shard, callback = std::move(callback)] { callback(claim_now(shard)); }));
}

base::Result<journal::Claim> ReplicaJournal::claim_now(base::ShardId shard) {
  if (!table_.reachable) return base::fail("the journal cannot be reached");
  table_.epoch = journal::Epoch(table_.epoch.value() + 1);
  std::string value;
  const auto there = store_.get(store::meta_key(shard, store::ShardField::kSequence).bytes(), value);
  if (!there) return tl::unexpected(there.error());
  const std::uint64_t stands_at = *there ? store::decode_number(value).value_or(0) : 0;
  for (std::uint64_t number = stands_at; number < table_.entries.size(); ++number) {
    if (const auto written = store_.write(table_.entries[number]); !written) return tl::unexpected(written.error());
  }
  trace_.note([&] {
    return "journal  claimed: epoch " + std::to_string(table_.epoch.value()) + ", the store stood at " +
           std::to_string(stands_at) + " of " + std::to_string(table_.entries.size());
  });
  return journal::Claim{table_.epoch, journal::EntryNumber(table_.entries.size())};
}

journal::EntersBy ReplicaJournal::append(const journal::Append& append, AppendCallback callback) {
  const auto number = store::encode_number(append.number.value());
  append.batch->put(store::meta_key(append.shard, store::ShardField::kSequence).bytes(),
                    {number.data(), number.size()});
  pending_.push_back({append.epoch, append.number.value(), *append.batch, std::move(callback)});
  if (next_commit_ == nullptr) next_commit_ = loop_.call_after(draw_delay(), [this] { commit_next(); });
  return journal::EntersBy::kShard;
}

void ReplicaJournal::commit_next() {
  const Pending pending = std::move(pending_.front());
  pending_.pop_front();
  const AppendOutcome outcome = commit(pending);
  if (outcome != AppendOutcome::kDurable) {
    broken_ = pending.epoch;
    trace_.note([&] {
      return "journal  entry " + std::to_string(pending.number) + " of epoch " + std::to_string(pending.epoch.value()) +
             (outcome == AppendOutcome::kRefused ? " is refused" : " has an unknown outcome");
    });
  }
  // The word of it takes its time too: a crash may come in between.
  next_commit_ = loop_.call_after(draw_delay(), [this, outcome, callback = pending.callback] {
    next_commit_.reset();
    if (!pending_.empty()) next_commit_ = loop_.call_after(base::Duration::zero(), [this] { commit_next(); });
    callback(outcome);
  });
}

AppendOutcome ReplicaJournal::commit(const Pending& pending) {
  if (pending.epoch == broken_) return AppendOutcome::kRefused;
  if (!table_.reachable || one_in(table_.trouble_in)) {
    // It never arrived, or only the answer was lost, or it is still on its way.
    if (one_in(2)) return AppendOutcome::kUnknown;
    if (one_in(2)) {
      enter(pending.epoch, pending.number, pending.batch);
      return AppendOutcome::kUnknown;
    }
    under_way_.push_back(loop_.call_after(draw_delay(), [this, epoch = pending.epoch, number = pending.number,
                                                         batch = pending.batch] { enter(epoch, number, batch); }));
    return AppendOutcome::kUnknown;
  }
  // Another owner claims the shard, and goes again.
  if (one_in(table_.trouble_in)) table_.epoch = journal::Epoch(table_.epoch.value() + 1);
  return enter(pending.epoch, pending.number, pending.batch) ? AppendOutcome::kDurable : AppendOutcome::kRefused;
}

bool ReplicaJournal::enter(journal::Epoch epoch, std::uint64_t number, const store::Batch& batch) {
  if (epoch != table_.epoch || number != table_.entries.size() + 1) return false;
  table_.entries.push_back(batch);
  return true;
}

}  // namespace buzzer::simulation
