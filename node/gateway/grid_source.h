// What the node knows of its grid and of itself. Declared here, implemented by the node beside its control port.
//
// Belongs to the thread of the core.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"

namespace buzzer::gateway {

// The link from this node to a peer.
struct MeshLink {
  base::NodeId peer;
  bool up = false;
  std::optional<base::Duration> round_trip;  // of the last heartbeat, while up
  std::size_t queued_bytes = 0;
  std::uint64_t dropped_frames = 0;  // that found the send queue full
};

// A link between two other nodes, as `from` last said.
struct FarLink {
  base::NodeId from;
  base::NodeId to;
  bool up = false;
  std::optional<base::Duration> round_trip;  // while up
};

struct NodeFacts {
  std::vector<base::NodeId> alive;  // ascending, this node included
  std::vector<MeshLink> links;      // ascending by peer; none when the mesh was too busy to say
  std::vector<FarLink> far_links;   // as far as peers that are up have said; some by both ends
  bool store_open = false;
  std::size_t shards = 0;  // at home here
  std::size_t serving = 0;
  std::size_t requests_under_way = 0;    // of this node's router
  std::uint64_t refused_reports = 0;     // frames of the mesh that found the core's inbox full
  std::size_t room_clients = 0;          // over plain TCP, now
  std::uint64_t room_dropped_lines = 0;  // one for each line and room client that had no room for it
};

class GridSource {
 public:
  GridSource() = default;
  GridSource(const GridSource&) = delete;
  GridSource& operator=(const GridSource&) = delete;
  virtual ~GridSource() = default;

  // Calls back once, never from within the call; not at all if the node stops first.
  virtual void look(std::function<void(NodeFacts)> callback) = 0;
};

}  // namespace buzzer::gateway
