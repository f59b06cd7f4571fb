#include "linkmgr/link_manager.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "linkmgr/clock_watch.h"

namespace buzzer::linkmgr {
namespace {

// How often links are judged, as a part of the heartbeat interval: a timeout is noticed at most so much later.
constexpr int kTicksPerInterval = 4;

}  // namespace

LinkManager::LinkManager(LinkOptions options, const MeshServices& services, MeshEvents& events)
    : options_(std::move(options)),
      services_(services),
      events_(events),
      boot_(services.random.next()),
      reception_(
          options_, services_, boot_, throttle_, [this](base::NodeId id) { return find(id); }, *this) {
  BUZZER_CHECK(options_.self.value() < options_.grid_size && options_.grid_size <= base::kMaxGridSize);
  for (const auto& [id, endpoint] : options_.peers) {
    BUZZER_CHECK(id.value() < options_.grid_size && id != options_.self);
    peers_.try_emplace(id, options_, services_, boot_, throttle_, id, endpoint, static_cast<PeerEvents&>(*this));
  }
  BUZZER_CHECK(peers_.size() + 1 == options_.grid_size);
}

LinkManager::~LinkManager() = default;

base::Result<void> LinkManager::start() {
  auto listening = services_.transport.listen(options_.listen, [this](std::unique_ptr<base::Connection> connection) {
    reception_.accept(std::move(connection));
  });
  if (!listening) return listening;
  last_tick_ = next_heartbeat_ = services_.loop.now();
  tick_later();
  for (auto& [id, peer] : peers_) peer.start();
  return {};
}

std::vector<base::NodeId> LinkManager::alive() const {
  std::vector<base::NodeId> alive{options_.self};
  for (const auto& [id, peer] : peers_) {
    if (peer.up()) alive.push_back(id);
  }
  std::sort(alive.begin(), alive.end());
  return alive;
}

SendResult LinkManager::send(base::NodeId peer, const proto::EncodedFrame& frame, Importance importance) {
  Peer* found = find(peer);
  return found == nullptr ? SendResult::kDown : found->send(frame, importance);
}

base::Result<void> LinkManager::block(base::NodeId peer, Block block) {
  Peer* found = find(peer);
  if (found == nullptr) return no_such_peer(peer);
  services_.log.info("mesh", "peer blocked", {{"peer", peer}, {"in", block.in}, {"out", block.out}});
  found->block(block);
  return {};
}

base::Result<void> LinkManager::unblock(base::NodeId peer) {
  Peer* found = find(peer);
  if (found == nullptr) return no_such_peer(peer);
  services_.log.info("mesh", "peer unblocked", {{"peer", peer}});
  found->unblock();
  return {};
}

tl::unexpected<base::Error> LinkManager::no_such_peer(base::NodeId id) const {
  return base::fail("no peer " + std::to_string(id.value()) + " (peers are 0 to " +
                    std::to_string(options_.grid_size - 1) + ", not " + std::to_string(options_.self.value()) +
                    " itself)");
}

MeshStatus LinkManager::status() const {
  MeshStatus status;
  status.boot = boot_;
  for (const auto& [id, peer] : peers_) status.peers.push_back(peer.status());
  status.clock_offset = clock_offset();
  return status;
}

Peer* LinkManager::find(base::NodeId id) {
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : &found->second;
}

void LinkManager::on_peer_up(base::NodeId /*peer*/) { events_.on_alive_changed(alive()); }
void LinkManager::on_peer_down(base::NodeId /*peer*/) { events_.on_alive_changed(alive()); }

void LinkManager::on_peer_frame(base::NodeId peer, proto::LinkFrame&& frame) {
  events_.on_frame(peer, std::move(frame));
}

void LinkManager::bury(std::unique_ptr<Link> link) {
  buried_.push_back(std::move(link));
  if (burial_ != nullptr) return;
  burial_ = services_.loop.call_after(base::Duration::zero(), [this] {
    burial_.reset();
    buried_.clear();
  });
}

void LinkManager::tick_later() {
  tick_timer_ = services_.loop.call_after(options_.heartbeat_interval / kTicksPerInterval, [this] { tick(); });
}

void LinkManager::tick() {
  const base::MonotonicTime now = services_.loop.now();
  // If this very thread was held up, what the peers have sent meanwhile lies unread: read first, judge next time.
  const bool was_held_up = now - last_tick_ > options_.heartbeat_timeout / 2;
  last_tick_ = now;
  if (!was_held_up) {
    for (auto& [id, peer] : peers_) peer.judge();
  }
  if (now >= next_heartbeat_) {
    next_heartbeat_ = std::max(next_heartbeat_ + options_.heartbeat_interval, now);
    std::vector<std::uint32_t> links_us(options_.grid_size);
    for (const auto& [id, peer] : peers_) links_us[id.value()] = peer.round_trip_us();
    for (auto& [id, peer] : peers_) peer.send_heartbeat(links_us);
    watch_clock(now);
  }
  tick_later();
}

std::optional<std::chrono::milliseconds> LinkManager::clock_offset() const {
  std::vector<std::chrono::milliseconds> offsets;
  for (const auto& [id, peer] : peers_) {
    if (const auto offset = peer.clock_offset()) offsets.push_back(*offset);
  }
  return median_offset(std::move(offsets));
}

void LinkManager::watch_clock(base::MonotonicTime now) {
  const auto offset = clock_offset();
  const bool moved = offset && told_clock_offset_ && std::chrono::abs(*offset - *told_clock_offset_) >= kClockWarning;
  if (moved || offset.has_value() != told_clock_offset_.has_value()) {
    told_clock_offset_ = offset;
    events_.on_clock_offset(offset);
  }
  if (!offset || std::chrono::abs(*offset) <= kClockWarning || !throttle_.allows("clock", now)) return;
  services_.log.warn("mesh", "this node's clock differs from its peers': synchronise it (NTP)",
                     {{"peers_ahead_ms", offset->count()}});
}

}  // namespace buzzer::linkmgr
