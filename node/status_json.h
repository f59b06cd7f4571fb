// The one line of JSON that `status` answers with; docs/protocols/control-port.md says what the members mean.
#pragma once

#include <string>
#include <vector>

#include "base/event_loop.h"
#include "linkmgr/mesh.h"
#include "node/node_core.h"
#include "node/node_options.h"
#include "node/room/room.h"

namespace buzzer::node {

struct StatusFacts {
  const NodeOptions& options;
  const linkmgr::MeshStatus& mesh;
  const std::vector<base::NodeId>& alive;
  base::Duration uptime;
  std::size_t room_lines;
  std::uint64_t room_dropped_lines;  // here, without those that a link had no room for
  room::RoomClientCounts room_clients;
  CoreStatus core;
};

[[nodiscard]] std::string to_json(const StatusFacts& facts);

}  // namespace buzzer::node
