// One other node of a grid that speaks the lab's lines: its link, who dials it, when, and whether it is blocked.
//
// The node of higher id dials. A peer is up from its first ping until its link ends. Mesh thread only; owned by the
// mesh.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "linkmgr/backoff.h"
#include "linkmgr/lab/lab_link.h"
#include "linkmgr/link_options.h"
#include "linkmgr/log_throttle.h"

namespace buzzer::linkmgr::lab {

// What a peer needs of the mesh.
class LabPeerEvents {
 public:
  LabPeerEvents() = default;
  LabPeerEvents(const LabPeerEvents&) = delete;
  LabPeerEvents& operator=(const LabPeerEvents&) = delete;
  virtual ~LabPeerEvents() = default;

  virtual void on_peer_up(base::NodeId peer) = 0;
  virtual void on_peer_down(base::NodeId peer) = 0;
  virtual void on_peer_message(base::NodeId peer, std::string_view contents) = 0;
};

// What all peers of a mesh share. None of it is owned.
struct LabShared {
  const LinkOptions& options;
  const MeshServices& services;
  LogThrottle& throttle;
  LabBurials& burials;
};

class LabPeer final : private LabLinkOwner {
 public:
  LabPeer(const LabShared& shared, base::NodeId id, base::Endpoint endpoint, LabPeerEvents& events);
  ~LabPeer() override;

  // Dials, if that is this node's part.
  void start() { dial(); }
  // Takes an accepted link whose first ping was this peer's. A peer that is up keeps the link it has: then the newer
  // one is closed.
  void adopt(std::unique_ptr<LabLink> link);
  // Keeps an accepted connection open and silent while this peer is blocked.
  void park(std::unique_ptr<LabLink> link);

  void block(Block block);
  void unblock();
  [[nodiscard]] bool blocked() const { return block_.any(); }

  void ping_if_due();
  // Ends links that were silent for too long.
  void judge();

  [[nodiscard]] SendResult send(const SharedLine& line);

  [[nodiscard]] bool dials() const { return id_ < shared_.options.self; }
  [[nodiscard]] bool up() const { return link_ != nullptr; }
  [[nodiscard]] PeerStatus status() const;

 private:
  void on_line(LabLink& link, const LabLine& line) override;
  void on_strange_line(LabLink& link, std::string_view why) override;
  void on_ended(LabLink& link, const std::string& reason) override;

  void dial();
  void dial_later();
  void come_up(std::unique_ptr<LabLink> link);
  void take_first_line(const LabLine& line);
  [[nodiscard]] bool may_log(const char* trouble);

  const LabShared shared_;
  const base::NodeId id_;
  const base::Endpoint endpoint_;
  LabPeerEvents& events_;

  std::unique_ptr<LabLink> link_;      // the peer has pinged on it
  std::unique_ptr<LabLink> dialling_;  // it has not yet
  std::unique_ptr<base::Timer> redial_;
  std::deque<std::unique_ptr<LabLink>> parked_;
  Backoff backoff_;
  Block block_;
  std::uint64_t strange_lines_ = 0;
  std::uint64_t refused_lines_ = 0;
  std::string last_error_;
  base::MonotonicTime down_since_;
  base::MonotonicTime up_since_;
};

}  // namespace buzzer::linkmgr::lab
