// The mesh thread: owns the mesh (of the format that the options name), takes messages from the other threads through
// its inbox, and reports to one of them what the mesh tells.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

#include "base/asio_transport.h"
#include "base/inbox.h"
#include "linkmgr/link_options.h"
#include "linkmgr/mesh.h"
#include "linkmgr/mesh_services.h"
#include "node/worker.h"

namespace buzzer::node {

// What the mesh thread is told.
struct SendToAll {  // expendable: lines of the room alone
  proto::EncodedFrame frame;
};
struct SendTo {
  base::NodeId peer;
  proto::EncodedFrame frame;
};
struct SetBlock {
  std::uint64_t request;
  base::NodeId peer;
  linkmgr::Block block;  // neither way: unblock
};
struct AskStatus {
  std::uint64_t request;
};
using MeshMessage = std::variant<SendToAll, SendTo, SetBlock, AskStatus>;

// What it reports.
struct AliveChanged {
  std::vector<base::NodeId> alive;
};
struct FrameArrived {
  base::NodeId from;
  proto::LinkFrame frame;
  base::MonotonicTime arrived;
};
struct ClockOffsetChanged {
  std::optional<std::chrono::milliseconds> offset;  // as MeshEvents::on_clock_offset has it
};
struct BlockAnswered {
  std::uint64_t request;
  base::Result<void> result;
};
struct StatusAnswered {
  std::uint64_t request;
  linkmgr::MeshStatus status;
};
using MeshReport = std::variant<AliveChanged, FrameArrived, ClockOffsetChanged, BlockAnswered, StatusAnswered>;

// Of SendToAll, taken from the inbox or not. A part of what a link's queue keeps for expendable frames, so that all
// this finds room there even while the peer takes nothing.
inline constexpr std::size_t kMostToAllBytes = 1UL << 20;

class MeshThread final : private linkmgr::MeshEvents {
 public:
  // `reports` is the inbox of the thread that is told; when it is full, frames are dropped (it counts them). All
  // arguments must outlive it.
  MeshThread(const linkmgr::LinkOptions& options, base::Random& random, base::Log& log,
             const linkmgr::HealthSource& health, base::Inbox<MeshReport>& reports);
  ~MeshThread() override;

  // Fails if it cannot listen.
  [[nodiscard]] base::Result<void> start();
  void stop() { worker_.stop(); }

  // Whether kMostToAllBytes are on their way to the links: who sends more is too fast for this thread. Any thread.
  [[nodiscard]] bool is_busy() const { return to_all_bytes_.load() >= kMostToAllBytes; }
  [[nodiscard]] const std::shared_ptr<linkmgr::Backlogs>& backlogs() const { return backlogs_; }

  // False when the inbox is full. Any thread.
  [[nodiscard]] bool tell(MeshMessage message, std::size_t weight);

 private:
  void on_alive_changed(const std::vector<base::NodeId>& alive) override;
  void on_frame(base::NodeId from, proto::LinkFrame&& frame) override;
  void on_clock_offset(std::optional<std::chrono::milliseconds> offset) override;
  void take_some();
  void take(MeshMessage&& message);

  Worker worker_;
  base::AsioTransport transport_;
  base::Inbox<MeshReport>& reports_;
  base::Inbox<MeshMessage> inbox_;
  std::atomic<std::size_t> to_all_bytes_{0};
  const std::shared_ptr<linkmgr::Backlogs> backlogs_;
  const std::unique_ptr<linkmgr::Mesh> links_;
};

}  // namespace buzzer::node
