// The command line: subcommands, options from arguments, environment and a file, and help for newcomers.
#pragma once

namespace buzzer::node {

// The whole of main(). Returns the process's exit code: 0 in order, otherwise as exit_codes.h has it.
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace buzzer::node
