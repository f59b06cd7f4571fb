// The chat room of the lab: a line broadcast at any node reaches the log of every live node and every TCP client of
// every live node's room, FIFO per sender.
//
// A line is any bytes but '\n'. The log keeps it without a final '\r', which is how some clients end their lines; nodes
// and clients get it with that.
//
// A mark, sent after lines on the same links and echoed by each peer's room once it has taken them, tells when they
// have arrived everywhere. Belongs to one worker's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/status.h"
#include "node/room/line_cutter.h"
#include "node/room/message_log.h"
#include "proto/encoded_frame.h"

namespace buzzer::room {

// How the room reaches the other nodes; declared here, implemented by the node. Both return false when the way there is
// full: then nothing was sent.
class RoomMesh {
 public:
  RoomMesh() = default;
  RoomMesh(const RoomMesh&) = delete;
  RoomMesh& operator=(const RoomMesh&) = delete;
  virtual ~RoomMesh() = default;

  [[nodiscard]] virtual bool send_to_all(proto::EncodedFrame frame) = 0;
  [[nodiscard]] virtual bool send_to(base::NodeId peer, proto::EncodedFrame frame) = 0;
};

struct RoomClientCounts {
  std::size_t clients = 0;
  std::uint64_t dropped_lines = 0;  // one for each line and client that had no room for it
};

// The TCP clients of this node's room; declared here, implemented by the node. Called on the room's thread.
class RoomClients {
 public:
  RoomClients() = default;
  RoomClients(const RoomClients&) = delete;
  RoomClients& operator=(const RoomClients&) = delete;
  virtual ~RoomClients() = default;

  // To all of them, in the order of the calls.
  virtual void show(std::string_view line) = 0;
  [[nodiscard]] virtual RoomClientCounts counts() const = 0;
};

struct RoomOptions {
  base::NodeId self;
  MessageLogLimits log;
  base::Duration mark_timeout = std::chrono::seconds(5);
};

class Room {
 public:
  // The peers over whose links a mark came back, or an error that names those that did not answer in time.
  using MarkCallback = std::function<void(base::Result<std::vector<base::NodeId>>)>;

  Room(const RoomOptions& options, base::EventLoop& loop, RoomMesh& mesh);

  // From now on lines are shown to these, who must live as long as the room is called. Without: nobody.
  void set_clients(RoomClients& clients) { clients_ = &clients; }

  // A line of at most kMostLineBytes from this node's control port. For the other nodes it is dropped, and counted, if
  // the mesh has no room for it.
  void broadcast(std::string_view line);

  // Likewise from a TCP client of this node, which has been shown to them all already.
  void spread(std::string_view line);

  // Calls back, never from within this call, once every peer that is alive now has echoed a mark or has left.
  void mark(MarkCallback callback);

  // Frames of kinds that are not the room's are ignored.
  void frame_arrived(base::NodeId from, proto::LinkFrame&& frame);
  void alive_changed(std::vector<base::NodeId> alive);

  [[nodiscard]] const MessageLog& log() const { return log_; }
  // Ascending, this node included.
  [[nodiscard]] const std::vector<base::NodeId>& alive() const { return alive_; }
  [[nodiscard]] std::uint64_t dropped_lines() const { return dropped_lines_; }
  [[nodiscard]] RoomClientCounts client_counts() const {
    return clients_ != nullptr ? clients_->counts() : RoomClientCounts{};
  }

 private:
  struct PendingMark {
    std::set<base::NodeId> awaited;
    std::vector<base::NodeId> returned;
    MarkCallback callback;
    std::unique_ptr<base::Timer> timer;
  };
  using PendingMarks = std::map<std::uint64_t, PendingMark>;

  void take_line(std::string_view line);
  void keep(std::string_view line);
  void echo_mark(base::NodeId to, std::uint64_t number);
  void finish_soon_if_complete(std::uint64_t number);
  void finish(std::uint64_t number);

  const RoomOptions options_;
  base::EventLoop& loop_;
  RoomMesh& mesh_;
  RoomClients* clients_ = nullptr;
  MessageLog log_;
  std::vector<base::NodeId> alive_;
  PendingMarks marks_;
  std::uint64_t last_mark_ = 0;
  std::uint64_t dropped_lines_ = 0;
};

}  // namespace buzzer::room
