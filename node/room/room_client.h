// One TCP client of the room: its lines in, everybody's out.
//
// Holds at most, beside what the system holds for it: a line and kReadBytes that it has sent, and shares in the batches
// of kMostQueuedLines lines. Nothing is read from it unless it is asked for: a client whose turn does not come finds in
// the end that it cannot write.
//
// Belongs to the room's thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/event_loop.h"
#include "base/owned_socket.h"
#include "node/room/client_queue.h"
#include "node/room/line_cutter.h"
#include "node/room/pacing.h"

namespace asio {
class io_context;
}

namespace buzzer::room {

inline constexpr std::size_t kReadBytes = 16UL << 10;
// What one client may send in a turn before others have theirs.
inline constexpr std::size_t kMostTurnBytes = 64UL << 10;

class RoomClient;

// What a client tells the server. None is called from within a call of the server's.
class RoomClientEvents {
 public:
  RoomClientEvents() = default;
  RoomClientEvents(const RoomClientEvents&) = delete;
  RoomClientEvents& operator=(const RoomClientEvents&) = delete;
  virtual ~RoomClientEvents() = default;

  // There is something to take, or its end. Nothing more is told until wait_for_lines().
  virtual void on_readable(RoomClient& client) = 0;
  // Some of what it was behind with is written, or will never be.
  virtual void on_written(RoomClient& client) = 0;
};

enum class Turn {
  kDone,      // all that it has sent is taken
  kMore,      // there may be more
  kEnded,     // it sends no more, or the connection is broken
  kUnwelcome  // what came is no line of a room's client
};

class RoomClient final : public std::enable_shared_from_this<RoomClient> {
 public:
  // `socket` is a connected one that does not block. `context` outlives the client, and so does `events` unless it is
  // closed before. `held`: for the errors that it alone is told.
  RoomClient(asio::io_context& context, base::OwnedSocket socket, HeldBytes held, RoomClientEvents& events);
  RoomClient(const RoomClient&) = delete;
  RoomClient& operator=(const RoomClient&) = delete;
  ~RoomClient();

  void wait_for_lines();

  // Adds its next lines to the batch. One that is too long it is told of here.
  [[nodiscard]] Turn take_turn(BatchBuilder& batch);

  // Writes what the system takes and queues the rest, as far as the queue then has `most` lines at most; returns how
  // many lines found no room. One that is broken or ending is given nothing.
  std::size_t give(const SharedBatch& batch, std::size_t most);

  [[nodiscard]] bool is_behind() const { return !queue_.empty(); }
  [[nodiscard]] bool is_closed() const { return closed_; }
  [[nodiscard]] Pace& pace() { return pace_; }

  // It has ended its side: from now on it gets only what is queued. `last_call` comes if that takes too long.
  void set_ending(std::unique_ptr<base::Timer> last_call);
  [[nodiscard]] bool is_ending() const { return ending_; }

  // Ends the connection; what the system has taken still goes out. Tells nothing more.
  void close();

  // Where the server keeps it.
  std::size_t place = 0;

 private:
  struct Socket;

  [[nodiscard]] std::size_t write(std::span<iovec> buffers);
  void write_queue();
  void wait_for_room();
  void tell_too_long();

  const std::unique_ptr<Socket> socket_;
  RoomClientEvents& events_;
  const HeldBytes held_;
  LineCutter cutter_;
  ClientQueue queue_;
  Pace pace_;
  std::unique_ptr<base::Timer> last_call_;
  bool ending_ = false;
  bool broken_ = false;  // nothing can be written any more; what it had sent can be read
  bool closed_ = false;
};

}  // namespace buzzer::room
