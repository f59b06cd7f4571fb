#include "node/store_tools/reshard.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/store_tools/disk_space.h"
#include "node/store_tools/durable.h"
#include "node/store_tools/reshard_build.h"
#include "node/store_tools/reshard_journal.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;
using base::NodeId;

class Reshard {
 public:
  Reshard(const ReshardOptions& options, const ReshardServices& services) : options_(options), services_(services) {}

  ToolResult<ReshardReport> run() {
    std::error_code ignored;
    if (!fs::is_directory(options_.folder, ignored)) return cannot("there is no folder " + options_.folder.string());
    if (auto held = hold_present_folders(); !held) return tl::unexpected(held.error());
    const auto journal = read_journal(options_.folder);
    if (!journal) return wrong(journal.error().message);
    if (*journal && (*journal)->phase != ReshardPhase::kBuilding) return go_on_with(**journal);
    return begin(*journal);
  }

 private:
  [[nodiscard]] fs::path folder_of(std::uint32_t node) const { return node_folder(options_.folder, NodeId(node)); }
  [[nodiscard]] std::uint32_t all_nodes() const { return std::max(report_.from, report_.to); }

  ToolResult<void> hold_present_folders() {
    for (std::uint32_t node = 0; node < base::kMaxGridSize; ++node) {
      std::error_code ignored;
      if (!fs::is_directory(folder_of(node), ignored)) continue;
      if (auto held = services_.hold(folder_of(node)); !held) return cannot(held.error().message);
    }
    return {};
  }

  // An earlier one that had not come to its switch has changed nothing yet: what it built goes.
  ToolResult<ReshardReport> begin(const std::optional<ReshardJournal>& earlier) {
    auto stores = view_grid_stores(options_.folder);
    if (!stores) return tl::unexpected(stores.error());
    report_.grid = stores->grid;
    report_.from = stores->nodes;
    report_.to = options_.to;
    if (report_.from == report_.to) return leave_as_it_was(earlier);
    if (auto found = find_space(); !found) return tl::unexpected(found.error());
    if (options_.plan_only) return end(ReshardOutcome::kPlanned);

    if (auto done = step("begin", [&] { return keep(ReshardPhase::kBuilding); }); !done) return failed(done.error());
    auto built = build(*stores);
    if (!built) return failed_while_building(built.error());
    stores->views.clear();  // and with them their locks go
    if (auto done = step("begin to switch", [&] { return keep(ReshardPhase::kSwitching); }); !done) {
      return failed(done.error());
    }
    return switch_and_remove(ReshardOutcome::kDone);
  }

  ToolResult<ReshardReport> leave_as_it_was(const std::optional<ReshardJournal>& earlier) {
    if (!earlier && !has_built()) return end(ReshardOutcome::kNothing);
    if (options_.plan_only) return end(ReshardOutcome::kPlanned);
    if (auto done = remove_built(); !done) return failed(done.error());
    return end(ReshardOutcome::kGivenUp);
  }

  ToolResult<void> find_space() {
    std::vector<fs::path> present;
    std::vector<fs::path> coming;
    for (std::uint32_t node = 0; node < report_.from; ++node) present.push_back(present_store(folder_of(node)));
    for (std::uint32_t node = 0; node < report_.to; ++node) coming.push_back(built_store(folder_of(node)));
    const SpaceNeed need = space_to_reshard(present, coming);
    report_.needed_bytes = need.bytes;
    if (!need.missing.empty()) return cannot(need.missing);
    return {};
  }

  ToolResult<void> build(const GridStores& stores) {
    for (std::uint32_t node = 0; node < base::kMaxGridSize; ++node) {
      if (!is_there(built_store(folder_of(node)))) continue;  // of an earlier one
      if (auto done = step("clear", [&] { return remove_durably(built_store(folder_of(node))); }); !done) return done;
    }
    // In a node's folder that goes there is an empty one, so that the node does not start.
    for (std::uint32_t node = 0; node < all_nodes(); ++node) {
      if (!is_there(folder_of(node))) {  // the others are held already
        if (auto held = services_.hold(folder_of(node)); !held) return cannot(held.error().message);
      }
      auto made = step("make a folder", [&] { return make_folder_durably(built_store(folder_of(node))); });
      if (!made) return made;
    }
    const ReshardBuild work{stores, options_.folder, report_.to, services_.progress, services_.go_on};
    return build_stores(work, report_.shards);
  }

  ToolResult<ReshardReport> failed_while_building(const ToolError& error) {
    if (ended_) return failed(error);
    if (const auto removed = remove_built(); !removed) {
      return tl::unexpected<ToolError>({error.is_wrong, error.message + ". Nor could be cleaned up (" +
                                                            removed.error().message + "): to do so, run " +
                                                            "`buzzer reshard " + options_.folder.string() + " --to " +
                                                            std::to_string(report_.from) + '`'});
    }
    return tl::unexpected<ToolError>({error.is_wrong, error.message + ". The grid is as it was"});
  }

