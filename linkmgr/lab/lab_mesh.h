// A mesh that speaks the lab's lines (docs/protocols/lab-link.md), so that nodes of other makers can be in the grid.
//
// It carries the room's lines alone, in frames as link_manager.h has them: any other frame finds its peer down. Nobody
// proves who he is, so every address must be of this machine's loopback; the node sees to that. Of the options only
// `self`, `grid_size`, `listen`, `peers`, `redial_most`, `most_queued_bytes`, `most_unproven` and `backlogs` mean
// something here.
//
// Start reading here, then lab_peer.h (one peer), lab_reception.h (who has not said yet who he is), lab_link.h (one
// connection) and lab_line.h (the grammar).
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "linkmgr/lab/lab_link.h"
#include "linkmgr/lab/lab_peer.h"
#include "linkmgr/lab/lab_reception.h"
#include "linkmgr/link_options.h"
#include "linkmgr/log_throttle.h"
#include "linkmgr/mesh.h"

namespace buzzer::linkmgr::lab {

class LabMesh final : public Mesh, private LabPeerEvents {
 public:
  // `services` and `events` must outlive it.
  LabMesh(LinkOptions options, const MeshServices& services, MeshEvents& events);
  ~LabMesh() override;

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
  void on_peer_message(base::NodeId peer, std::string_view contents) override;

  [[nodiscard]] LabPeer* find(base::NodeId id);
  // The frame as a line; null if it is none of the room's lines.
  [[nodiscard]] const SharedLine& line_of(const proto::EncodedFrame& frame);
  void tick_later();
  void tick();

  const LinkOptions options_;
  const MeshServices services_;
  MeshEvents& events_;
  const base::BootId boot_;
  LogThrottle throttle_;
  LabBurials burials_;
  std::map<base::NodeId, LabPeer> peers_;
  LabReception reception_;
  proto::EncodedFrame last_frame_;  // and as a line: a frame for all is made one only once
  SharedLine last_line_;
  std::unique_ptr<base::Timer> tick_timer_;
  base::MonotonicTime last_tick_;
};

}  // namespace buzzer::linkmgr::lab
