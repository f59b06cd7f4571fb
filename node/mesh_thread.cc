#include "node/mesh_thread.h"

#include <utility>

#include "base/overloaded.h"

namespace buzzer::node {

MeshThread::MeshThread(const linkmgr::LinkOptions& options, base::Random& random, base::Log& log,
                       const linkmgr::HealthSource& health, base::Inbox<MeshReport>& reports)
    : worker_("mesh"),
      transport_(worker_.loop()),
      reports_(reports),
      inbox_(
          "mesh", {},
          [this] {
            worker_.loop().post([this] { inbox_.drain([this](MeshMessage&& message) { take(std::move(message)); }); });
          }),
      links_(options, linkmgr::MeshServices{worker_.loop(), transport_, random, log, health}, *this) {}

MeshThread::~MeshThread() { stop(); }

base::Result<void> MeshThread::start() {
  if (auto listening = links_.start(); !listening) return listening;
  worker_.start();
  return {};
}

bool MeshThread::tell(MeshMessage message, std::size_t weight) { return inbox_.push(std::move(message), weight); }

void MeshThread::take(MeshMessage&& message) {
  std::visit(base::Overloaded{
                 [&](const SendToAll& send) {
                   for (const base::NodeId peer : links_.alive()) {
                     // What a full link drops is counted there.
                     static_cast<void>(links_.send(peer, send.frame));
                   }
                 },
                 [&](const SendTo& send) { static_cast<void>(links_.send(send.peer, send.frame)); },
                 [&](const SetBlock& set) {
                   auto result = set.block.any() ? links_.block(set.peer, set.block) : links_.unblock(set.peer);
                   reports_.push_always(BlockAnswered{set.request, std::move(result)});
                 },
                 [&](const AskStatus& ask) {
                   reports_.push_always(StatusAnswered{ask.request, links_.status()});
                 },
             },
             message);
}

void MeshThread::on_alive_changed(const std::vector<base::NodeId>& alive) { reports_.push_always(AliveChanged{alive}); }

void MeshThread::on_frame(base::NodeId from, proto::LinkFrame&& frame) {
  const std::size_t weight = frame.ByteSizeLong();
  static_cast<void>(reports_.push(FrameArrived{from, std::move(frame), worker_.loop().now()}, weight));
}

void MeshThread::on_clock_offset(std::optional<std::chrono::milliseconds> offset) {
  reports_.push_always(ClockOffsetChanged{offset});
}

}  // namespace buzzer::node
