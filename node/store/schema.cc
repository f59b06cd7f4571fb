#include "node/store/schema.h"

#include <limits>
#include <optional>
#include <utility>

#include "node/store/key_schema.h"

namespace buzzer::store {
namespace {

// 1: accounts and buzzes alone.
// 2: follows and gossip.
// 3: passwords and sessions.
constexpr std::uint64_t kVersion = 3;

tl::unexpected<OpenError> unavailable(const base::Error& error) {
  return refuse(OpenProblem::kUnavailable, error.message);
}

std::string plural(std::uint64_t count, const char* thing) {
  return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

// None if the store has never been given an identity.
OpenResult<std::optional<std::string>> read(const Store& store, NodeField field) {
  std::string value;
  const auto found = store.get(node_key(field).bytes(), value);
  if (!found) return unavailable(found.error());
  if (!*found) return std::nullopt;
  return value;
}

tl::unexpected<OpenError> unusable(NodeField field) {
  return refuse(OpenProblem::kDamaged, std::string("the store's own entry '") + static_cast<char>(field) +
                                           "' is missing or makes no sense: restore a backup, or wipe the store");
}

OpenResult<std::uint64_t> read_number(const Store& store, NodeField field) {
  const auto value = read(store, field);
  if (!value) return tl::unexpected(value.error());
  const auto number = value->has_value() ? decode_number(**value) : std::nullopt;
  if (!number) return unusable(field);
  return *number;
}

OpenResult<std::uint32_t> read_small_number(const Store& store, NodeField field) {
  const auto number = read_number(store, field);
  if (!number) return tl::unexpected(number.error());
  if (*number > std::numeric_limits<std::uint32_t>::max()) return unusable(field);
  return static_cast<std::uint32_t>(*number);
}

// None for an empty store.
OpenResult<std::optional<std::uint64_t>> read_version(const Store& store) {
  const auto value = read(store, NodeField::kSchemaVersion);
  if (!value) return tl::unexpected(value.error());
  if (!value->has_value()) return std::nullopt;
  const auto number = read_number(store, NodeField::kSchemaVersion);
  if (!number) return tl::unexpected(number.error());
  return *number;
}

OpenResult<void> judge_version(std::uint64_t version, const Schema& schema) {
  if (version > schema.version) {
    return refuse(OpenProblem::kOtherSchema, "a newer release made this store (schema " + std::to_string(version) +
                                                 ", this release knows up to " + std::to_string(schema.version) +
                                                 "): run that release or a later one");
  }
  std::uint64_t reached = version;
  for (const Migration& step : schema.migrations) {
    if (step.from == reached) ++reached;
  }
  if (reached < schema.version) {
    return refuse(OpenProblem::kOtherSchema,
                  "the store's schema " + std::to_string(version) + " is too old for this release (schema " +
                      std::to_string(schema.version) + "): let a release in between migrate it first");
  }
  return {};
}

OpenResult<void> judge_grid(const Store& store, const GridIdentity& identity) {
  const auto own = read_identity(store);
  if (!own) return tl::unexpected(own.error());

  if (own->grid_id != identity.grid_id) {
    return refuse(OpenProblem::kOtherGrid, "the store belongs to grid \"" + own->grid_id + "\", this node to grid \"" +
                                               identity.grid_id + "\": check --grid and the run folder");
  }
  if (own->nodes != identity.nodes) {
    return refuse(OpenProblem::kOtherGrid, "the store belongs to a grid of " + plural(own->nodes, "node") +
                                               ", this node to one of " + std::to_string(identity.nodes) +
                                               ": start the grid with " + plural(own->nodes, "node") +
                                               " again, or give it " + plural(identity.nodes, "node") +
                                               " first (`buzzer reshard <grid folder> --to " +
                                               std::to_string(identity.nodes) + "`, while none of them runs)");
  }
  if (own->node != identity.node) {
    return refuse(OpenProblem::kOtherGrid, "the store belongs to node " + std::to_string(own->node.value()) +
                                               ", this is node " + std::to_string(identity.node.value()) +
                                               ": check --id and the run folder");
  }
  if (own->shards != identity.shards) {
    return refuse(OpenProblem::kOtherGrid, "the store was made with " + plural(own->shards, "shard") +
                                               ", this release has " + std::to_string(identity.shards) +
                                               ": run the release that made it");
  }
  return {};
}

void put_number(Batch& batch, NodeField field, std::uint64_t value) {
  const auto digits = encode_number(value);
  batch.put(node_key(field).bytes(), {digits.data(), digits.size()});
}

OpenResult<void> write_and_sync(Store& store, const Batch& batch) {
  if (const auto written = store.write(batch); !written) return unavailable(written.error());
  if (const auto synced = store.sync(); !synced) return unavailable(synced.error());
  return {};
}

OpenResult<void> take_on(Store& store, const GridIdentity& identity, const Schema& schema) {
  Batch batch;
  put_number(batch, NodeField::kSchemaVersion, schema.version);
  batch.put(node_key(NodeField::kGridId).bytes(), identity.grid_id);
  put_number(batch, NodeField::kNode, identity.node.value());
  put_number(batch, NodeField::kNodes, identity.nodes);
  put_number(batch, NodeField::kShards, identity.shards);
  return write_and_sync(store, batch);
}

OpenResult<void> migrate(Store& store, std::uint64_t version, const Schema& schema) {
  for (const Migration& step : schema.migrations) {
    if (step.from != version) continue;
    Batch last;
    if (const auto done = step.run(store, last); !done) return unavailable(done.error());
    put_number(last, NodeField::kSchemaVersion, ++version);
    if (auto written = write_and_sync(store, last); !written) return written;
  }
  return {};
}

}  // namespace

const Schema& present_schema() {
  // In a store without the tables of version 2 nobody has followed anybody, and no buzz has been sent anywhere: which
  // is so; and in one without those of version 3 nobody has a password. They have versions of their own so that no
  // release that knows nothing of a table writes to a store that has it.
  static const auto kNothingToDo = [](Store& /*store*/, Batch& /*last*/) { return base::Result<void>{}; };
  static const Schema kPresent{kVersion, {{1, kNothingToDo}, {2, kNothingToDo}}};
  return kPresent;
}

OpenResult<GridIdentity> read_identity(const Store& store) {
  const auto grid_id = read(store, NodeField::kGridId);
  if (!grid_id) return tl::unexpected(grid_id.error());
  if (!grid_id->has_value()) return unusable(NodeField::kGridId);
  const auto node = read_small_number(store, NodeField::kNode);
  if (!node) return tl::unexpected(node.error());
  const auto nodes = read_small_number(store, NodeField::kNodes);
  if (!nodes) return tl::unexpected(nodes.error());
  const auto shards = read_small_number(store, NodeField::kShards);
  if (!shards) return tl::unexpected(shards.error());
  return GridIdentity{**grid_id, base::NodeId(*node), *nodes, *shards};
}

OpenResult<void> judge_identity(const Store& store, const GridIdentity& identity, const Schema& schema) {
  const auto version = read_version(store);
  if (!version) return tl::unexpected(version.error());
  if (!version->has_value()) return {};
  if (auto good = judge_version(**version, schema); !good) return good;
  return judge_grid(store, identity);
}

OpenResult<void> settle_identity(Store& store, const GridIdentity& identity, const Schema& schema) {
  if (auto good = judge_identity(store, identity, schema); !good) return good;
  const auto version = read_version(store);
  if (!version) return tl::unexpected(version.error());
  return version->has_value() ? migrate(store, **version, schema) : take_on(store, identity, schema);
}

base::Result<void> judge_incarnations(const Store& store) {
  std::string value;
  for (std::uint32_t shard = 0; shard < kShardCount; ++shard) {
    const auto key = meta_key(ShardId(static_cast<std::uint8_t>(shard)), ShardField::kIncarnation);
    if (const auto found = store.get(key.bytes(), value); !found) return tl::unexpected(found.error());
  }
  return {};
}

base::Result<void> forget_incarnations(Store& store) {
  Batch batch;
  for (std::uint32_t shard = 0; shard < kShardCount; ++shard) {
    batch.erase(meta_key(ShardId(static_cast<std::uint8_t>(shard)), ShardField::kIncarnation).bytes());
  }
  if (const auto written = store.write(batch); !written) return tl::unexpected(written.error());
  if (const auto synced = store.sync(); !synced) return tl::unexpected(synced.error());
  return {};
}

}  // namespace buzzer::store
