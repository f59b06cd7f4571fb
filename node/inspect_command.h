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

// The exit codes of both.
inline constexpr int kExitProven = 0;       // audit: all that was owed has been delivered; trace: found
inline constexpr int kExitBroken = 1;       // audit: something is broken; trace: no such buzz, or its home is away
inline constexpr int kExitUnproven = 3;     // audit: something is pending, or a shard has not answered
inline constexpr int kExitUnreachable = 4;  // no node could be asked, or it ended before it had answered

[[nodiscard]] int trace_buzz(const InspectOptions& options, std::uint64_t id, std::ostream& out, std::ostream& err);

// With `progress`, says on `err` how far it is.
[[nodiscard]] int audit_grid(const InspectOptions& options, bool progress, std::ostream& out, std::ostream& err);

}  // namespace buzzer::node
