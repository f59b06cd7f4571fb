// The room's port: accepts TCP clients, takes their lines in turns and gives every line to all of them.
//
// A step of its work: up to kMostBatchLines lines are taken, fairly from the clients that have sent some (or what came
// from elsewhere in the node), become one batch, and are written to every client at once: one system call for each
// client and batch, and no copy. When it waits for clients, or other nodes, that are behind (pacing.h) it takes no
// step; the senders then find that they cannot write, and lines from elsewhere wait where they are.
//
// Order: the lines of one client, and those from elsewhere, reach every client in the order in which they came.
//
// Bounds, all with RoomServerOptions' defaults: 10,000 clients; for each at most 80 KiB of what it has sent and 100
// lines of what it is to get (then further ones are dropped for it, and counted). All queues together hold at most
// 64 MiB: when it is more, those who are behind and not waited for are closed, who has been for longest first. While it
// still is, nothing is queued but for those that the next step waits for, and who is behind with a part of a line and
// is not waited for is closed. The system holds for each client at most twice kSendBufferBytes to send, and of what it
// sent what the system's own limits allow.
//
// Belongs to the room's thread, but for the counters.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/asio_event_loop.h"
#include "base/log.h"
#include "base/status.h"
#include "node/room/pacing.h"
#include "node/room/room_acceptor.h"
#include "node/room/room_client.h"

namespace buzzer::room {

// A burst of 1,000 lines of 128 bytes fits, with nobody reading for a moment; a client that never reads costs no more
// than that. The system counts its own overhead in: it takes twice the number, and about the number itself fits.
inline constexpr int kSendBufferBytes = 128 << 10;

inline constexpr std::size_t kMostUnsentBytes = 1UL << 20;

struct RoomServerOptions {
  std::uint16_t port = 0;  // on 127.0.0.1, always; 0: any that is free
  std::size_t most_clients = 10'000;
  std::size_t most_held_bytes = 64UL << 20;  // of lines that wait for clients
};

// What the server tells the node. On the room's thread.
class RoomServerEvents {
 public:
  RoomServerEvents() = default;
  RoomServerEvents(const RoomServerEvents&) = delete;
  RoomServerEvents& operator=(const RoomServerEvents&) = delete;
  virtual ~RoomServerEvents() = default;

  // Clients of this node have said this.
  virtual void on_lines(const SharedBatch& batch) = 0;
  // Whether the node takes lines now; if not, go_on() must follow.
  [[nodiscard]] virtual bool takes_lines() = 0;
  // Whether so much is on its way within the node that the room had better wait. Never so for long.
  [[nodiscard]] virtual bool is_busy() = 0;
  // What waits for each of the other nodes. One is behind while it is kMostUnsentBytes or more. Always as many.
  [[nodiscard]] virtual std::span<const std::atomic<std::size_t>> unsent_bytes() = 0;
  // So many lines wait to be shown that the room had better not wait for long: some would be lost to everybody.
  [[nodiscard]] virtual bool has_many_to_show() = 0;
  // All lines from elsewhere have been given out.
  virtual void on_shown() = 0;
};

class RoomServer final : private RoomClientEvents {
 public:
  // All outlive it.
  RoomServer(const RoomServerOptions& options, base::AsioEventLoop& loop, base::Log& log, RoomServerEvents& events);
  RoomServer(const RoomServer&) = delete;
  RoomServer& operator=(const RoomServer&) = delete;
  ~RoomServer() override;

  // Fails if it cannot listen.
  [[nodiscard]] base::Result<void> start();

  // Where it listens.
  [[nodiscard]] std::uint16_t port() const { return acceptor_.port(); }

  // A line from elsewhere, for all clients; kept until its turn comes, so the caller bounds how many there are.
  void show(std::string_view line);
  // None of them waits.
  [[nodiscard]] bool all_shown() const { return shown_.empty() && showing_.empty(); }

  void go_on() { step_soon(); }

  // Writes what can be written at once, tells the node what has been taken, and closes all. Nothing happens afterwards.
  // What cannot be done within kMostStopping is left.
  void stop();

  // Of lines that wait for clients or are on their way to the node.
  [[nodiscard]] std::size_t held_bytes() const { return held_->load(std::memory_order_relaxed); }

  // Any thread.
  [[nodiscard]] std::size_t clients() const { return client_count_.load(std::memory_order_relaxed); }
  // Each counted once for each client that did not get it.
  [[nodiscard]] std::uint64_t dropped_lines() const { return dropped_lines_.load(std::memory_order_relaxed); }

 private:
  void on_readable(RoomClient& client) override;
  void on_written(RoomClient& client) override;
  void welcome(base::OwnedSocket socket);

  void step_soon();
  void step();
  [[nodiscard]] bool show_some();
  [[nodiscard]] bool take_some();
  void give_to_all(const SharedBatch& batch);
  [[nodiscard]] bool holds_too_much() const { return held_bytes() > options_.most_held_bytes; }
  void close_stalled();
  [[nodiscard]] bool must_wait();
  void look_at_who_is_behind();
  void note(RoomClient& client, base::MonotonicTime now);
  void look_at_other_nodes(base::MonotonicTime now);
  void end(RoomClient& client);
  void remove(RoomClient& client);

  const RoomServerOptions options_;
  base::AsioEventLoop& loop_;
  RoomServerEvents& events_;
  const HeldBytes held_ = std::make_shared<std::atomic<std::size_t>>(0);
  RoomAcceptor acceptor_;
  std::vector<std::shared_ptr<RoomClient>> clients_;
  std::deque<std::shared_ptr<RoomClient>> turns_;  // who has sent something, in the order of their turns
  std::deque<SharedBatch> shown_;                  // from elsewhere
  BatchBuilder showing_{held_};                    // the newest of those
  Pacing pacing_;
  struct OtherNode {
    Pace pace;
    std::size_t unsent = 0;  // when last looked at
  };
  std::vector<OtherNode> other_nodes_;
  std::unique_ptr<base::Timer> look_;  // while it waits
  bool stopped_ = false;
  bool step_posted_ = false;
  bool clients_next_ = true;  // in the next step, rather than those from elsewhere
  std::atomic<std::size_t> client_count_{0};
  std::atomic<std::uint64_t> dropped_lines_{0};
};

}  // namespace buzzer::room
