// Ports for what a bench starts: another bench, or a grid that somebody uses, may have any of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace buzzer::bench {

// The first of so many ports in a row (64 at most) on which nobody listens on 127.0.0.1; gives up (bench_loop.h) if
// there are none. Where it begins to look depends on the process, so that two who look at once hardly find the same.
[[nodiscard]] std::uint16_t free_ports(std::size_t count);

}  // namespace buzzer::bench
