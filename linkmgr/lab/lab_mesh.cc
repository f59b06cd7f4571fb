#include "linkmgr/lab/lab_mesh.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace buzzer::linkmgr::lab {
namespace {

// A silence is noticed at most so much later.
constexpr base::Duration kTick = std::chrono::milliseconds(25);

tl::unexpected<base::Error> no_such_peer(base::NodeId id) {
  return base::fail("no peer " + std::to_string(id.value()));
}

}  // namespace

LabMesh::LabMesh(LinkOptions options, const MeshServices& services, MeshEvents& events)
    : options_(std::move(options)),
      services_(services),
      events_(events),
      boot_(services.random.next()),
      burials_(services_.loop),
      reception_({options_, services_, throttle_, burials_}, [this](base::NodeId id) { return find(id); }) {
  for (const auto& [id, endpoint] : options_.peers) {
    BUZZER_CHECK(id.value() < options_.grid_size && id != options_.self);
    peers_.try_emplace(id, LabShared{options_, services_, throttle_, burials_}, id, endpoint,
                       static_cast<LabPeerEvents&>(*this));
  }
}

LabMesh::~LabMesh() = default;

base::Result<void> LabMesh::start() {
  auto listening = services_.transport.listen(options_.listen, [this](std::unique_ptr<base::Connection> connection) {
    // Who it is shows only in its first ping. To a blocked peer nothing may be said.
    const bool mute = std::any_of(peers_.begin(), peers_.end(),
                                  [](const auto& entry) { return entry.second.blocked() && !entry.second.dials(); });
    reception_.accept(std::move(connection), mute);
  });
  if (!listening) return listening;
  last_tick_ = services_.loop.now();
  tick_later();
  for (auto& [id, peer] : peers_) peer.start();
  return {};
}

std::vector<base::NodeId> LabMesh::alive() const {
  std::vector<base::NodeId> alive{options_.self};
  for (const auto& [id, peer] : peers_) {
    if (peer.up()) alive.push_back(id);
  }
  std::sort(alive.begin(), alive.end());
  return alive;
}

SendResult LabMesh::send(base::NodeId peer, const proto::EncodedFrame& frame, Importance /*importance*/) {
  LabPeer* found = find(peer);
  if (found == nullptr || !found->up()) return SendResult::kDown;
  const SharedLine& line = line_of(frame);
  return line == nullptr ? SendResult::kDown : found->send(line);
}

const SharedLine& LabMesh::line_of(const proto::EncodedFrame& frame) {
  if (frame == last_frame_) return last_line_;
  last_frame_ = frame;
  last_line_.reset();
  proto::LinkFrame decoded;
  if (decoded.ParseFromString(*frame) && decoded.has_room_line() && are_contents(decoded.room_line().text())) {
    last_line_ = std::make_shared<const std::string>(message_line(options_.self, decoded.room_line().text()));
  }
  return last_line_;
}

base::Result<void> LabMesh::block(base::NodeId peer, Block block) {
  LabPeer* found = find(peer);
  if (found == nullptr) return no_such_peer(peer);
  services_.log.info("mesh", "peer blocked", {{"peer", peer}, {"in", block.in}, {"out", block.out}});
  found->block(block);
  return {};
}

base::Result<void> LabMesh::unblock(base::NodeId peer) {
  LabPeer* found = find(peer);
  if (found == nullptr) return no_such_peer(peer);
  services_.log.info("mesh", "peer unblocked", {{"peer", peer}});
  found->unblock();
  return {};
}

MeshStatus LabMesh::status() const {
  MeshStatus status;
  status.boot = boot_;
  for (const auto& [id, peer] : peers_) status.peers.push_back(peer.status());
  return status;
}

LabPeer* LabMesh::find(base::NodeId id) {
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : &found->second;
}

void LabMesh::on_peer_up(base::NodeId /*peer*/) { events_.on_alive_changed(alive()); }
void LabMesh::on_peer_down(base::NodeId /*peer*/) { events_.on_alive_changed(alive()); }

void LabMesh::on_peer_message(base::NodeId peer, std::string_view contents) {
  proto::LinkFrame frame;
  frame.mutable_room_line()->set_text(contents.data(), contents.size());
  events_.on_frame(peer, std::move(frame));
}

void LabMesh::tick_later() {
  tick_timer_ = services_.loop.call_after(kTick, [this] { tick(); });
}

void LabMesh::tick() {
  const base::MonotonicTime now = services_.loop.now();
  // If this very thread was held up, what the peers have sent meanwhile lies unread: read first, judge next time.
  const bool was_held_up = now - last_tick_ > kMostSilence / 2;
  last_tick_ = now;
  if (!was_held_up) {
    for (auto& [id, peer] : peers_) peer.judge();
    reception_.judge();
  }
  for (auto& [id, peer] : peers_) peer.ping_if_due();
  reception_.ping_if_due();
  tick_later();
}

}  // namespace buzzer::linkmgr::lab
