#include "node/store_tools/reshard_journal.h"

#include <array>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/file.h"
#include "node/store_tools/durable.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;

// In the order of ReshardPhase.
constexpr std::array<std::string_view, 3> kPhases{"building", "switching", "removing"};

std::optional<ReshardJournal> parse(const std::string& text) {
  std::istringstream words(text);
  std::string phase;
  ReshardJournal journal;
  if (!(words >> phase >> journal.from >> journal.to >> journal.grid)) return std::nullopt;
  const auto possible = [](std::uint32_t nodes) { return nodes >= 1 && nodes <= base::kMaxGridSize; };
  if (!possible(journal.from) || !possible(journal.to)) return std::nullopt;
  for (std::size_t number = 0; number < kPhases.size(); ++number) {
    if (phase != kPhases.at(number)) continue;
    journal.phase = static_cast<ReshardPhase>(number);
    return journal;
  }
  return std::nullopt;
}

std::string command(const fs::path& grid_folder, std::uint32_t to) {
  return "`buzzer reshard " + grid_folder.string() + " --to " + std::to_string(to) + '`';
}

// A run folder may be reached by a link; the grid's folder is then one of two.
std::optional<std::string> unfinished_in(const fs::path& grid_folder) {
  if (!is_there(journal_path(grid_folder))) return std::nullopt;
  const auto journal = read_journal(grid_folder);
  if (!journal) return journal.error().message;
  if (!*journal) return std::nullopt;
  return "the grid in " + grid_folder.string() + " is being resharded from " + std::to_string((*journal)->from) +
         " to " + std::to_string((*journal)->to) +
         " nodes, and that is not finished: " + how_to_finish(grid_folder, **journal);
}

}  // namespace

fs::path journal_path(const fs::path& grid_folder) { return grid_folder / "resharding"; }
fs::path node_folder(const fs::path& grid_folder, base::NodeId node) {
  return grid_folder / ("node-" + std::to_string(node.value()));
}
fs::path present_store(const fs::path& node_folder) { return node_folder / "store"; }
fs::path built_store(const fs::path& node_folder) { return node_folder / "store.resharding"; }
fs::path replaced_store(const fs::path& node_folder) { return node_folder / "store.replaced"; }

base::Result<std::optional<ReshardJournal>> read_journal(const fs::path& grid_folder) {
  const fs::path path = journal_path(grid_folder);
  if (!is_there(path)) return std::nullopt;
  const auto text = base::read_small_file(path);
  if (!text) return tl::unexpected(text.error());
  auto journal = parse(*text);
  if (!journal)
    return base::fail("the file " + path.string() + ", which tells how far a reshard has come, makes no sense");
  return journal;
}

base::Result<void> write_journal(const fs::path& grid_folder, const ReshardJournal& journal) {
  return write_file_durably(journal_path(grid_folder),
                            std::string(kPhases.at(static_cast<std::size_t>(journal.phase))) + ' ' +
                                std::to_string(journal.from) + ' ' + std::to_string(journal.to) + ' ' + journal.grid +
                                '\n');
}

base::Result<void> remove_journal(const fs::path& grid_folder) {
  const fs::path path = journal_path(grid_folder);
  if (auto removed = remove_durably(scratch_of(path)); !removed) return removed;
  return remove_durably(path);
}

std::string how_to_finish(const fs::path& grid_folder, const ReshardJournal& journal) {
  std::string how = "run " + command(grid_folder, journal.to);
  if (journal.phase != ReshardPhase::kBuilding) return how;
  return how + ", or " + command(grid_folder, journal.from) + " to leave the grid as it was";
}

std::optional<std::string> unfinished_reshard(const fs::path& run_folder) {
  std::error_code ignored;
  const fs::path named = fs::absolute(run_folder, ignored).lexically_normal();
  if (auto why = unfinished_in((named.has_filename() ? named : named.parent_path()).parent_path())) return why;
  const fs::path real = fs::weakly_canonical(run_folder, ignored);
  if (auto why = unfinished_in(real.parent_path())) return why;
  for (const fs::path& left : {built_store(run_folder), replaced_store(run_folder)}) {
    if (!is_there(left)) continue;
    return left.string() +
           " was left by a reshard that is not finished: run `buzzer reshard` on the grid's folder again";
  }
  return std::nullopt;
}

}  // namespace buzzer::store_tools
