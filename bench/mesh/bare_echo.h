// What an echo costs at best with the same library: two threads with plain Asio sockets, one of which sends back
// whatever it has read. No frames, no queues, no liveness.
#pragma once

#include "bench/mesh/echo_load.h"

namespace buzzer::bench {

// Makes a connection over loopback for itself and waits until all is over.
[[nodiscard]] EchoFigures run_bare_echo(const EchoOptions& options);

}  // namespace buzzer::bench
