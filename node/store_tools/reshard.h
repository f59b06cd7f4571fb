// Gives a stopped grid another number of nodes: moves whole shards between the stores in its folder.
//
// A shard is one range of keys (store/key_schema.h), in which nothing says at which node it is: incarnation, journal
// position, streams with their rows and watermarks, all move unchanged. So to everybody who counts along with a shard
// nothing has happened but a restart.
//
// Its course, which reshard_journal.h keeps durable, so that it can be cut off anywhere and run again:
//   1. building: beside each present store the new one is made and held against what it came from, entry by entry. The
//      present ones are only read; until here it can be given up.
//   2. switching: in each node's folder the old store makes way and the new one takes its place. From here it only goes
//      forward.
//   3. removing the old stores.
// A node refuses to start meanwhile (unfinished_reshard()), so none ever serves one of the old stores beside a new one.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "node/store_tools/grid_stores.h"
#include "node/store_tools/shard_copy.h"
#include "node/store_tools/store_check.h"

namespace buzzer::store_tools {

struct ReshardOptions {
  std::filesystem::path folder;  // the grid's
  std::uint32_t to = 0;          // nodes, 1 to base::kMaxGridSize
  bool plan_only = false;        // look and tell, change nothing
};

// What the caller does for it.
struct ReshardServices {
  // Makes sure that no process uses that node's run folder, which is made if it is missing, until the reshard has
  // ended; or says why not.
  std::function<base::Result<void>(const std::filesystem::path& run_folder)> hold;
  TellProgress progress;
  // Asked before each change on the disk, with what it is; false ends everything there, as a kill would.
  std::function<bool(std::string_view change)> go_on = [](std::string_view) { return true; };
};

enum class ReshardOutcome {
  kPlanned,   // nothing was changed
  kNothing,   // the grid has that many nodes already
  kDone,      // all of it was done now
  kFinished,  // an earlier one, that had been cut off, was finished
  kGivenUp,   // an earlier one was undone: the grid is as before
};

struct ReshardReport {
  ReshardOutcome outcome = ReshardOutcome::kNothing;
  std::string grid;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint64_t needed_bytes = 0;  // on disk while it goes on, at most
  // Of what was done now, both by shard.
  std::array<ShardContent, base::kShardCount> shards{};

  [[nodiscard]] std::uint64_t entries() const;
  [[nodiscard]] std::uint64_t bytes() const;
};

// After an error before the switch the grid is as it was; after one behind it, running it again goes on. The message
// says what to do.
[[nodiscard]] ToolResult<ReshardReport> reshard(const ReshardOptions& options, const ReshardServices& services);

}  // namespace buzzer::store_tools
