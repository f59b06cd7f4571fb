// What the control port drives in this node, and what the gateway tells of it: the room and the core here, the mesh by
// messages. Lives on worker 0, as do the room, the core and the control port; takes the mesh's reports there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/random.h"
#include "node/control/control_target.h"
#include "node/gateway/grid_source.h"
#include "node/inspection/questions.h"
#include "node/mesh_thread.h"
#include "node/node_core.h"
#include "node/node_options.h"
#include "node/room/room.h"

namespace buzzer::node {

// How the node's main thread is asked to stop.
using StopCallback = std::function<void()>;

class NodeControl final : public control::ControlTarget, public gateway::GridSource, private room::RoomMesh {
 public:
  // `loop` is worker 0's; it, `core`, `random` and `log` outlive it; `tell_mesh` and `stop` may be called until it is
  // destroyed.
  NodeControl(const NodeOptions& options, NodeCore& core, base::EventLoop& loop, base::Random& random, base::Log& log,
              TellMesh tell_mesh, StopCallback stop);

  void take(MeshReport&& report);
  // The TCP clients of the room here; they outlive it. Without: none.
  void set_room_clients(room::RoomClients& clients) { room_.set_clients(clients); }
  // What one of them said.
  void take_client_line(std::string_view line) { room_.spread(line); }

  // How many frames of the mesh found this thread's inbox full, for `status`.
  void set_refused_reports(std::function<std::uint64_t()> refused) { refused_reports_ = std::move(refused); }

  [[nodiscard]] const std::deque<std::string>& messages() const override { return room_.log().lines(); }
  [[nodiscard]] const std::vector<base::NodeId>& alive() const override { return room_.alive(); }
  void broadcast(std::string text) override;
  // Fails with links of the lab's format, which know no marks.
  void mark(MarkCallback callback) override;
  void block(const control::BlockPeer& command, DoneCallback callback) override;
  void unblock(const control::UnblockPeer& command, DoneCallback callback) override;
  void status(StatusCallback callback) override;
  void look(std::function<void(gateway::NodeFacts)> callback) override;
  void execute(proto::Command command, ReplyCallback callback) override;
  void query(const proto::Query& query, AnswerCallback callback) override;
  [[nodiscard]] Home home_of(const std::string& user) const override;
  [[nodiscard]] std::shared_ptr<void> settle(std::chrono::milliseconds most, DoneCallback callback) override;
  [[nodiscard]] std::shared_ptr<void> trace(const control::TraceBuzz& command, LineCallback callback) override;
  [[nodiscard]] std::shared_ptr<void> audit(const control::AuditGrid& command, LineCallback callback) override;
  void stop() override { stop_(); }

 private:
  [[nodiscard]] bool send_to_all(proto::EncodedFrame frame) override;
  [[nodiscard]] bool send_to(base::NodeId peer, proto::EncodedFrame frame) override;
  void set_block(base::NodeId peer, linkmgr::Block block, DoneCallback callback);
  [[nodiscard]] inspection::Ask ask_grid();
  using MeshCallback = std::function<void(const linkmgr::MeshStatus&)>;
  void ask_mesh(MeshCallback callback);

  const NodeOptions options_;
  NodeCore& core_;
  base::EventLoop& loop_;
  base::Random& random_;
  base::Log& log_;
  const TellMesh tell_mesh_;
  const StopCallback stop_;
  const base::MonotonicTime started_;
  std::function<std::uint64_t()> refused_reports_;
  room::Room room_;
  std::uint64_t last_request_ = 0;
  std::uint64_t last_key_ = 0;
  std::map<std::uint64_t, DoneCallback> awaiting_block_;
  std::map<std::uint64_t, MeshCallback> awaiting_status_;
  const std::shared_ptr<std::size_t> audits_ = std::make_shared<std::size_t>(0);  // under way
};

}  // namespace buzzer::node
