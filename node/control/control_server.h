// The control port: accepts masters and keeps their sessions. Belongs to one worker's thread.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/transport.h"
#include "node/control/control_session.h"

namespace buzzer::control {

struct ControlOptions {
  std::uint16_t port = 0;             // on 127.0.0.1, always
  std::string token;                  // what `auth` must bring; never logged
  std::size_t most_connections = 64;  // a further one gets an error line and is closed
  // Of answers that masters have not read, beside the newest one: beyond it, who has left most unread is closed.
  std::size_t most_unread = 64UL << 20;
};

class ControlServer final : private ControlSessionEvents {
 public:
  // `transport` and `target` must outlive it.
  ControlServer(ControlOptions options, base::Transport& transport, ControlTarget& target);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer() override;

  [[nodiscard]] base::Result<void> start();

 private:
  void accept(std::unique_ptr<base::Connection> connection);
  void make_room(const ControlSession& session) override;
  void on_closed(ControlSession& session) override { sessions_.erase(session.shared_from_this()); }

  const ControlOptions options_;
  base::Transport& transport_;
  ControlTarget& target_;
  std::set<std::shared_ptr<ControlSession>> sessions_;
};

}  // namespace buzzer::control
