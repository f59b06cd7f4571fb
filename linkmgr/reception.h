// Accepted connections whose peers have not proven yet who they are. Whatever strangers do costs their own connection:
// they are few (the oldest goes), small (kMostUnprovenPayload), short (the handshake's deadline), and disturb no link.
// Mesh thread only; owned by the link manager.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "linkmgr/link.h"
#include "linkmgr/log_throttle.h"
#include "linkmgr/peer.h"

namespace buzzer::linkmgr {

class Reception final : private LinkOwner {
 public:
  // Finds the peer of that id; never null for an id that judge_hello lets pass.
  using FindPeer = std::function<Peer*(base::NodeId)>;

  Reception(const LinkOptions& options, const MeshServices& services, base::BootId boot, LogThrottle& throttle,
            FindPeer find_peer, PeerEvents& events);

  void accept(std::unique_ptr<base::Connection> connection);

 private:
  void on_hello(Link& link) override;
  void on_knock(Link& link, const proto::Knock& knock) override;
  void on_proven(Link& link) override;
  void on_up(Link& link) override;
  void on_frame(Link& link, proto::LinkFrame&& frame) override;
  void on_ended(Link& link, const std::string& reason) override;

  [[nodiscard]] std::unique_ptr<Link> take(Link& link);
  void drop(Link& link);

  const LinkOptions& options_;
  const MeshServices& services_;
  const base::BootId boot_;
  LogThrottle& throttle_;
  const FindPeer find_peer_;
  PeerEvents& events_;
  std::list<std::unique_ptr<Link>> unproven_;  // oldest first
};

}  // namespace buzzer::linkmgr
