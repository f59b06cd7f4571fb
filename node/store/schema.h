// Whose store it is and which release wrote it: checked before anything else is done with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "node/store/store.h"

namespace buzzer::store {

// What the node says it is (--grid, --id, --grid-size); an empty store takes it on, any other must have been made so.
struct GridIdentity {
  std::string grid_id;
  base::NodeId node;
  std::uint32_t nodes = 1;
  std::uint32_t shards = kShardCount;
};

// One step of the road from an older schema to the present one: from `from` to `from + 1`. It may write to the store,
// and leaves in `last` what is written in one batch with the new version. It may be cut off at any moment and is then
// run again from its beginning, so what it writes itself must bear repetition.
struct Migration {
  std::uint64_t from = 0;
  std::function<base::Result<void>(Store& store, Batch& last)> run;
};

struct Schema {
  std::uint64_t version = 1;
  std::vector<Migration> migrations;  // from the oldest version that can still be opened; without gaps up to `version`
};

// Of this release.
[[nodiscard]] const Schema& present_schema();

// Whose store it is, as it says itself; kDamaged if it does not, which an empty one does not either.
[[nodiscard]] OpenResult<GridIdentity> read_identity(const Store& store);

// Whether a store may be opened by this node with this schema; writes nothing. An empty store may.
[[nodiscard]] OpenResult<void> judge_identity(const Store& store, const GridIdentity& identity, const Schema& schema);

// Likewise; then writes the identity into an empty store, or migrates one with an older schema.
[[nodiscard]] OpenResult<void> settle_identity(Store& store, const GridIdentity& identity, const Schema& schema);

// Whether the incarnation of every shard can be read, there or not: each opening does, to draw those that are missing.
[[nodiscard]] base::Result<void> judge_incarnations(const Store& store);

// After a loss that somebody has accepted: forgets the incarnation of every shard. A shard without one draws a new one
// when it opens, as in a new store, and so every stream with it is seen to be broken and made again.
[[nodiscard]] base::Result<void> forget_incarnations(Store& store);

}  // namespace buzzer::store
