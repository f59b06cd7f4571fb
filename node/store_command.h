// `buzzer store ...`: what a person runs on the store of a node that is stopped. docs/storage.md tells the whole story.
#pragma once

#include <filesystem>
#include <ostream>

namespace buzzer::node {

struct StoreCommand {
  std::filesystem::path folder;  // the store's
  bool json = false;             // tells on `out` one JSON object instead of sentences, also of what went wrong
};

// `accept-loss`: when a node has refused to start because its store is damaged, and no backup is at hand. Gives up what
// the store has lost, so that its node starts again with what is left; tells on `out` what was kept and what was not. A
// store that has lost nothing is left as it is. Whose store it is, the store says itself.
//
// Returns the process's exit code: 0 if the store can be opened now; otherwise, with the reason on `err`, kExitWrong if
// too little of it is left, and kExitCannotTell if there is none, a process has it open, or the disk fails. Then
// nothing has been given up.
[[nodiscard]] int accept_loss(const StoreCommand& command, std::ostream& out, std::ostream& err);

// `check`: reads all of the store, files and entries, and changes nothing. Tells on `out` what there is and what is
// wrong, on `err` how far it has come.
//
// Returns the process's exit code: 0 if nothing is wrong; kExitWrong if something is damaged, missing or inconsistent;
// kExitCannotTell, with the reason on `err`, if there is no store, a process has it open, the disk fails, or a newer
// release made it.
[[nodiscard]] int check_store(const StoreCommand& command, std::ostream& out, std::ostream& err);

}  // namespace buzzer::node
