// The stores of all nodes of a stopped grid, side by side in its folder (node-0/store, node-1/store, ...), looked at
// and judged: whole, of one grid, none missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "node/store/store_view.h"

namespace buzzer::store_tools {

// Why a tool for a grid does not go on.
struct ToolError {
  bool is_wrong = false;  // something is damaged or does not fit together; otherwise it could not look, or must not
  std::string message;
};
template <class Value>
using ToolResult = tl::expected<Value, ToolError>;

[[nodiscard]] inline tl::unexpected<ToolError> cannot(std::string message) {
  return tl::unexpected<ToolError>(ToolError{false, std::move(message)});
}
[[nodiscard]] inline tl::unexpected<ToolError> wrong(std::string message) {
  return tl::unexpected<ToolError>(ToolError{true, std::move(message)});
}

struct GridStores {
  std::string grid;
  std::uint32_t nodes = 0;
  std::vector<std::unique_ptr<store::StoreView>> views;  // by node; each holds its store's lock
};

// A store that is whole, of this release's schema, and says that it is that node's. `grid` and `nodes` of `expected`
// are not asked for while they are empty or 0.
[[nodiscard]] ToolResult<std::unique_ptr<store::StoreView>> view_whole_store(const std::filesystem::path& store,
                                                                             const store::GridIdentity& expected);

// All stores of the grid; how many nodes it has, they say themselves. Refuses if one is missing, damaged, in use, of
// another grid or size, or a link; and if there is one too many.
[[nodiscard]] ToolResult<GridStores> view_grid_stores(const std::filesystem::path& grid_folder);

// Bytes on disk of what a store consists of.
[[nodiscard]] std::uint64_t size_on_disk(const std::filesystem::path& store);

}  // namespace buzzer::store_tools
