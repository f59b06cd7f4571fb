// Where a shard's events become durable, and who may write them.
//
// A journal knows for each shard one *epoch* (the owner's turn) and the sequence of its last entry. An append commits
// only if both are what the owner thinks; so an owner that was replaced without knowing it writes nothing.
//
// Two kinds: the local one (local_journal.h) is the store's own write-ahead log, synced in groups; a replicated one
// keeps the entries elsewhere and makes the store a cache. In between the shard decides on speculative state
// (shard/overlay.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/status.h"
#include "node/store/batch.h"

namespace buzzer::journal {

// The owner's turn; grows with each claim. And the place of an entry in its shard: 1, 2, 3 ... without gaps.
using Epoch = base::StrongId<struct EpochTag, std::uint64_t>;
using EntryNumber = base::StrongId<struct EntryNumberTag, std::uint64_t>;

struct Claim {
  Epoch epoch;
  EntryNumber last;  // the entry that the journal ends with; 0: none yet
};

enum class AppendOutcome {
  kDurable,
  kRefused,  // another owner has claimed the shard: nothing of it happened, nor will
  kUnknown,  // it may have happened: claim again to find out before doing anything else
};

// What one command made of a shard.
struct Append {
  base::ShardId shard;
  Epoch epoch;
  EntryNumber number;      // the one after the last
  std::string_view entry;  // a serialized proto::Entry; valid during the call
  store::Batch* batch;     // what it does to the store, which append() completes with (epoch, number); likewise
};

// Who brings a batch into the store.
enum class EntersBy {
  kJournal,  // the journal: it is there when the append is durable
  kShard,    // the shard, once the append is durable
};

class Journal {
 public:
  // Called once, on the shard's thread, never from within the call that it answers, and in the order of the appends.
  // Not at all if the store, and with it the shards, are closed before (store_keeper.h).
  using ClaimCallback = std::function<void(base::Result<Claim>)>;
  using AppendCallback = std::function<void(AppendOutcome)>;

  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  // Makes the caller the owner of the shard. Fails while the journal cannot be reached.
  virtual void claim(base::ShardId shard, ClaimCallback callback) = 0;

  // Appends of one shard may be under way at once; after one that was not durable, the later ones are not either.
  [[nodiscard]] virtual EntersBy append(const Append& append, AppendCallback callback) = 0;
};

}  // namespace buzzer::journal
