// One other node of the grid: the pair's link, who dials it, when, and whether it is blocked.
//
// The node of higher id dials; the other one waits, and knocks when it starts so that it is dialled at once.
// Mesh thread only; owned by the link manager.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "linkmgr/backoff.h"
#include "linkmgr/link.h"
#include "linkmgr/log_throttle.h"
#include "linkmgr/mesh.h"
#include "linkmgr/mesh_services.h"

namespace buzzer::linkmgr {

// What a peer needs of the link manager.
class PeerEvents {
 public:
  PeerEvents() = default;
  PeerEvents(const PeerEvents&) = delete;
  PeerEvents& operator=(const PeerEvents&) = delete;
  virtual ~PeerEvents() = default;

  virtual void on_peer_up(base::NodeId peer) = 0;
  virtual void on_peer_down(base::NodeId peer) = 0;
  virtual void on_peer_frame(base::NodeId peer, proto::LinkFrame&& frame) = 0;
  // A new connection's place in the order of all connections of this node.
  [[nodiscard]] virtual std::uint64_t next_sequence() = 0;
  // Destroys a closed link once nothing of it is on the stack any more.
  virtual void bury(std::unique_ptr<Link> link) = 0;
};

class Peer final : private LinkOwner {
 public:
  Peer(const LinkOptions& options, const MeshServices& services, base::BootId boot, LogThrottle& throttle,
       base::NodeId id, base::Endpoint endpoint, PeerEvents& events);
  ~Peer() override;

  // Dials, or knocks.
  void start();
  // The peer says that it has just started.
  void knocked();
  // Takes an accepted link whose peer has proven to be this one, if it is newer than what is there.
  void adopt(std::unique_ptr<Link> link);
  // Keeps an accepted connection open and silent while this peer is blocked.
  void park(std::unique_ptr<Link> link);

  void block(Block block);
  void unblock();
  [[nodiscard]] bool blocked() const { return block_.any(); }

  // As Link::send_heartbeat.
  void send_heartbeat(const std::vector<std::uint32_t>& links_us);
  void judge();
  [[nodiscard]] SendResult send(const proto::EncodedFrame& frame, Importance importance);

  [[nodiscard]] bool up() const { return link_ != nullptr && link_->up(); }
  // As heartbeats tell it: in microseconds and at least 1; 0: not up.
  [[nodiscard]] std::uint32_t round_trip_us() const;
  // Peer's wall clock minus own; none while the peer is not up.
  [[nodiscard]] std::optional<std::chrono::milliseconds> clock_offset() const;
  [[nodiscard]] PeerStatus status() const;

 private:
  class Knocking;

  void on_hello(Link& link) override;
  void on_knock(Link& link, const proto::Knock& knock) override;
  void on_proven(Link& link) override;
  void on_up(Link& link) override;
  void on_frame(Link& link, proto::LinkFrame&& frame) override;
  void on_ended(Link& link, const std::string& reason) override;

  [[nodiscard]] bool dials() const { return id_ < options_.self; }
  void reach_out();
  void dial();
  void dial_later();
  void knock();
  void drop_link();
  // What the log is throttled by: the kind of trouble and this peer.
  [[nodiscard]] std::string subject(const char* trouble) const;
  void tell_why_not(const Link& link, const std::string& reason);
  void install(std::unique_ptr<Link> link);

  const LinkOptions& options_;
  const MeshServices& services_;
  const base::BootId boot_;
  LogThrottle& throttle_;
  const base::NodeId id_;
  const base::Endpoint endpoint_;
  PeerEvents& events_;

  std::unique_ptr<Link> link_;      // proven
  std::unique_ptr<Link> dialling_;  // not proven yet
  std::unique_ptr<base::Timer> redial_;
  std::unique_ptr<Knocking> knocking_;
  std::deque<std::unique_ptr<Link>> parked_;
  Backoff backoff_;
  base::LinkNumber last_number_{0};
  Block block_;
  bool dial_again_at_once_ = false;  // knocked while a dial was under way
  std::uint64_t refused_frames_ = 0;
  std::string last_error_;
  base::MonotonicTime down_since_;
  base::MonotonicTime up_since_;
};

}  // namespace buzzer::linkmgr