  [[nodiscard]] bool has_built() const {
    for (std::uint32_t node = 0; node < base::kMaxGridSize; ++node) {
      if (is_there(built_store(folder_of(node)))) return true;
    }
    return false;
  }

  // Of a reshard that has not come to its switch.
  ToolResult<void> remove_built() {
    for (std::uint32_t node = 0; node < base::kMaxGridSize; ++node) {
      if (!is_there(built_store(folder_of(node)))) continue;
      if (auto done = step("clear", [&] { return remove_durably(built_store(folder_of(node))); }); !done) return done;
    }
    return step("end", [&] { return remove_journal(options_.folder); });
  }

  ToolResult<ReshardReport> go_on_with(const ReshardJournal& journal) {
    report_.grid = journal.grid;
    report_.from = journal.from;
    report_.to = journal.to;
    if (options_.to != journal.to) {
      return cannot(
          "an earlier reshard of this grid to " + std::to_string(journal.to) +
          " nodes has begun to switch and must be finished first: " + how_to_finish(options_.folder, journal));
    }
    if (options_.plan_only) return end(ReshardOutcome::kPlanned);
    if (journal.phase == ReshardPhase::kRemoving) return remove_replaced(ReshardOutcome::kFinished);
    return switch_and_remove(ReshardOutcome::kFinished);
  }

  ToolResult<ReshardReport> switch_and_remove(ReshardOutcome outcome) {
    for (std::uint32_t node = 0; node < all_nodes(); ++node) {
      services_.progress("switching nodes", node, all_nodes());
      if (auto done = switch_node(node); !done) return failed(done.error());
    }
    // Nothing of the old is given up before the new has been seen where it belongs.
    for (std::uint32_t node = 0; node < report_.to; ++node) {
      const store::GridIdentity expected{report_.grid, NodeId(node), report_.to, base::kShardCount};
      if (const auto seen = view_whole_store(present_store(folder_of(node)), expected); !seen) {
        return failed(seen.error());
      }
    }
    if (auto done = step("begin to remove", [&] { return keep(ReshardPhase::kRemoving); }); !done) {
      return failed(done.error());
    }
    return remove_replaced(outcome);
  }

  // Each of its steps can be the last one of an earlier attempt.
  ToolResult<void> switch_node(std::uint32_t node) {
    const fs::path built = built_store(folder_of(node));
    const fs::path present = present_store(folder_of(node));
    const fs::path replaced = replaced_store(folder_of(node));
    if (!is_there(built)) return {};  // it has been switched
    if (is_there(present)) {
      if (is_there(replaced)) return wrong(replaced.string() + " is there already, and " + present.string() + " too");
      if (auto done = step("move the old away", [&] { return rename_durably(present, replaced); }); !done) return done;
    }
    if (node >= report_.to) return step("leave a node", [&] { return remove_durably(built); });
    return step("move the new in", [&] { return rename_durably(built, present); });
  }

  ToolResult<ReshardReport> remove_replaced(ReshardOutcome outcome) {
    for (std::uint32_t node = 0; node < all_nodes(); ++node) {
      services_.progress("removing what was replaced", node, all_nodes());
      const fs::path replaced = replaced_store(folder_of(node));
      if (!is_there(replaced)) continue;
      if (auto done = step("remove the old", [&] { return remove_durably(replaced); }); !done) {
        return failed(done.error());
      }
    }
    if (auto done = step("end", [&] { return remove_journal(options_.folder); }); !done) return failed(done.error());
    return end(outcome);
  }

  base::Result<void> keep(ReshardPhase phase) {
    return write_journal(options_.folder, {phase, report_.from, report_.to, report_.grid});
  }

  template <class Change>
  ToolResult<void> step(std::string_view what, const Change& change) {
    if (!services_.go_on(what)) {
      ended_ = true;
      return cannot("ended before: " + std::string(what));
    }
    if (auto done = change(); !done) return cannot(done.error().message);
    return {};
  }

  ToolResult<ReshardReport> end(ReshardOutcome outcome) {
    report_.outcome = outcome;
    return report_;
  }

  [[nodiscard]] tl::unexpected<ToolError> failed(const ToolError& error) const {
    const auto journal = read_journal(options_.folder);
    if (!journal || !*journal || ended_) return tl::unexpected(error);
    return tl::unexpected<ToolError>(
        {error.is_wrong, error.message + ". It is not finished: " + how_to_finish(options_.folder, **journal)});
  }

  const ReshardOptions& options_;
  const ReshardServices& services_;
  ReshardReport report_;
  bool ended_ = false;  // by the caller
};

}  // namespace

std::uint64_t ReshardReport::entries() const {
  std::uint64_t sum = 0;
  for (const ShardContent& shard : shards) sum += shard.entries;
  return sum;
}

std::uint64_t ReshardReport::bytes() const {
  std::uint64_t sum = 0;
  for (const ShardContent& shard : shards) sum += shard.bytes;
  return sum;
}

ToolResult<ReshardReport> reshard(const ReshardOptions& options, const ReshardServices& services) {
  return Reshard(options, services).run();
}

}  // namespace buzzer::store_tools
