// What every part of the mesh works with. None of these is owned; all outlive the link manager.
#pragma once

#include <cstdint>
#include <vector>

#include "base/event_loop.h"
#include "base/log.h"
#include "base/random.h"
#include "base/transport.h"

namespace buzzer::linkmgr {

// What a node tells its peers of its own state with each heartbeat. Declared here, implemented by the node. Called on
// the mesh thread; must not wait.
class HealthSource {
 public:
  HealthSource() = default;
  HealthSource(const HealthSource&) = delete;
  HealthSource& operator=(const HealthSource&) = delete;
  virtual ~HealthSource() = default;

  // For each worker thread, how long ago it last turned.
  [[nodiscard]] virtual std::vector<std::chrono::milliseconds> worker_idle() const = 0;
  [[nodiscard]] virtual bool journal_reachable() const = 0;
};

struct MeshServices {
  base::EventLoop& loop;
  base::Transport& transport;
  base::Random& random;
  base::Log& log;
  const HealthSource& health;
};

}  // namespace buzzer::linkmgr
