// `buzzer reshard <grid folder> --to <n>`: gives a stopped grid another number of nodes. docs/storage.md tells the
// whole story, node/store_tools/reshard.h how it is done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>

namespace buzzer::node {

struct ReshardCommand {
  std::filesystem::path folder;  // holds node-0, node-1, ...
  std::uint32_t to = 0;
  bool plan = false;  // only says what would be done
  bool json = false;  // tells on `out` one JSON object instead of sentences, also of what went wrong
};

// Tells on `out` what was done, on `err` how far it has come. Returns the process's exit code: 0 if the grid has that
// many nodes now (or with `plan`, could be given them); kExitWrong if a store is damaged; kExitCannotTell, with the
// reason on `err`, if it could not be done: a node runs, a store is missing or belongs to another grid, the disk is
// full or fails.
[[nodiscard]] int reshard_grid(const ReshardCommand& command, std::ostream& out, std::ostream& err);

}  // namespace buzzer::node
