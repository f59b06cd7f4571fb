// The mesh as one node sees it: who is alive, and frames to and from them. What the links speak is for the class that
// implements it: link_manager.h (the grid's own format) or lab/lab_mesh.h (the lab's lines, the room's frames alone).
//
// On one event loop's thread, which never waits here.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/status.h"
#include "proto/encoded_frame.h"
#include "proto/link.pb.h"

namespace buzzer::linkmgr {

// What the mesh tells the node. Called on the mesh thread; must not wait and must not destroy the mesh.
class MeshEvents {
 public:
  MeshEvents() = default;
  MeshEvents(const MeshEvents&) = delete;
  MeshEvents& operator=(const MeshEvents&) = delete;
  virtual ~MeshEvents() = default;

  // Ascending, this node included. After all frames of a peer that left, before the first of one that came.
  virtual void on_alive_changed(const std::vector<base::NodeId>& alive) = 0;
  virtual void on_frame(base::NodeId from, proto::LinkFrame&& frame) = 0;
  // The median over live peers of `peer's clock - own clock`, when it comes, goes, or has moved by kClockWarning.
  virtual void on_clock_offset(std::optional<std::chrono::milliseconds> offset) = 0;
};

enum class SendResult { kQueued, kDown, kFull };

// An expendable frame finds a send queue full when half of it is taken, so that the others find room.
enum class Importance { kNormal, kExpendable };

struct Block {
  bool in = false;   // nothing is read from the peer
  bool out = false;  // nothing is sent to it

  [[nodiscard]] bool any() const { return in || out; }
};

enum class PeerState { kDown, kConnecting, kProven, kUp };

// A snapshot, for people.
struct PeerStatus {
  base::NodeId peer;
  PeerState state = PeerState::kDown;
  Block block;
  std::optional<base::Duration> round_trip;  // these five: while there is a proven link
  std::optional<base::Duration> silence;
  std::optional<std::chrono::milliseconds> clock_offset;
  std::vector<std::uint32_t> worker_idle_ms;
  std::vector<std::uint32_t> links_us;  // of its own links, as its heartbeats have them; empty: not told
  bool journal_reachable = true;
  bool encrypted = false;
  std::size_t queued_bytes = 0;
  std::string last_error;            // why there is no link, or why the last one ended; empty while up
  std::uint64_t refused_frames = 0;  // that found the send queue full, since the node's start
  std::uint64_t strange_lines = 0;   // that a link of the lab's format skipped, since the node's start
};

struct MeshStatus {
  base::BootId boot;
  std::vector<PeerStatus> peers;  // ascending by id
  // The median over live peers of `peer's clock - own clock`.
  std::optional<std::chrono::milliseconds> clock_offset;
};

class Mesh {
 public:
  Mesh() = default;
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;
  virtual ~Mesh() = default;

  // Listens and dials. Fails if it cannot listen.
  [[nodiscard]] virtual base::Result<void> start() = 0;

  // Ascending, this node included.
  [[nodiscard]] virtual std::vector<base::NodeId> alive() const = 0;

  // kDown for a peer that is not up, and for a frame that its links cannot carry. Frames to one peer arrive in the
  // order sent, each once, for as long as its link lasts; a link that ends may lose the last of them.
  [[nodiscard]] virtual SendResult send(base::NodeId peer, const proto::EncodedFrame& frame, Importance importance) = 0;
  [[nodiscard]] SendResult send(base::NodeId peer, const proto::EncodedFrame& frame) {
    return send(peer, frame, Importance::kNormal);
  }

  // Cuts the link to a peer at this end, until unblock(). Fails for an id that is no peer.
  [[nodiscard]] virtual base::Result<void> block(base::NodeId peer, Block block) = 0;
  [[nodiscard]] virtual base::Result<void> unblock(base::NodeId peer) = 0;

  [[nodiscard]] virtual MeshStatus status() const = 0;
};

}  // namespace buzzer::linkmgr
