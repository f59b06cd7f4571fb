// The first part of a reshard: the new stores, each made beside the one it will replace and held against the present
// ones, which are only read.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "node/store_tools/grid_stores.h"
#include "node/store_tools/shard_copy.h"
#include "node/store_tools/store_check.h"

namespace buzzer::store_tools {

struct ReshardBuild {
  const GridStores& stores;  // the present ones
  const std::filesystem::path& folder;
  std::uint32_t to = 0;
  const TellProgress& progress;
  const std::function<bool(std::string_view change)>& go_on;  // as in ReshardServices
};

using AllShards = std::array<ShardContent, base::kShardCount>;

// Makes the store of each node of the new grid where built_store() says, in a folder that is there and empty; fills in
// what each shard consists of. When it returns they are durable, closed, and have each entry of the present ones once,
// at the node where it belongs.
[[nodiscard]] ToolResult<void> build_stores(const ReshardBuild& work, AllShards& shards);

}  // namespace buzzer::store_tools
