// A real node in a process of its own, and what it costs.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "node/node_options.h"

namespace buzzer::bench {

class NodeProcess {
 public:
  // Starts `binary node` with these options, which must be complete. However the bench ends, no node stays behind.
  NodeProcess(const std::filesystem::path& binary, const node::NodeOptions& options);
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;
  // Stops it in order.
  ~NodeProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

// Of all threads of a process since its start, those that have ended too.
[[nodiscard]] double cpu_seconds(pid_t process);
// Its resident memory.
[[nodiscard]] double resident_bytes(pid_t process);

// The node's program of the build that this bench is of.
[[nodiscard]] std::filesystem::path node_program();

}  // namespace buzzer::bench
