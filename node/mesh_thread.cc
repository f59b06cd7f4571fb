#include "node/mesh_thread.h"

#include <utility>

#include "base/overloaded.h"
#include "linkmgr/lab/lab_mesh.h"
#include "linkmgr/link_manager.h"

namespace buzzer::node {
namespace {

// Heartbeats must not wait behind all that is to be sent.
constexpr std::size_t kMostAtOnce = 512;

// So that small ones do not become too many.
std::size_t cost_of(const SendToAll& message) { return message.frame->size() + 64; }

std::unique_ptr<linkmgr::Mesh> make_mesh(const linkmgr::LinkOptions& options, const linkmgr::MeshServices& services,
                                         linkmgr::MeshEvents& events) {
  if (options.format == linkmgr::LinkFormat::kLab) {
    return std::make_unique<linkmgr::lab::LabMesh>(options, services, events);
  }
  return std::make_unique<linkmgr::LinkManager>(options, services, events);
}

}  // namespace

MeshThread::MeshThread(const linkmgr::LinkOptions& options, base::Random& random, base::Log& log,
                       const linkmgr::HealthSource& health, base::Inbox<MeshReport>& reports)
    : worker_("mesh"),
      transport_(worker_.loop()),
      reports_(reports),
      inbox_("mesh", {}, [this] { worker_.loop().post([this] { take_some(); }); }),
      backlogs_(options.backlogs),
      links_(make_mesh(options, {worker_.loop(), transport_, random, log, health}, *this)) {}

MeshThread::~MeshThread() { stop(); }

base::Result<void> MeshThread::start() {
  if (auto listening = links_->start(); !listening) return listening;
  worker_.start();
  return {};
}

bool MeshThread::tell(MeshMessage message, std::size_t weight) {
  const auto* to_all = std::get_if<SendToAll>(&message);
  if (to_all == nullptr) return inbox_.push(std::move(message), weight);
  const std::size_t cost = cost_of(*to_all);
  to_all_bytes_ += cost;  // first: it may be taken at once
  const bool taken = inbox_.push_expendable(std::move(message), weight);
  if (!taken) to_all_bytes_ -= cost;
  return taken;
}

void MeshThread::take_some() {
  if (inbox_.drain_some(kMostAtOnce, [this](MeshMessage&& message) { take(std::move(message)); })) {
    worker_.loop().post([this] { take_some(); });
  }
}

void MeshThread::take(MeshMessage&& message) {
  std::visit(base::Overloaded{
                 [&](const SendToAll& send) {
                   for (const base::NodeId peer : links_->alive()) {
                     // What a full link drops is counted there.
                     static_cast<void>(links_->send(peer, send.frame, linkmgr::Importance::kExpendable));
                   }
                   to_all_bytes_ -= cost_of(send);
                 },
                 [&](const SendTo& send) { static_cast<void>(links_->send(send.peer, send.frame)); },
                 [&](const SetBlock& set) {
                   auto result = set.block.any() ? links_->block(set.peer, set.block) : links_->unblock(set.peer);
                   reports_.push_always(BlockAnswered{set.request, std::move(result)});
                 },
                 [&](const AskStatus& ask) {
                   reports_.push_always(StatusAnswered{ask.request, links_->status()});
                 },
             },
             message);
}

void MeshThread::on_alive_changed(const std::vector<base::NodeId>& alive) { reports_.push_always(AliveChanged{alive}); }

void MeshThread::on_frame(base::NodeId from, proto::LinkFrame&& frame) {
  const std::size_t weight = frame.ByteSizeLong();
  const bool expendable = frame.has_room_line();
  FrameArrived arrived{from, std::move(frame), worker_.loop().now()};
  static_cast<void>(expendable ? reports_.push_expendable(std::move(arrived), weight)
                               : reports_.push(std::move(arrived), weight));
}

void MeshThread::on_clock_offset(std::optional<std::chrono::milliseconds> offset) {
  reports_.push_always(ClockOffsetChanged{offset});
}

}  // namespace buzzer::node
