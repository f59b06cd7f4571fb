// How much gossip has under way, and how long it waits (gossip.h).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/event_loop.h"
#include "base/ids.h"

namespace buzzer::grid {

struct GossipOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  // What this node lets be under way to it on each stream.
  std::uint32_t credit_bytes = 128U << 10;
  // What it has under way to any one node, itself included, on all streams; of twice as much from one node it takes no
  // more.
  std::size_t most_bytes_for_peer = 2UL << 20;
  // After how long without an answer, or an acknowledgement, a stream's receiver is asked again.
  base::Duration ask_again = std::chrono::seconds(1);
};

}  // namespace buzzer::grid
