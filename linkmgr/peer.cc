#include "linkmgr/peer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/planted_mistakes.h"

namespace buzzer::linkmgr {
namespace {

constexpr std::string_view kComponent = "mesh";
// Connections that a blocked peer made meanwhile and that are kept open; the oldest goes, its peer has long given up.
constexpr std::size_t kMostParked = 8;
// A peer that is not there yet is nothing to tell of; one that still is not after this long may be misspelt.
constexpr base::Duration kPatience = std::chrono::seconds(3);

}  // namespace

// One knock: connects, says so, closes.
class Peer::Knocking final : public base::ConnectionHandler {
 public:
  explicit Knocking(Peer& peer) : peer_(peer) {
    deadline_ = peer.services_.loop.call_after(peer.options_.handshake_timeout, [this] { done(); });
    connection_ = peer.services_.transport.dial(peer.endpoint_, *this);
  }
  void on_connected() override {
    proto::LinkFrame frame;
    frame.mutable_knock()->set_grid_id(peer_.options_.grid_id);
    frame.mutable_knock()->set_node_id(peer_.options_.self.value());
    std::string bytes;
    append_frame(*proto::encode_frame(frame), bytes);
    // A new connection has room for so few bytes; should it not, the peer dials when its wait is over.
    static_cast<void>(connection_->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    connection_->finish_writing();
  }
  void on_bytes(std::span<const std::uint8_t> /*bytes*/) override {}
  void on_end(std::string_view /*reason*/) override { done(); }

 private:
  void done() {
    connection_.reset();
    deadline_.reset();
  }

  Peer& peer_;
  std::unique_ptr<base::Connection> connection_;
  std::unique_ptr<base::Timer> deadline_;
};

Peer::Peer(const LinkOptions& options, const MeshServices& services, base::BootId boot, LogThrottle& throttle,
           base::NodeId id, base::Endpoint endpoint, PeerEvents& events)
    : options_(options),
      services_(services),
      boot_(boot),
      throttle_(throttle),
      id_(id),
      endpoint_(std::move(endpoint)),
      events_(events),
      backoff_(options.redial_least, options.redial_most, services.random),
      down_since_(services.loop.now()) {}

Peer::~Peer() = default;

void Peer::start() { reach_out(); }

void Peer::reach_out() {
  if (dials()) {
    dial();
  } else {
    knock();
  }
}

void Peer::knock() { knocking_ = std::make_unique<Knocking>(*this); }

void Peer::knocked() {
  if (!dials() || blocked() || link_ != nullptr) return;
  backoff_.reset();
  if (dialling_ != nullptr) {
    dial_again_at_once_ = true;
    return;
  }
  dial();
}

void Peer::dial() {
  if (link_ != nullptr || dialling_ != nullptr || blocked()) return;
  redial_.reset();
  last_number_ = base::LinkNumber(last_number_.value() + 1);
  dialling_ = std::make_unique<Link>(options_, services_, LinkIdentity{boot_, last_number_, events_.next_sequence()},
                                     static_cast<LinkOwner&>(*this));
  dialling_->dial(id_, endpoint_);
}

void Peer::dial_later() {
  if (!dials() || blocked()) return;
  if (std::exchange(dial_again_at_once_, false)) return dial();
  redial_ = services_.loop.call_after(backoff_.next(), [this] { dial(); });
}

void Peer::adopt(std::unique_ptr<Link> link) {
  BUZZER_CHECK(link->proven() && link->peer() == id_);
  if (link_ != nullptr && !supersedes(link->age(), link_->age())) {
    services_.log.info(kComponent, "older link of a pair dropped", {{"peer", id_}});
    link->close();
    return events_.bury(std::move(link));
  }
  if (link_ != nullptr && link_->up() && link_->age().peer_boot != link->age().peer_boot &&
      link_->silence() < 2 * options_.heartbeat_interval && throttle_.allows(subject("twin"), services_.loop.now())) {
    services_.log.warn(kComponent, "another process takes the place of a peer that is alive: do two run with one --id?",
                       {{"peer", id_}, {"before", link_->peer_host()}, {"now", link->peer_host()}});
  }
  link->set_owner(*this);
  install(std::move(link));
}

void Peer::install(std::unique_ptr<Link> link) {
  drop_link();
  link_ = std::move(link);
  if (blocked()) link_->set_cut(block_.in, block_.out);
}

void Peer::drop_link() {
  if (link_ == nullptr) return;
  const bool was_up = link_->up();
  if (is_planted(base::Mistake::kOldConnectionExecuted)) {
    parked_.push_back(std::move(link_));
  } else {
    link_->close();
    events_.bury(std::move(link_));
  }
  if (was_up) events_.on_peer_down(id_);
}

void Peer::park(std::unique_ptr<Link> link) {
  link->park();
  parked_.push_back(std::move(link));
  if (parked_.size() <= kMostParked) return;
  parked_.front()->close();
  events_.bury(std::move(parked_.front()));
  parked_.pop_front();
}

void Peer::block(Block block) {
  block_.in = block_.in || block.in;
  block_.out = block_.out || block.out;
  redial_.reset();
  knocking_.reset();
  if (dialling_ != nullptr) park(std::move(dialling_));
  if (link_ != nullptr) link_->set_cut(block_.in, block_.out);
}

void Peer::unblock() {
  if (!blocked()) return;
  block_ = {};
  for (auto& link : parked_) {
    link->close();
    events_.bury(std::move(link));
  }
  parked_.clear();
  backoff_.reset();
  // After a short block the old link goes on as if nothing had been; otherwise it has ended meanwhile.
  if (link_ != nullptr) return link_->set_cut(false, false);
  reach_out();
}

void Peer::send_heartbeat(const std::vector<std::uint32_t>& links_us) {
  if (link_ == nullptr) return;
  link_->send_heartbeat(links_us);
  // Not at once: a link that is lost again and again must not be dialled again and again without a pause.
  if (link_->up() && services_.loop.now() - up_since_ > options_.heartbeat_timeout) backoff_.reset();
}

void Peer::judge() {
  if (link_ != nullptr) link_->judge();
}

SendResult Peer::send(const proto::EncodedFrame& frame, Importance importance) {
  if (!up()) return SendResult::kDown;
  const SendResult result = link_->send(frame, importance);
  if (result != SendResult::kFull) return result;
  ++refused_frames_;
  if (throttle_.allows(subject("full"), services_.loop.now())) {
    services_.log.warn(kComponent, "a link's queue is full: frames are dropped",
                       {{"peer", id_}, {"dropped_so_far", refused_frames_}});
  }
  return result;
}

void Peer::on_hello(Link& /*link*/) { BUZZER_CHECK(false); }                                 // dialled links only
void Peer::on_knock(Link& /*link*/, const proto::Knock& /*knock*/) { BUZZER_CHECK(false); }  // likewise

void Peer::on_proven(Link& link) {
  BUZZER_CHECK(&link == dialling_.get());
  dial_again_at_once_ = false;
  install(std::move(dialling_));
}

void Peer::on_up(Link& link) {
  up_since_ = services_.loop.now();
  last_error_.clear();
  services_.log.info(kComponent, "peer is up",
                     {{"peer", id_}, {"host", link.peer_host()}, {"encrypted", link.encrypted() ? "yes" : "no"}});
  events_.on_peer_up(id_);
}

void Peer::on_frame(Link& link, proto::LinkFrame&& frame) {
  if (&link == link_.get() || is_planted(base::Mistake::kOldConnectionExecuted))
    events_.on_peer_frame(id_, std::move(frame));
}

void Peer::on_ended(Link& link, const std::string& reason) {
  if (is_planted(base::Mistake::kOldConnectionExecuted) && &link != link_.get() && &link != dialling_.get()) return;
  std::unique_ptr<Link> ended = std::move(&link == link_.get() ? link_ : dialling_);
  BUZZER_CHECK(ended.get() == &link);
  const bool was_up = link.was_up();
  last_error_ = reason;
  if (was_up) {
    down_since_ = services_.loop.now();
    services_.log.info(kComponent, "peer is down", {{"peer", id_}, {"reason", reason}});
  } else {
    tell_why_not(link, reason);
  }
  if (blocked()) {
    park(std::move(ended));
  } else {
    ended->close();
    events_.bury(std::move(ended));
  }
  if (was_up) events_.on_peer_down(id_);
  dial_later();
}

void Peer::tell_why_not(const Link& link, const std::string& reason) {
  services_.log.debug(kComponent, "no link to peer", {{"peer", id_}, {"reason", reason}});
  const base::MonotonicTime now = services_.loop.now();
  if (link.connecting() && now - down_since_ < kPatience) return;
  if (throttle_.allows(subject(link.connecting() ? "connect" : "dial"), now)) {
    services_.log.warn(kComponent, "no link to peer", {{"peer", id_}, {"reason", reason}});
  }
}

std::string Peer::subject(const char* trouble) const {
  return std::string(trouble) + ' ' + std::to_string(id_.value());
}

std::uint32_t Peer::round_trip_us() const {
  if (!up()) return 0;
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(link_->round_trip().value_or(base::Duration(0)));
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(us.count(), 1, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<std::chrono::milliseconds> Peer::clock_offset() const {
  return up() ? link_->clock_offset() : std::nullopt;
}

PeerStatus Peer::status() const {
  PeerStatus status;
  status.peer = id_;
  status.block = block_;
  status.refused_frames = refused_frames_;
  status.last_error = last_error_;
  if (link_ == nullptr) {
    status.state = dialling_ != nullptr && !dialling_->connecting() ? PeerState::kConnecting : PeerState::kDown;
    return status;
  }
  status.state = link_->up() ? PeerState::kUp : PeerState::kProven;
  status.round_trip = link_->round_trip();
  status.silence = link_->silence();
  status.clock_offset = link_->clock_offset();
  const auto& heartbeat = link_->last_heartbeat();
  status.worker_idle_ms.assign(heartbeat.worker_idle_ms().begin(), heartbeat.worker_idle_ms().end());
  // A link for each node of the grid, or the peer is not as told.
  if (heartbeat.links_us_size() == static_cast<int>(options_.grid_size)) {
    status.links_us.assign(heartbeat.links_us().begin(), heartbeat.links_us().end());
  }
  status.journal_reachable = !heartbeat.journal_unreachable();
  status.encrypted = link_->encrypted();
  status.queued_bytes = link_->waiting_bytes();
  return status;
}

}  // namespace buzzer::linkmgr
