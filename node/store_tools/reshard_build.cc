#include "node/store_tools/reshard_build.h"

#include <string>

#include "node/grid/placement.h"
#include "node/store/key_schema.h"
#include "node/store/rocksdb_store.h"
#include "node/store_tools/durable.h"
#include "node/store_tools/reshard_journal.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;
using base::NodeId;
using base::ShardId;

class Builder {
 public:
  Builder(const ReshardBuild& work, AllShards& shards) : work_(work), shards_(shards) {}

  ToolResult<void> run() {
    for (std::uint32_t node = 0; node < work_.to; ++node) {
      if (!work_.go_on("fill a store")) return cannot("ended before: fill a store");
      if (auto filled = fill(NodeId(node)); !filled) return filled;
      if (!work_.go_on("compare a store")) return cannot("ended before: compare a store");
      if (auto compared = compare(NodeId(node)); !compared) return compared;
    }
    return {};
  }

 private:
  [[nodiscard]] fs::path folder_of(NodeId node) const { return built_store(node_folder(work_.folder, node)); }
  [[nodiscard]] store::GridIdentity identity_of(NodeId node) const {
    return {work_.stores.grid, node, work_.to, base::kShardCount};
  }
  [[nodiscard]] bool moves_to(NodeId node, ShardId shard) const { return grid::node_of_shard(shard, work_.to) == node; }
  [[nodiscard]] const store::Store& present(ShardId shard) const {
    return work_.stores.views[grid::node_of_shard(shard, work_.stores.nodes).value()]->store();
  }

  template <class Visit>
  static ToolResult<void> for_each_shard(const Visit& visit) {
    for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
      if (auto done = visit(ShardId(static_cast<std::uint8_t>(number))); !done) return done;
    }
    return {};
  }

  ToolResult<void> fill(NodeId node) {
    store::RocksDbStoreOptions options;
    options.folder = folder_of(node);
    options.identity = identity_of(node);
    auto opened = store::open_rocksdb_store(options);
    if (!opened) return cannot(opened.error().message);
    auto filled = for_each_shard([&](ShardId shard) -> ToolResult<void> {
      if (!moves_to(node, shard)) return {};
      const auto copied = copy_shard(present(shard), **opened, shard, tell("MB copied", copied_));
      if (!copied) return cannot("shard " + std::to_string(shard.value()) + ": " + copied.error().message);
      shards_.at(shard.value()) = *copied;
      return {};
    });
    if (!filled) return filled;
    if (const auto synced = (*opened)->sync(); !synced) return cannot(synced.error().message);
    opened->reset();
    for (const fs::path& changed : {folder_of(node), folder_of(node).parent_path()}) {
      if (const auto synced = sync_folder(changed); !synced) return cannot(synced.error().message);
    }
    return {};
  }

  // As it will be opened: read from the disk, and held against its witness.
  ToolResult<void> compare(NodeId node) {
    const auto view = view_whole_store(folder_of(node), identity_of(node));
    if (!view) return wrong("what was built is not what was written: " + view.error().message);
    return for_each_shard([&](ShardId shard) -> ToolResult<void> {
      if (!moves_to(node, shard)) return must_have_nothing_of(shard, (*view)->store());
      const auto same = compare_shard(present(shard), (*view)->store(), shard, tell("MB compared", compared_));
      if (!same) return wrong("what was built is not what was read: " + same.error().message);
      if (*same == shards_.at(shard.value())) return {};
      return wrong("shard " + std::to_string(shard.value()) + " was read twice, and differently");
    });
  }

  static ToolResult<void> must_have_nothing_of(ShardId shard, const store::Store& store) {
    const store::KeysBeginning all(store::shard_keys(shard));
    bool empty = true;
    const auto read = store::for_each_entry(store, all.range(), store::Direction::kForward,
                                            [&](std::string_view, std::string_view) { return empty = false; });
    if (!read) return wrong(read.error().message);
    if (!empty) return wrong("what was built has something of shard " + std::to_string(shard.value()));
    return {};
  }

  TellBytes tell(std::string_view what, std::uint64_t& sum) {
    return [this, what, &sum](std::uint64_t bytes) { work_.progress(what, (sum += bytes) / 1'000'000, 0); };
  }

  const ReshardBuild& work_;
  AllShards& shards_;
  std::uint64_t copied_ = 0;
  std::uint64_t compared_ = 0;
};

}  // namespace

ToolResult<void> build_stores(const ReshardBuild& work, AllShards& shards) { return Builder(work, shards).run(); }

}  // namespace buzzer::store_tools
