// Accepted connections that have not said yet whose they are: the first ping tells. Whatever strangers do costs their
// own connection: they are few (the oldest goes), short (kMostSilence), and disturb no link. Mesh thread only; owned by
// the mesh.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "linkmgr/lab/lab_link.h"
#include "linkmgr/lab/lab_peer.h"

namespace buzzer::linkmgr::lab {

class LabReception final : private LabLinkOwner {
 public:
  // Null for an id that is no peer's.
  using FindPeer = std::function<LabPeer*(base::NodeId)>;

  LabReception(const LabShared& shared, FindPeer find_peer);
  ~LabReception() override;

  // `mute`: it is pinged only once it has said who it is, as it may be a blocked peer.
  void accept(std::unique_ptr<base::Connection> connection, bool mute);
  void ping_if_due();
  void judge();

 private:
  void on_line(LabLink& link, const LabLine& line) override;
  // What comes before the first ping is dropped.
  void on_strange_line(LabLink& /*link*/, std::string_view /*why*/) override {}
  void on_ended(LabLink& link, const std::string& reason) override;

  [[nodiscard]] std::unique_ptr<LabLink> take(LabLink& link);

  const LabShared shared_;
  const FindPeer find_peer_;
  std::list<std::unique_ptr<LabLink>> waiting_;  // oldest first
};

}  // namespace buzzer::linkmgr::lab
