// One node, wired: here, and only here, the parts meet.
#pragma once

#include "node/node_options.h"

namespace buzzer::node {

// Runs a node on the calling thread until SIGTERM, SIGINT or `stop` on its control port, then stops it in order.
// `options` must be completed. Returns the process's exit code: 0, or kExitWrong after an error, which is logged.
[[nodiscard]] int run_node(const NodeOptions& options);

}  // namespace buzzer::node
