// The mesh as one node sees it: a link to every peer, who is alive, and frames to and from them.
//
// Knows bytes, peers and liveness; what the frames mean is for the node. Runs on one event loop's thread (the mesh
// thread; in the simulation, virtual time), does nothing but framing and liveness, and never waits.
//
// Start reading here, then peer.h (one peer), link.h (one connection), liveness.h and handshake.h (the rules).
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "linkmgr/link_options.h"
#include "linkmgr/log_throttle.h"
#include "linkmgr/mesh_services.h"
#include "linkmgr/peer.h"
#include "linkmgr/reception.h"

namespace buzzer::linkmgr {

// What the mesh tells the node. Called on the mesh thread; must not wait and must not destroy the link manager.
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

struct MeshStatus {
  base::BootId boot;
  std::vector<PeerStatus> peers;  // ascending by id
  // The median over live peers of `peer's clock - own clock`.
  std::optional<std::chrono::milliseconds> clock_offset;
};

class LinkManager final : private PeerEvents {
 public:
  // `services` and `events` must outlive it.
  LinkManager(LinkOptions options, const MeshServices& services, MeshEvents& events);
  ~LinkManager() override;

  // Listens, dials and knocks. Fails if it cannot listen.
  [[nodiscard]] base::Result<void> start();

  [[nodiscard]] std::vector<base::NodeId> alive() const;

  // kDown for a peer that is not up. Frames to one peer arrive in the order sent, each once, for as long as its link
  // lasts; a link that ends may lose the last of them.
  [[nodiscard]] SendResult send(base::NodeId peer, const proto::EncodedFrame& frame);

  // Cuts the link to a peer at this end, until unblock(). Fails for an id that is no peer.
  [[nodiscard]] base::Result<void> block(base::NodeId peer, Block block);
  [[nodiscard]] base::Result<void> unblock(base::NodeId peer);

  [[nodiscard]] MeshStatus status() const;

 private:
  void on_peer_up(base::NodeId peer) override;
  void on_peer_down(base::NodeId peer) override;
  void on_peer_frame(base::NodeId peer, proto::LinkFrame&& frame) override;
  [[nodiscard]] std::uint64_t next_sequence() override { return ++sequence_; }
  void bury(std::unique_ptr<Link> link) override;

  [[nodiscard]] Peer* find(base::NodeId id);
  [[nodiscard]] tl::unexpected<base::Error> no_such_peer(base::NodeId id) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> clock_offset() const;
  void tick_later();
  void tick();
  void watch_clock(base::MonotonicTime now);

  const LinkOptions options_;
  const MeshServices services_;
  MeshEvents& events_;
  const base::BootId boot_;
  LogThrottle throttle_;
  std::map<base::NodeId, Peer> peers_;
  Reception reception_;
  std::uint64_t sequence_ = 0;
  std::vector<std::unique_ptr<Link>> buried_;
  std::unique_ptr<base::Timer> burial_;
  std::unique_ptr<base::Timer> tick_timer_;
  base::MonotonicTime last_tick_;
  base::MonotonicTime next_heartbeat_;
  std::optional<std::chrono::milliseconds> told_clock_offset_;
};

}  // namespace buzzer::linkmgr
