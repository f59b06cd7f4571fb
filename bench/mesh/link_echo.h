// Two link managers on threads of their own, with one link over real loopback sockets: room lines go over it from the
// first to the second, which sends each back. Every line is encoded when it is sent and parsed when it comes, at both
// ends, as nodes do.
#pragma once

#include <memory>

#include "bench/mesh/echo_load.h"
#include "linkmgr/link_options.h"

namespace buzzer::bench {

class LinkEcho {
 public:
  // Waits until the link is up; gives up (bench_loop.h) after a minute.
  explicit LinkEcho(linkmgr::LinkEncryption encryption);
  LinkEcho(const LinkEcho&) = delete;
  LinkEcho& operator=(const LinkEcho&) = delete;
  ~LinkEcho();

  // Waits until it is over. `message_bytes` counts the frame's length and protobuf, not what encryption adds; it is at
  // least 16.
  [[nodiscard]] EchoFigures run(const EchoOptions& options);

 private:
  class End;
  class Asking;
  class Echoing;
  std::unique_ptr<Asking> asking_;
  std::unique_ptr<Echoing> echoing_;
};

}  // namespace buzzer::bench
