// The command line: subcommands, options from arguments, environment and a file, and help for newcomers.
#pragma once

namespace buzzer::node {

inline constexpr int kExitBadOption = 2;

// The whole of main(). Returns the process's exit code: 0 in order, 2 for a bad option, 1 for any other failure.
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace buzzer::node
