// How far a reshard has come, in a file `resharding` of the grid's folder, so that one that was cut off anywhere can be
// finished, and no node starts before that.
//
//   resharding = phase " " from " " to " " grid LF        such as "switching 3 5 local"
//
//   phase      what may be there                                      and so what comes of a reshard that was cut off
//   building   node-i/store of the old grid, whole and untouched;     begins anew, or is given up (to `from` nodes)
//              node-j/store.resharding, as far as it has come
//   switching  of each node either store.resharding, complete, and    goes on
//              store, the old one; or store, the new one, and
//              store.replaced, the old one
//   removing   the new stores; what is left of store.replaced         goes on
//
// In `building` and `switching` a node's folder holds store.resharding until that node has been switched: an empty one
// if it goes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/status.h"

namespace buzzer::store_tools {

enum class ReshardPhase { kBuilding, kSwitching, kRemoving };

struct ReshardJournal {
  ReshardPhase phase = ReshardPhase::kBuilding;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::string grid;
};

// Where things stand in a grid's folder.
[[nodiscard]] std::filesystem::path journal_path(const std::filesystem::path& grid_folder);
[[nodiscard]] std::filesystem::path node_folder(const std::filesystem::path& grid_folder, base::NodeId node);
// And in a node's.
[[nodiscard]] std::filesystem::path present_store(const std::filesystem::path& node_folder);
[[nodiscard]] std::filesystem::path built_store(const std::filesystem::path& node_folder);
[[nodiscard]] std::filesystem::path replaced_store(const std::filesystem::path& node_folder);

// None if no reshard is under way.
[[nodiscard]] base::Result<std::optional<ReshardJournal>> read_journal(const std::filesystem::path& grid_folder);
// Durable when it returns.
[[nodiscard]] base::Result<void> write_journal(const std::filesystem::path& grid_folder, const ReshardJournal& journal);
[[nodiscard]] base::Result<void> remove_journal(const std::filesystem::path& grid_folder);

// What is to be run to get on, for a person.
[[nodiscard]] std::string how_to_finish(const std::filesystem::path& grid_folder, const ReshardJournal& journal);

// Why a node must not start from that run folder: a reshard of its grid is not finished. None: it may.
[[nodiscard]] std::optional<std::string> unfinished_reshard(const std::filesystem::path& run_folder);

}  // namespace buzzer::store_tools
