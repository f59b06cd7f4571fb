#include "node/journal/local_journal.h"

#include <utility>

#include "base/planted_mistakes.h"
#include "node/store/key_schema.h"

namespace buzzer::journal {
namespace {

using store::ShardField;

base::Result<std::uint64_t> read_number(const store::Store& store, base::ShardId shard, ShardField field) {
  std::string value;
  const auto there = store.get(store::meta_key(shard, field).bytes(), value);
  if (!there) return tl::unexpected(there.error());
  if (!*there) return 0;
  const auto number = store::decode_number(value);
  if (!number) return base::fail("the store's number of a shard is not 8 bytes");
  return *number;
}

void put_number(store::Batch& batch, base::ShardId shard, ShardField field, std::uint64_t number) {
  const auto value = store::encode_number(number);
  batch.put(store::meta_key(shard, field).bytes(), {value.data(), value.size()});
}

}  // namespace

void LocalJournal::claim(base::ShardId shard, ClaimCallback callback) {
  const auto epoch = read_number(store_, shard, ShardField::kEpoch);
  const auto last = read_number(store_, shard, ShardField::kSequence);
  base::Result<store::Sequence> written = base::fail("the store cannot be read");
  Claim claim;
  if (epoch && last) {
    claim = {Epoch(*epoch + 1), EntryNumber(*last)};
    store::Batch batch;
    put_number(batch, shard, ShardField::kEpoch, claim.epoch.value());
    written = store_.write(batch);
  }
  if (!written) {
    loop_.post([callback = std::move(callback), error = written.error()] { callback(tl::unexpected(error)); });
    return;
  }
  sync_.wait_for(*written, [callback = std::move(callback), claim](const base::Result<void>& synced) {
    callback(synced ? base::Result<Claim>(claim) : tl::unexpected(synced.error()));
  });
}

Entered LocalJournal::append(const Append& append, AppendCallback callback) {
  put_number(*append.batch, append.shard, ShardField::kSequence, append.number.value());
  // Nobody else can have claimed the shard: the store is locked by this process. A failed write is unknown, not
  // refused: a part of it may have reached the disk, and reopening the store finds out.
  const auto written = store_.write(*append.batch);
  if (!written) {
    loop_.post([callback = std::move(callback)] { callback(AppendOutcome::kUnknown); });
    return Entered::kNow;
  }
  if (is_planted(base::Mistake::kAcknowledgeBeforeSync)) {
    loop_.post([callback] { callback(AppendOutcome::kDurable); });
    return Entered::kNow;
  }
  sync_.wait_for(*written, [callback = std::move(callback)](const base::Result<void>& synced) {
    callback(synced ? AppendOutcome::kDurable : AppendOutcome::kUnknown);
  });
  return Entered::kNow;
}

}  // namespace buzzer::journal
