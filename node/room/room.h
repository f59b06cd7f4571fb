// The chat room of the lab: a line broadcast at any node reaches the log of every live node, FIFO per sender.
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
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/status.h"
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

inline constexpr std::size_t kMostLineBytes = 64UL << 10;

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

  // A line of at most 64 KiB from a client of this node. For the other nodes it is dropped, and counted, if the mesh
  // has no room for it.
  void broadcast(std::string line);

  // Calls back, never from within this call, once every peer that is alive now has echoed a mark or has left.
  void mark(MarkCallback callback);

  // Frames of kinds that are not the room's are ignored.
  void frame_arrived(base::NodeId from, proto::LinkFrame&& frame);
  void alive_changed(std::vector<base::NodeId> alive);

  [[nodiscard]] const MessageLog& log() const { return log_; }
  // Ascending, this node included.
  [[nodiscard]] const std::vector<base::NodeId>& alive() const { return alive_; }
  [[nodiscard]] std::uint64_t dropped_lines() const { return dropped_lines_; }

 private:
  struct PendingMark {
    std::set<base::NodeId> awaited;
    std::vector<base::NodeId> returned;
    MarkCallback callback;
    std::unique_ptr<base::Timer> timer;
  };
  using PendingMarks = std::map<std::uint64_t, PendingMark>;

  void take_line(std::string&& line);
  void echo_mark(base::NodeId to, std::uint64_t number);
  void finish_soon_if_complete(std::uint64_t number);
  void finish(std::uint64_t number);

  const RoomOptions options_;
  base::EventLoop& loop_;
  RoomMesh& mesh_;
  MessageLog log_;
  std::vector<base::NodeId> alive_;
  PendingMarks marks_;
  std::uint64_t last_mark_ = 0;
  std::uint64_t dropped_lines_ = 0;
};

}  // namespace buzzer::room
