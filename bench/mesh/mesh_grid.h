// A grid of real nodes that are started, killed and frozen one by one, watched through their control ports.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/event_loop.h"
#include "bench/control_line.h"
#include "bench/core/work_folder.h"
#include "bench/node_process.h"

namespace buzzer::bench {

// Any wait gives up (bench_loop.h) after a minute. Nodes keep nothing on disk and serve neither clients nor a room.
class MeshGrid {
 public:
  // Starts none of them. 32 nodes at most.
  explicit MeshGrid(std::uint32_t nodes);

  void start(std::uint32_t node);
  void start_all();
  // SIGKILL; returns once the system has taken it.
  void kill(std::uint32_t node);
  // SIGSTOP and SIGCONT.
  void freeze(std::uint32_t node);
  void thaw(std::uint32_t node);

  // Until every node sees all; when the last of them did.
  base::MonotonicTime await_whole();
  // Until every other node sees all but this one; likewise.
  base::MonotonicTime await_without(std::uint32_t node);

 private:
  struct Node {
    node::NodeOptions options;
    std::unique_ptr<ControlLine> control;
    std::unique_ptr<NodeProcess> process;  // none: not started, or killed
  };

  base::MonotonicTime await_answer(const std::string& wanted, std::size_t but);
  [[nodiscard]] std::string alive_without(std::size_t node) const;

  WorkFolder folder_;
  std::vector<Node> nodes_;
};

}  // namespace buzzer::bench
