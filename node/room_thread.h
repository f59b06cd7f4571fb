// The room thread: serves the room's TCP clients and talks to worker 0, where the room itself is.
//
// What clients of this node say goes to worker 0, for the log and the other nodes; while kMostSaidBytes of that wait
// there, no more is taken from clients; nor while the mesh thread is busy, nor, for a while, when a peer's link has
// much to send yet (room_server.h). What came from elsewhere (the control port, other nodes) comes from worker 0
// through a bounded inbox, in which it waits while the room waits for clients that are behind; when the inbox is full,
// lines are lost to this node's clients, and counted.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/inbox.h"
#include "base/log.h"
#include "base/status.h"
#include "linkmgr/backlog.h"
#include "node/room/room.h"
#include "node/room/room_server.h"
#include "node/worker.h"

namespace buzzer::node {

// Lines of clients on their way to worker 0, by line_cost(): so much keeps it busy for some milliseconds.
inline constexpr std::size_t kMostSaidBytes = 1UL << 20;

class RoomThread final : public room::RoomClients, private room::RoomServerEvents {
 public:
  using TakeLine = std::function<void(std::string_view line)>;

  // `take` is told on `home`, worker 0's loop, what clients say, line by line. `home` and `log` must outlive it, and
  // whatever `take` needs must live until both threads have stopped; so must `mesh_is_busy`, which is asked on any
  // thread.
  RoomThread(const room::RoomServerOptions& options, base::AsioEventLoop& home, base::Log& log, TakeLine take,
             std::function<bool()> mesh_is_busy, std::shared_ptr<const linkmgr::Backlogs> unsent);
  ~RoomThread() override;

  // Fails if it cannot listen.
  [[nodiscard]] base::Result<void> start();

  // Where it listens. Before start() has returned: nowhere.
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

  // Any thread.
  void show(std::string_view line) override;
  [[nodiscard]] room::RoomClientCounts counts() const override;

  // Closes all clients when they have what can be written at once, and hands to worker 0 what was taken from them.
  void let_clients_go();
  void stop() { worker_.stop(); }

 private:
  void on_lines(const room::SharedBatch& batch) override;
  [[nodiscard]] bool takes_lines() override { return said_bytes_.load() < kMostSaidBytes; }
  [[nodiscard]] bool is_busy() override { return mesh_is_busy_(); }
  [[nodiscard]] std::span<const std::atomic<std::size_t>> unsent_bytes() override { return *unsent_; }
  [[nodiscard]] bool has_many_to_show() override { return shown_.fill() >= 0.5; }
  void on_shown() override { show_waiting(); }

  void show_waiting();
  void take_said();

  base::AsioEventLoop& home_;
  const TakeLine take_;
  Worker worker_{"room"};
  base::Inbox<std::string> shown_;       // to the room thread
  base::Inbox<room::SharedBatch> said_;  // to worker 0
  std::atomic<std::size_t> said_bytes_{0};
  const std::function<bool()> mesh_is_busy_;
  const std::shared_ptr<const linkmgr::Backlogs> unsent_;
  std::atomic<std::uint64_t> not_shown_{0};  // for each client
  room::RoomServer server_;
  bool started_ = false;
};

}  // namespace buzzer::node
