// `buzzer trace` and `buzzer audit`: ask a running grid, by way of the control port of one of its nodes on this
// machine, and tell people, or programs as JSON, what was found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>

namespace buzzer::node {

struct InspectOptions {
  std::string grid = "local";        // whose nodes are looked for in run/<grid>/node-*
  std::filesystem::path run_folder;  // of the node to be asked; empty: the first that answers
  bool json = false;                 // one line of JSON, the control port's own
};

// Both return the process's exit code: kExitCannotTell when no node could be asked, or it ended before it had answered.
// A trace 0 when it was found, whatever it says, and kExitWrong when there is no such buzz or its home is away.
[[nodiscard]] int trace_buzz(const InspectOptions& options, std::uint64_t id, std::ostream& out, std::ostream& err);

// An audit 0 when all that was owed has been delivered, kExitWrong when something is broken, kExitCannotTell when
// something is pending or a shard has not answered. With `progress`, says on `err` how far it is.
[[nodiscard]] int audit_grid(const InspectOptions& options, bool progress, std::ostream& out, std::ostream& err);

}  // namespace buzzer::node
