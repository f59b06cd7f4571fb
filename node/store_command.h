// `buzzer store accept-loss <folder>`: what a person runs when a node has refused to start because its store is
// damaged, and no backup is at hand. docs/storage.md tells the whole story.
#pragma once

#include <filesystem>
#include <ostream>

namespace buzzer::node {

// Gives up what the store in `folder` has lost, so that its node starts again with what is left; tells on `out` what
// was kept and what was not. A store that has lost nothing is left as it is. Whose store it is, the store says itself.
//
// Returns the process's exit code: 0 if the store can be opened now, 1 with the reason on `err` if it cannot: there is
// none, a process has it open, the disk fails, or too little of it is left. Then nothing has been given up.
[[nodiscard]] int accept_loss(const std::filesystem::path& folder, std::ostream& out, std::ostream& err);

}  // namespace buzzer::node
