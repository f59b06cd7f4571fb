#include "node/store/rocksdb_database.h"

#include <utility>

#include <rocksdb/iterator.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include "base/check.h"
#include "base/planted_mistakes.h"
#include "node/store/key_schema.h"

namespace buzzer::store {
namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

class BatchWriter {
 public:
  explicit BatchWriter(rocksdb::WriteBatch& out) : out_(out) {}
  void put(std::string_view key, std::string_view value) { take(out_.Put(slice(key), slice(value))); }
  void erase(std::string_view key) { take(out_.Delete(slice(key))); }
  void erase_range(std::string_view begin, std::string_view end) {
    take(out_.DeleteRange(slice(begin), slice(end)));
    has_ranges_ = true;
  }
  [[nodiscard]] bool has_ranges() const { return has_ranges_; }
  [[nodiscard]] const rocksdb::Status& status() const { return status_; }

 private:
  void take(rocksdb::Status status) {
    if (!status.ok()) status_ = std::move(status);
  }

  rocksdb::WriteBatch& out_;
  rocksdb::Status status_;
  bool has_ranges_ = false;
};

// RocksDB would count each comparison of two keys, which costs about as much as the comparison.
void count_nothing_on_this_thread() {
  thread_local bool done = false;
  if (std::exchange(done, true)) return;
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

class RocksDbCursor final : public Cursor {
 public:
  RocksDbCursor(rocksdb::DB& database, const FailureLatch& failure, const Range& range, Direction direction)
      : failure_(failure), forward_(direction == Direction::kForward), begin_(range.begin), end_(range.end) {
    if (!end_.empty() && end_ <= begin_) return;
    rocksdb::ReadOptions options;
    begin_slice_ = begin_;
    end_slice_ = end_;
    if (!begin_.empty()) options.iterate_lower_bound = &begin_slice_;
    if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
    iterator_.reset(database.NewIterator(options));
    if (forward_) {
      iterator_->SeekToFirst();
    } else {
      iterator_->SeekToLast();
    }
  }

  [[nodiscard]] bool valid() const override { return iterator_ && iterator_->Valid() && !failure_.failed(); }
  [[nodiscard]] std::string_view key() const override { return view(iterator_->key()); }
  [[nodiscard]] std::string_view value() const override { return view(iterator_->value()); }

  void next() override {
    if (failure_.failed()) return;
    BUZZER_CHECK(iterator_ && iterator_->Valid());
    if (forward_) {
      iterator_->Next();
    } else {
      iterator_->Prev();
    }
  }

  [[nodiscard]] base::Result<void> status() const override {
    if (failure_.failed()) return failure_.error();
    if (iterator_ && !iterator_->status().ok()) return base::fail("cannot read: " + iterator_->status().ToString());
    return {};
  }

 private:
  const FailureLatch& failure_;
  const bool forward_;
  const std::string begin_;
  const std::string end_;
  rocksdb::Slice begin_slice_;
  rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace

base::Result<std::optional<std::uint64_t>> RocksDbDatabase::marker() const {
  std::string value;
  const auto found = get(node_key(NodeField::kSynced).bytes(), value);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return decode_number(value);
}

std::vector<TableFile> RocksDbDatabase::tables() const {
  std::vector<rocksdb::LiveFileMetaData> live;
  database_->GetLiveFilesMetaData(&live);
  std::vector<TableFile> tables;
  tables.reserve(live.size());
  for (const auto& file : live) tables.push_back({file.db_path + file.name, file.size});
  return tables;
}

tl::unexpected<base::Error> RocksDbDatabase::fail(const char* what, const rocksdb::Status& status) {
  auto failure = failure_.set(what + status.ToString());
  // Also of what RocksDB has met in the background: it then refuses every write.
  if (status.IsCorruption()) damaged_ = true;
  return failure;
}

base::Result<Sequence> RocksDbDatabase::write(const Batch& batch) {
  if (failed()) return failure_.error();
  count_nothing_on_this_thread();
  if (batch.empty()) return last_sequence();
  thread_local rocksdb::WriteBatch native;  // kept for its capacity
  native.Clear();
  BatchWriter writer(native);
  batch.for_each(writer);
  BUZZER_CHECK(writer.status().ok());
  if (const auto written = write(native, writer.has_ranges()); !written.ok()) {
    return fail("cannot write: ", written);
  }
  if (failed()) return failure_.error();
  return last_sequence();  // at least this batch's own
}

rocksdb::Status RocksDbDatabase::write(rocksdb::WriteBatch& batch, bool has_ranges) {
  if (!has_ranges || !environment_) return database_->Write(rocksdb::WriteOptions(), &batch);
  environment_->near_keys().pause();
  auto status = database_->Write(rocksdb::WriteOptions(), &batch);
  environment_->near_keys().resume();
  return status;
}

base::Result<Sequence> RocksDbDatabase::sync() {
  if (failed()) return failure_.error();
  const std::uint64_t before = database_->GetLatestSequenceNumber();
  if (before == covered_) return Sequence(covered_);

  const auto digits = encode_number(before);
  const auto marked = database_->Put(rocksdb::WriteOptions(), slice(node_key(NodeField::kSynced).bytes()),
                                     {digits.data(), digits.size()});
  if (!marked.ok()) return fail("cannot write: ", marked);

  // Whatever is visible is in the log, or in the buffer in front of it, which is written first. So this is covered, the
  // marker included: a sequence that a reader may be waiting for, though nothing comes after it.
  const std::uint64_t covered = database_->GetLatestSequenceNumber();
  const bool sync = !is_planted(base::Mistake::kWrittenNotSynced);
  if (const auto synced = database_->FlushWAL(sync); !synced.ok()) {
    return fail("cannot sync: ", synced);
  }
  // Only now: a witness of something that a crash could still take away would keep the store from opening.
  if (const auto written = witness_->write(before); !written.ok()) {
    return failure_.set("cannot write the witness: " + written.ToString());
  }
  covered_ = covered;
  return Sequence(covered_);
}

base::Result<bool> RocksDbDatabase::get(std::string_view key, std::string& value) const {
  if (failed()) return failure_.error();
  const auto got = database_->Get(rocksdb::ReadOptions(), slice(key), &value);
  // What a failed write has left in memory may have been seen.
  if (failed()) return failure_.error();
  if (got.IsNotFound()) return false;
  if (got.IsCorruption()) saw_damage_ = true;
  if (!got.ok()) return base::fail("cannot read: " + got.ToString());
  return true;
}

std::unique_ptr<Cursor> RocksDbDatabase::scan(const Range& range, Direction direction) const {
  return std::make_unique<RocksDbCursor>(*database_, failure_, range, direction);
}

}  // namespace buzzer::store
