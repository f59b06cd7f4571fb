// A master's connection to a node's control port, for commands of this program: a line out, a line back. Blocks; a node
// that does not answer, because it is frozen or is not one, is given up: after 2 s when the connection is opened, later
// after 10 minutes.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/status.h"

namespace buzzer::node {

class ControlLine {
 public:
  // To the node that runs in that folder, by its files `control-port` and `token` (run_folder.h). Fails if none does.
  [[nodiscard]] static base::Result<ControlLine> open(const std::filesystem::path& run_folder);

  // The answer to a command that has one. Fails when the node has gone.
  [[nodiscard]] base::Result<std::string> ask(const std::string& command);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  explicit ControlLine(File stream) : stream_(std::move(stream)) {}

  File stream_;  // for reading; written to is its socket
};

}  // namespace buzzer::node
