#include "node/node_control.h"

#include <utility>

#include "base/overloaded.h"
#include "node/control/settling.h"
#include "node/grid/placement.h"
#include "node/inspection/buzz_trace.h"
#include "node/inspection/grid_audit.h"
#include "node/inspection/report_json.h"
#include "node/inspection/report_text.h"
#include "node/kernel/text.h"
#include "node/status_json.h"
#include "proto/errors.h"

namespace buzzer::node {
namespace {

// At a time: each asks every shard of the grid, again and again.
constexpr std::size_t kMostAudits = 4;

// What a peer says of its links to others than this node.
void add_far_links(const linkmgr::PeerStatus& peer, base::NodeId self, std::vector<gateway::FarLink>& links) {
  for (std::uint32_t node = 0; node < peer.links_us.size(); ++node) {
    const base::NodeId to(node);
    if (to == self || to == peer.peer) continue;
    const std::uint32_t us = peer.links_us[node];
    links.push_back({peer.peer, to, us != 0, us != 0 ? std::optional(std::chrono::microseconds(us)) : std::nullopt});
  }
}

}  // namespace

NodeControl::NodeControl(const NodeOptions& options, NodeCore& core, base::EventLoop& loop, base::Random& random,
                         base::Log& log, TellMesh tell_mesh, StopCallback stop)
    : options_(options),
      core_(core),
      loop_(loop),
      random_(random),
      log_(log),
      tell_mesh_(std::move(tell_mesh)),
      stop_(std::move(stop)),
      started_(loop.now()),
      room_(room::RoomOptions{base::NodeId(options.id), {}, std::chrono::seconds(5)}, loop,
            static_cast<room::RoomMesh&>(*this)) {}

void NodeControl::take(MeshReport&& report) {
  std::visit(
      base::Overloaded{
          [&](AliveChanged& changed) {
            core_.alive_changed(changed);
            room_.alive_changed(std::move(changed.alive));
          },
          [&](FrameArrived& arrived) {
            core_.frame_arrived(arrived);
            room_.frame_arrived(arrived.from, std::move(arrived.frame));
          },
          [&](const ClockOffsetChanged& changed) { core_.clock_offset_changed(changed); },
          [&](BlockAnswered& answered) {
            awaiting_block_.extract(answered.request).mapped()(std::move(answered.result));
          },
          [&](StatusAnswered& answered) { awaiting_status_.extract(answered.request).mapped()(answered.status); },
      },
      report);
}

void NodeControl::broadcast(std::string text) {
  log_.debug("control", "broadcast", {{"bytes", text.size()}});
  room_.broadcast(text);
}

void NodeControl::mark(MarkCallback callback) {
  if (options_.link_format == linkmgr::LinkFormat::kBuzzer) return room_.mark(std::move(callback));
  // By way of the mesh thread: it has taken all earlier lines by then.
  ask_mesh([callback = std::move(callback)](const linkmgr::MeshStatus& /*mesh*/) {
    callback(base::fail("--link-format lab has no marks"));
  });
}

void NodeControl::block(const control::BlockPeer& command, DoneCallback callback) {
  set_block(command.peer, {command.in, command.out}, std::move(callback));
}

void NodeControl::unblock(const control::UnblockPeer& command, DoneCallback callback) {
  set_block(command.peer, {}, std::move(callback));
}

void NodeControl::set_block(base::NodeId peer, linkmgr::Block block, DoneCallback callback) {
  const std::uint64_t request = ++last_request_;
  awaiting_block_[request] = std::move(callback);
  if (tell_mesh_(SetBlock{request, peer, block}, 0)) return;
  loop_.post([this, request] { take(BlockAnswered{request, base::fail("the mesh thread is too busy")}); });
}

void NodeControl::status(StatusCallback callback) {
  ask_mesh([this, callback = std::move(callback)](const linkmgr::MeshStatus& mesh) {
    callback(to_json({options_, mesh, room_.alive(), loop_.now() - started_, room_.log().lines().size(),
                      room_.dropped_lines() + refused_reports_(), room_.client_counts(), core_.status()}));
  });
}

void NodeControl::look(std::function<void(gateway::NodeFacts)> callback) {
  ask_mesh([this, callback = std::move(callback)](const linkmgr::MeshStatus& mesh) {
    const CoreStatus core = core_.status();
    gateway::NodeFacts facts;
    facts.alive = room_.alive();
    for (const linkmgr::PeerStatus& peer : mesh.peers) {
      const bool up = peer.state == linkmgr::PeerState::kUp;
      facts.links.push_back({peer.peer, up, peer.round_trip, peer.queued_bytes, peer.refused_frames});
      if (up) add_far_links(peer, base::NodeId(options_.id), facts.far_links);
    }
    facts.store_open = core.store_open;
    facts.shards = core.shards;
    facts.serving = core.serving;
    facts.requests_under_way = core.requests_under_way;
    facts.refused_reports = refused_reports_();
    const room::RoomClientCounts room = room_.client_counts();
    facts.room_clients = room.clients;
    facts.room_dropped_lines = room.dropped_lines;
    callback(std::move(facts));
  });
}

void NodeControl::ask_mesh(MeshCallback callback) {
  const std::uint64_t request = ++last_request_;
  awaiting_status_[request] = std::move(callback);
  if (tell_mesh_(AskStatus{request}, 0)) return;
  loop_.post([this, request] { take(StatusAnswered{request, {}}); });
}

void NodeControl::execute(proto::Command command, ReplyCallback callback) {
  command.set_key_created_ms(loop_.wall_now().time_since_epoch().count());
  // Unlike any other node's, any other life's, and any other command's of this one.
  if (command.key().empty()) command.set_key(std::to_string(random_.next()) + '.' + std::to_string(++last_key_));
  core_.router().execute(command, std::move(callback));
}

void NodeControl::query(const proto::Query& query, AnswerCallback callback) {
  core_.router().query(query, std::move(callback));
}

control::ControlTarget::Home NodeControl::home_of(const std::string& user) const {
  const base::ShardId shard = grid::shard_of_user(kernel::lower_name(user));
  return {grid::node_of_shard(shard, options_.grid_size), shard};
}

std::shared_ptr<void> NodeControl::settle(std::chrono::milliseconds most, DoneCallback callback) {
  proto::Query everywhere;
  everywhere.mutable_owed();
  auto ask = [this, everywhere](AnswerCallback told) { query(everywhere, std::move(told)); };
  return control::Settling::begin(loop_, std::move(ask), most, std::move(callback));
}

inspection::Ask NodeControl::ask_grid() {
  return [this](const proto::Query& question, AnswerCallback told) { query(question, std::move(told)); };
}

std::shared_ptr<void> NodeControl::trace(const control::TraceBuzz& command, LineCallback callback) {
  return inspection::BuzzTrace::begin(command.id, ask_grid(),
                                      [nodes = options_.grid_size, json = command.json,
                                       callback = std::move(callback)](const inspection::TraceReport& report) {
                                        if (report.error != 0)
                                          return callback(control::format_error(report.error, report.message));
                                        callback(json ? to_json(report, nodes) : to_line(report));
                                      });
}

std::shared_ptr<void> NodeControl::audit(const control::AuditGrid& command, LineCallback callback) {
  if (*audits_ >= kMostAudits) {
    loop_.post([callback = std::move(callback)] {
      callback(control::format_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable), ""));
    });
    return nullptr;
  }
  // Goes with what tells of it: when it tells, or is dropped. Before it tells, as the next may be asked for from there.
  ++*audits_;
  std::shared_ptr<void> counted(nullptr, [audits = audits_](void*) { --*audits; });
  auto told = [nodes = options_.grid_size, json = command.json, counted = std::move(counted),
               callback = std::move(callback)](const inspection::AuditReport& report) mutable {
    counted.reset();
    callback(json ? to_json(report, nodes) : to_line(report));
  };
  if (command.shard) return inspection::ShardAudit::begin(*command.shard, ask_grid(), std::move(told));
  return inspection::GridAudit::begin(ask_grid(), std::move(told));
}

bool NodeControl::send_to_all(proto::EncodedFrame frame) {
  const std::size_t weight = frame->size();
  return tell_mesh_(SendToAll{std::move(frame)}, weight);
}

bool NodeControl::send_to(base::NodeId peer, proto::EncodedFrame frame) {
  const std::size_t weight = frame->size();
  return tell_mesh_(SendTo{peer, std::move(frame)}, weight);
}

}  // namespace buzzer::node
