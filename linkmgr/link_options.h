// Everything the mesh of one node can be told.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "base/event_loop.h"
#include "base/ids.h"
#include "linkmgr/backlog.h"

namespace buzzer::linkmgr {

inline constexpr std::uint32_t kProtocolVersion = 1;
inline constexpr std::uint32_t kPlacementVersion = 1;
inline constexpr std::size_t kGridKeyBytes = 32;

using GridKey = std::array<std::uint8_t, kGridKeyBytes>;

enum class LinkEncryption {
  kOffLoopback,  // links between addresses of this machine's loopback are left in the clear
  kAlways,
};

// What the links of a grid speak; the same at all of its nodes.
enum class LinkFormat {
  kBuzzer,  // frames of protobuf messages: link_manager.h
  kLab,     // the lab's lines, for the room alone and on loopback only: lab/lab_mesh.h
};

struct LinkOptions {
  LinkFormat format = LinkFormat::kBuzzer;  // for whoever makes the mesh
  base::NodeId self;
  std::uint32_t grid_size = 1;                   // 1 to base::kMaxGridSize
  std::string grid_id;                           // 1 to 64 bytes; grids of another name are refused
  GridKey grid_key{};                            // shared by all nodes; never logged
  base::Endpoint listen;                         // the host is an address
  std::map<base::NodeId, base::Endpoint> peers;  // every other node of the grid

  base::Duration heartbeat_interval = std::chrono::milliseconds(100);
  base::Duration heartbeat_timeout = std::chrono::milliseconds(500);  // silence after which a peer is down
  base::Duration handshake_timeout = std::chrono::seconds(1);         // from connection to proof
  base::Duration redial_least = std::chrono::milliseconds(20);        // first wait after a link ended; doubles
  base::Duration redial_most = std::chrono::seconds(1);

  LinkEncryption encryption = LinkEncryption::kOffLoopback;
  std::size_t most_queued_bytes = 8UL << 20;  // of frames that wait to be sent over one link
  std::size_t most_unproven = 64;             // accepted connections without proof; a further one ends the oldest
  std::shared_ptr<Backlogs> backlogs = std::make_shared<Backlogs>();  // of the peers, kept by the mesh
};

}  // namespace buzzer::linkmgr
