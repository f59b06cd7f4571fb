// The mesh of the grid's own format (mesh.h): a link to every peer, proven and judged by heartbeats both ways.
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
#include "linkmgr/mesh.h"
#include "linkmgr/mesh_services.h"
#include "linkmgr/peer.h"
#include "linkmgr/reception.h"

namespace buzzer::linkmgr {

class LinkManager final : public Mesh, private PeerEvents {
 public:
  // `services` and `events` must outlive it.
  LinkManager(LinkOptions options, const MeshServices& services, MeshEvents& events);
  ~LinkManager() override;

  // Mesh: `start` knocks, too.
  [[nodiscard]] base::Result<void> start() override;
  [[nodiscard]] std::vector<base::NodeId> alive() const override;
  using Mesh::send;
  [[nodiscard]] SendResult send(base::NodeId peer, const proto::EncodedFrame& frame, Importance importance) override;
  [[nodiscard]] base::Result<void> block(base::NodeId peer, Block block) override;
  [[nodiscard]] base::Result<void> unblock(base::NodeId peer) override;
  [[nodiscard]] MeshStatus status() const override;

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
