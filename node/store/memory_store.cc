#include "node/store/memory_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/planted_mistakes.h"

namespace buzzer::store {
namespace {

class TableWriter {
 public:
  explicit TableWriter(MemoryTable& table) : table_(table) {}
  void put(std::string_view key, std::string_view value) {
    if (const auto at = table_.find(key); at != table_.end()) {
      at->second = value;
    } else {
      table_.emplace(key, value);
    }
  }
  void erase(std::string_view key) {
    if (const auto at = table_.find(key); at != table_.end()) table_.erase(at);
  }
  void erase_range(std::string_view begin, std::string_view end) {
    table_.erase(table_.lower_bound(begin), table_.lower_bound(end));
  }

 private:
  MemoryTable& table_;
};

}  // namespace

// Nothing is written while one is alive (store.h), so it may walk over the table itself.
class MemoryStore::MemoryCursor final : public Cursor {
 public:
  MemoryCursor(const MemoryStore& store, const Range& range, Direction direction)
      : store_(store), forward_(direction == Direction::kForward) {
    ++store_.cursors_;
    first_ = store.table_.lower_bound(range.begin);
    last_ = range.end.empty() ? store.table_.end() : store.table_.lower_bound(range.end);
    if (!range.end.empty() && range.end <= range.begin) last_ = first_;
    valid_ = !store.failed() && first_ != last_;
    if (!valid_) return;
    at_ = forward_ ? first_ : std::prev(last_);
  }
  MemoryCursor(const MemoryCursor&) = delete;
  MemoryCursor& operator=(const MemoryCursor&) = delete;
  ~MemoryCursor() override { --store_.cursors_; }

  [[nodiscard]] bool valid() const override { return valid_; }
  [[nodiscard]] std::string_view key() const override { return at_->first; }
  [[nodiscard]] std::string_view value() const override { return at_->second; }

  void next() override {
    BUZZER_CHECK(valid_);
    if (forward_) {
      valid_ = ++at_ != last_;
    } else {
      valid_ = at_ != first_;
      if (valid_) --at_;
    }
  }

  [[nodiscard]] base::Result<void> status() const override {
    if (store_.failed()) return store_.failure_.error();
    return {};
  }

 private:
  const MemoryStore& store_;
  const bool forward_;
  MemoryTable::const_iterator first_;
  MemoryTable::const_iterator last_;
  MemoryTable::const_iterator at_;
  bool valid_ = false;
};

OpenResult<std::unique_ptr<Store>> MemoryStore::open(const MemoryStoreOptions& options, MemoryDisk& disk) {
  auto recovered = disk.recover();
  if (!recovered) return refuse(OpenProblem::kUnavailable, recovered.error().message);
  if (recovered->sequence < recovered->witness) {
    if (!options.accept_loss) {
      return refuse(OpenProblem::kDamaged, "the store was synced up to sequence " + std::to_string(recovered->witness) +
                                               " and holds only those up to " + std::to_string(recovered->sequence));
    }
    disk.lower_witness(recovered->sequence);
  }
  std::unique_ptr<MemoryStore> store(new MemoryStore(disk, *std::move(recovered)));
  if (const auto settled = settle_identity(*store, options.identity, options.schema); !settled) {
    return tl::unexpected(settled.error());
  }
  if (options.accept_loss) {
    if (const auto forgotten = forget_incarnations(*store); !forgotten) {
      return refuse(OpenProblem::kUnavailable, forgotten.error().message);
    }
  }
  return store;
}

MemoryStore::MemoryStore(MemoryDisk& disk, MemoryDisk::Recovered recovered)
    : disk_(disk),
      table_(std::move(recovered.table)),
      sequence_(recovered.sequence),
      synced_sequence_(recovered.sequence) {}

base::Result<Sequence> MemoryStore::write(const Batch& batch) {
  if (failed()) return failure_.error();
  BUZZER_CHECK(cursors_ == 0);
  if (batch.empty()) return Sequence(sequence_);
  if (const auto appended = disk_.append(sequence_ + 1, batch); !appended) {
    return failure_.set(appended.error().message);
  }
  ++sequence_;
  batch.for_each(TableWriter(table_));
  return Sequence(sequence_);
}

base::Result<Sequence> MemoryStore::sync() {
  if (failed()) return failure_.error();
  if (sequence_ == synced_sequence_) return Sequence(synced_sequence_);
  if (is_planted(base::Mistake::kWitnessBeforeSync)) static_cast<void>(disk_.write_witness(sequence_));
  if (const auto synced = disk_.sync(); !synced) return failure_.set(synced.error().message);
  // Only now: a witness of something that a crash could still take away would keep the store from opening.
  if (const auto written = disk_.write_witness(sequence_); !written) return failure_.set(written.error().message);
  synced_sequence_ = sequence_;
  return Sequence(synced_sequence_);
}

base::Result<bool> MemoryStore::get(std::string_view key, std::string& value) const {
  if (failed()) return failure_.error();
  const auto at = table_.find(key);
  if (at == table_.end()) return false;
  value = at->second;
  return true;
}

std::unique_ptr<Cursor> MemoryStore::scan(const Range& range, Direction direction) const {
  return std::make_unique<MemoryCursor>(*this, range, direction);
}

}  // namespace buzzer::store
