#include "node/store_tools/grid_stores.h"

#include <system_error>
#include <utility>

#include "node/store/key_schema.h"
#include "node/store_tools/durable.h"
#include "node/store_tools/reshard_journal.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;
using store::GridIdentity;

// Little is read twice, and there may be 64 stores at once.
constexpr std::size_t kCacheBytes = 2UL << 20;

std::string plural_nodes(std::uint32_t nodes) { return std::to_string(nodes) + (nodes == 1 ? " node" : " nodes"); }

std::string describe(const GridIdentity& identity) {
  return "node " + std::to_string(identity.node.value()) + " of grid \"" + identity.grid_id + "\" with " +
         plural_nodes(identity.nodes);
}

// A store of an earlier release is migrated by its nodes, which know how.
ToolResult<void> judge_schema(const store::StoreView& view, const fs::path& folder) {
  std::string value;
  const auto there = view.store().get(store::node_key(store::NodeField::kSchemaVersion).bytes(), value);
  const auto version = there && *there ? store::decode_number(value) : std::nullopt;
  if (!version) return wrong("the store in " + folder.string() + " does not say which release made it");
  const std::uint64_t present = store::present_schema().version;
  if (*version == present) return {};
  return cannot("the store in " + folder.string() + " has schema " + std::to_string(*version) + ", this release " +
                std::to_string(present) + ": " +
                (*version > present ? "use the release that made it" : "start its grid once with this release first"));
}

}  // namespace

ToolResult<std::unique_ptr<store::StoreView>> view_whole_store(const fs::path& folder, const GridIdentity& expected) {
  std::error_code ignored;
  if (fs::is_symlink(folder, ignored)) return cannot(folder.string() + " is a symbolic link, which cannot be replaced");
  if (!fs::exists(folder / "db", ignored) && !fs::exists(folder / "synced", ignored)) {
    return cannot("there is no store in " + folder.string());
  }
  store::RocksDbStoreOptions options;
  options.folder = folder;
  options.block_cache_bytes = kCacheBytes;
  auto view = store::view_rocksdb_store(options);
  if (!view)
    return tl::unexpected<ToolError>({view.error().problem == store::OpenProblem::kDamaged, view.error().message});
  const store::StoreSurvey& survey = (*view)->survey();
  if (!survey.whole()) {
    return wrong("the store in " + folder.string() +
                 " is damaged: not all that was synced is there. Restore a backup, or run `buzzer store accept-loss " +
                 folder.string() + "`, and start the grid once, first");
  }
  const GridIdentity& found = survey.identity;
  const bool fits = found.node == expected.node && found.shards == expected.shards &&
                    (expected.grid_id.empty() || found.grid_id == expected.grid_id) &&
                    (expected.nodes == 0 || found.nodes == expected.nodes);
  if (!fits) {
    return cannot("the store in " + folder.string() + " belongs to " + describe(found) +
                  (expected.grid_id.empty() ? ", not to node " + std::to_string(expected.node.value())
                                            : ", not to " + describe(expected)));
  }
  if (auto known = judge_schema(**view, folder); !known) return tl::unexpected(known.error());
  return *std::move(view);
}

ToolResult<GridStores> view_grid_stores(const fs::path& grid_folder) {
  const auto store_of = [&](std::uint32_t node) { return present_store(node_folder(grid_folder, base::NodeId(node))); };
  if (!is_there(store_of(0))) {
    return cannot("there is no store in " + store_of(0).string() +
                  ": is that the folder of a grid that has run? An --ephemeral one keeps nothing");
  }
  GridStores stores;
  GridIdentity expected{"", base::NodeId(0), 0, base::kShardCount};
  for (std::uint32_t node = 0; node == 0 || node < stores.nodes; ++node) {
    expected.node = base::NodeId(node);
    auto view = view_whole_store(store_of(node), expected);
    if (!view) return tl::unexpected(view.error());
    const GridIdentity& found = (*view)->survey().identity;
    expected.grid_id = stores.grid = found.grid_id;
    expected.nodes = stores.nodes = found.nodes;
    if (found.nodes == 0 || found.nodes > base::kMaxGridSize) {
      return wrong("the store in " + store_of(node).string() + " is of a grid with " + plural_nodes(found.nodes));
    }
    stores.views.push_back(*std::move(view));
  }
  for (std::uint32_t node = stores.nodes; node < base::kMaxGridSize; ++node) {
    if (!is_there(store_of(node))) continue;
    return cannot("the grid has " + plural_nodes(stores.nodes) + ", but there is also " + store_of(node).string() +
                  ": move it away if nobody needs it");
  }
  return stores;
}

std::uint64_t size_on_disk(const fs::path& store) {
  std::error_code error;
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator at(store, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file(error)) bytes += at->file_size(error);
  }
  return bytes;
}

}  // namespace buzzer::store_tools
