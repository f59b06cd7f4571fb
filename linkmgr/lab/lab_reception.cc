#include "linkmgr/lab/lab_reception.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace buzzer::linkmgr::lab {

LabReception::LabReception(const LabShared& shared, FindPeer find_peer)
    : shared_(shared), find_peer_(std::move(find_peer)) {}

LabReception::~LabReception() = default;

void LabReception::accept(std::unique_ptr<base::Connection> connection, bool mute) {
  if (waiting_.size() >= shared_.options.most_unproven) shared_.burials.bury(take(*waiting_.front()));
  waiting_.push_back(std::make_unique<LabLink>(LabLinkOptions{shared_.options.self, shared_.options.most_queued_bytes},
                                               shared_.services, static_cast<LabLinkOwner&>(*this)));
  waiting_.back()->accept(std::move(connection), mute);
}

void LabReception::ping_if_due() {
  for (const auto& link : waiting_) link->ping_if_due();
}

void LabReception::judge() {
  // Judging takes away what has ended.
  for (auto at = waiting_.begin(); at != waiting_.end();) (*at++)->judge();
}

std::unique_ptr<LabLink> LabReception::take(LabLink& link) {
  const auto found =
      std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& held) { return held.get() == &link; });
  BUZZER_CHECK(found != waiting_.end());
  auto taken = std::move(*found);
  waiting_.erase(found);
  return taken;
}

void LabReception::on_line(LabLink& link, const LabLine& line) {
  if (line.kind == LabLine::Kind::kMessage) return;
  LabPeer* peer = find_peer_(line.sender);
  if (peer == nullptr || peer->dials()) {
    return link.end("node " + std::to_string(line.sender.value()) +
                    " cannot be the dialler here: that is for nodes of this grid with an id above " +
                    std::to_string(shared_.options.self.value()));
  }
  if (peer->blocked()) return peer->park(take(link));
  link.speak();
  peer->adopt(take(link));
}

void LabReception::on_ended(LabLink& link, const std::string& reason) {
  if (shared_.throttle.allows("accept " + link.peer_host(), shared_.services.loop.now())) {
    shared_.services.log.warn("mesh", "connection refused", {{"from", link.peer_host()}, {"reason", reason}});
  }
  shared_.burials.bury(take(link));
}

}  // namespace buzzer::linkmgr::lab
