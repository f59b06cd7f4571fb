// The ordered key-value state of one node, all its shards in it; key_schema.h says what the keys are.
//
// Its step in the life of a buzz: the sync thread writes what the shards have handed to the journal and syncs it, a
// whole group at once (node/journal/group_commit.h); only then do the shards answer.
//
// Two of them: RocksDB's (rocksdb_store.h) in a node, MemoryStore in the simulation and with --ephemeral. Both pass
// tests/unit/store.
//
// Promises
//   - A batch takes effect whole or not at all, also through a crash.
//   - After a crash the store is what some prefix of the writes, in the order of their sequences, has made; the prefix
//     holds at least all that sync() has covered. Opening refuses when it does not.
//   - Once open() returns, all that is visible is durable.
//   - After a failed write or sync nothing is served any more: every call returns that first error, until the store
//     has been destroyed and opened again. Nobody knows then what of the failed write is on disk; opening finds out.
//
// Threads
//   write               any thread, several at once; two writes of different threads stand in either order
//   get, scan           any thread
//   sync                the sync thread alone
//   last_sequence, failed   any thread
//   opening, destroying     one thread at a time, when no other uses it (the sync thread)
// MemoryStore belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "node/store/batch.h"
#include "node/store/store_ids.h"

namespace buzzer::store {

// The keys from `begin` up to, but without, `end`. An empty `begin` is before every key, an empty `end` after every
// one.
struct Range {
  std::string_view begin;
  std::string_view end;
};

enum class Direction { kForward, kBackward };

// Walks over the entries of a range, as they were when the scan began. For one thread, and short-lived: the thread that
// holds one does not write until it is gone, and it must be gone before its store is.
class Cursor {
 public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  virtual ~Cursor() = default;

  // False behind the last entry, and after an error; ask status() which of the two.
  [[nodiscard]] virtual bool valid() const = 0;
  // Of a valid cursor; they stay until the next call of next().
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  // To the next entry in the scan's direction. The cursor must be valid.
  virtual void next() = 0;
  [[nodiscard]] virtual base::Result<void> status() const = 0;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Visible to every reader once it returns; durable once sync() has returned at least the sequence it gave. An empty
  // batch writes nothing.
  [[nodiscard]] virtual base::Result<Sequence> write(const Batch& batch) = 0;

  // Makes everything durable whose write() returned before this call, and returns the sequence up to which that is so.
  // Waits for the disk; costs nothing when nothing was written since the last one.
  [[nodiscard]] virtual base::Result<Sequence> sync() = 0;

  // Whether the key is there; if so `value` gets what it holds. An error is no answer: do not take it for "no".
  [[nodiscard]] virtual base::Result<bool> get(std::string_view key, std::string& value) const = 0;

  // Stands on the first entry of the range in that direction.
  [[nodiscard]] virtual std::unique_ptr<Cursor> scan(const Range& range, Direction direction) const = 0;

  // At least the sequence of every write that a read so far could have seen. Who has read something takes it
  // afterwards, and tells nobody what was read before sync() has returned at least as much.
  [[nodiscard]] virtual Sequence last_sequence() const = 0;

  // Whether a write or a sync has failed.
  [[nodiscard]] virtual bool failed() const = 0;

  // If it has failed because something that was synced is damaged, so that opening it again does not help: what is
  // wrong. Otherwise empty. Any thread.
  [[nodiscard]] virtual std::string damage() const { return {}; }
};

// Calls visit(key, value) for each entry, until it returns false. Fails if an error ended the scan early.
template <class Visitor>
[[nodiscard]] base::Result<void> for_each_entry(const Store& store, const Range& range, Direction direction,
                                                Visitor&& visit) {
  const std::unique_ptr<Cursor> cursor = store.scan(range, direction);
  for (; cursor->valid(); cursor->next()) {
    if (!visit(cursor->key(), cursor->value())) break;
  }
  return cursor->status();
}

// Why a store was not opened, and so what is to be done.
enum class OpenProblem {
  kUnavailable,  // the disk failed or is full, or another process has it: opening again later may succeed
  kDamaged,      // something that was synced is missing: a person must decide (`buzzer store accept-loss`)
  kOtherGrid,    // it belongs to another node or grid, or to one of another size
  kOtherSchema,  // another release made it
};

struct OpenError {
  OpenProblem problem;
  std::string message;  // what is wrong and what to do, for a person
};

template <class Value>
using OpenResult = tl::expected<Value, OpenError>;

[[nodiscard]] inline tl::unexpected<OpenError> refuse(OpenProblem problem, std::string message) {
  return tl::unexpected<OpenError>(OpenError{problem, std::move(message)});
}

}  // namespace buzzer::store
