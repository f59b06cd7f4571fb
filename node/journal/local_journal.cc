#include "node/journal/local_journal.h"

#include <utility>

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
  // What the shard has appended may still be on its way to the store, and then belongs to what is claimed.
  commit_.commit({}, [this, shard, callback = std::move(callback),
                      here = std::weak_ptr<const char>(here_)](const base::Result<void>& committed) {
    if (here.expired()) return;
    if (!committed) return callback(tl::unexpected(committed.error()));
    begin_epoch(shard, callback);
  });
}

void LocalJournal::begin_epoch(base::ShardId shard, const ClaimCallback& callback) {
  const auto epoch = read_number(store_, shard, ShardField::kEpoch);
  const auto last = read_number(store_, shard, ShardField::kSequence);
  if (!epoch) return callback(tl::unexpected(epoch.error()));
  if (!last) return callback(tl::unexpected(last.error()));
  const Claim claim{Epoch(*epoch + 1), EntryNumber(*last)};
  store::Batch batch;
  put_number(batch, shard, ShardField::kEpoch, claim.epoch.value());
  commit_.commit(batch, [callback, claim](const base::Result<void>& committed) {
    callback(committed ? base::Result<Claim>(claim) : tl::unexpected(committed.error()));
  });
}

EntersBy LocalJournal::append(const Append& append, AppendCallback callback) {
  put_number(*append.batch, append.shard, ShardField::kSequence, append.number.value());
  // Nobody else can have claimed the shard: the store is locked by this process. A failed commit is unknown, not
  // refused: a part of it may have reached the disk, and reopening the store finds out.
  commit_.commit(*append.batch, [callback = std::move(callback)](const base::Result<void>& committed) {
    callback(committed ? AppendOutcome::kDurable : AppendOutcome::kUnknown);
  });
  return EntersBy::kJournal;
}

}  // namespace buzzer::journal
