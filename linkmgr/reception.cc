#include "linkmgr/reception.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace buzzer::linkmgr {

Reception::Reception(const LinkOptions& options, const MeshServices& services, base::BootId boot, LogThrottle& throttle,
                     FindPeer find_peer, PeerEvents& events)
    : options_(options),
      services_(services),
      boot_(boot),
      throttle_(throttle),
      find_peer_(std::move(find_peer)),
      events_(events) {}

void Reception::accept(std::unique_ptr<base::Connection> connection) {
  if (unproven_.size() >= options_.most_unproven) drop(*unproven_.front());
  unproven_.push_back(std::make_unique<Link>(options_, services_,
                                             LinkIdentity{boot_, base::LinkNumber(), events_.next_sequence()},
                                             static_cast<LinkOwner&>(*this)));
  unproven_.back()->accept(std::move(connection));
}

std::unique_ptr<Link> Reception::take(Link& link) {
  const auto found =
      std::find_if(unproven_.begin(), unproven_.end(), [&](const auto& held) { return held.get() == &link; });
  BUZZER_CHECK(found != unproven_.end());
  auto taken = std::move(*found);
  unproven_.erase(found);
  return taken;
}

void Reception::drop(Link& link) {
  auto taken = take(link);
  taken->close();
  events_.bury(std::move(taken));
}

void Reception::on_hello(Link& link) {
  Peer* peer = find_peer_(link.peer());
  BUZZER_CHECK(peer != nullptr);
  // Who it is cannot be known before its first frame is read; from here on the block holds.
  if (peer->blocked()) return peer->park(take(link));
  link.answer_hello();
}

void Reception::on_knock(Link& link, const proto::Knock& knock) {
  Peer* peer = knock.grid_id() == options_.grid_id ? find_peer_(base::NodeId(knock.node_id())) : nullptr;
  if (peer != nullptr && peer->blocked()) return peer->park(take(link));
  if (peer != nullptr) peer->knocked();
  drop(link);
}

void Reception::on_proven(Link& link) { find_peer_(link.peer())->adopt(take(link)); }

void Reception::on_up(Link& /*link*/) { BUZZER_CHECK(false); }                                   // proven links leave
void Reception::on_frame(Link& /*link*/, proto::LinkFrame&& /*frame*/) { BUZZER_CHECK(false); }  // likewise

void Reception::on_ended(Link& link, const std::string& reason) {
  if (throttle_.allows("accept " + link.peer_host(), services_.loop.now())) {
    services_.log.warn("mesh", "connection refused", {{"from", link.peer_host()}, {"reason", reason}});
  }
  drop(link);
}

}  // namespace buzzer::linkmgr
