// The subcommands for who looks after a grid that is stopped: `buzzer store ...` and `buzzer reshard`.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

namespace buzzer::node {

class ToolCommands {
 public:
  // Adds them to the program's command line, which must outlive this.
  explicit ToolCommands(CLI::App& app);
  ToolCommands(const ToolCommands&) = delete;
  ToolCommands& operator=(const ToolCommands&) = delete;
  ~ToolCommands();

  // Which of them was called, as far as that was understood, such as "store check"; empty if none was.
  [[nodiscard]] std::string called() const;
  // Runs what was called. Returns the process's exit code.
  [[nodiscard]] int run(std::ostream& out, std::ostream& err) const;

 private:
  struct Definitions;
  const std::unique_ptr<Definitions> definitions_;
};

}  // namespace buzzer::node
