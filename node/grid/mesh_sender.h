// How the core of a node reaches other nodes. Declared here, implemented by the node.
#pragma once

#include "base/ids.h"
#include "proto/encoded_frame.h"

namespace buzzer::grid {

class MeshSender {
 public:
  MeshSender() = default;
  MeshSender(const MeshSender&) = delete;
  MeshSender& operator=(const MeshSender&) = delete;
  virtual ~MeshSender() = default;

  // False when there is no way there, or no room on it: then nothing was sent. What was taken may still be lost with
  // its link, or found too much by a later queue.
  [[nodiscard]] virtual bool send_to(base::NodeId peer, proto::EncodedFrame frame) = 0;
};

}  // namespace buzzer::grid
