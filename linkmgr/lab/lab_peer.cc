#include "linkmgr/lab/lab_peer.h"

#include <utility>

#include "base/check.h"

namespace buzzer::linkmgr::lab {
namespace {

constexpr std::string_view kComponent = "mesh";
// Connections that a blocked peer made meanwhile and that are kept open; the oldest goes, its peer has long given up.
constexpr std::size_t kMostParked = 8;
// A peer that is not there yet is nothing to tell of; one that still is not after this long may be misspelt.
constexpr base::Duration kPatience = std::chrono::seconds(3);
// Not sooner after a link has ended: other makers' nodes may take a new link for a second one of a peer that is still
// up.
constexpr base::Duration kLeastRedial = std::chrono::milliseconds(200);

}  // namespace

LabPeer::LabPeer(const LabShared& shared, base::NodeId id, base::Endpoint endpoint, LabPeerEvents& events)
    : shared_(shared),
      id_(id),
      endpoint_(std::move(endpoint)),
      events_(events),
      backoff_(kLeastRedial, shared.options.redial_most, shared.services.random),
      down_since_(shared.services.loop.now()) {}

LabPeer::~LabPeer() = default;

void LabPeer::dial() {
  if (!dials() || blocked() || link_ != nullptr || dialling_ != nullptr) return;
  redial_.reset();
  dialling_ = std::make_unique<LabLink>(LabLinkOptions{shared_.options.self, shared_.options.most_queued_bytes},
                                        shared_.services, static_cast<LabLinkOwner&>(*this));
  dialling_->dial(endpoint_);
}

void LabPeer::dial_later() {
  if (!dials() || blocked()) return;
  redial_ = shared_.services.loop.call_after(backoff_.next(), [this] { dial(); });
}

void LabPeer::adopt(std::unique_ptr<LabLink> link) {
  if (link_ != nullptr) {
    if (may_log("twin")) {
      shared_.services.log.warn(kComponent, "a second connection of a peer that is alive is closed: do two run as one?",
                                {{"peer", id_}, {"from", link->peer_host()}});
    }
    return shared_.burials.bury(std::move(link));
  }
  link->set_owner(*this);
  come_up(std::move(link));
}

void LabPeer::come_up(std::unique_ptr<LabLink> link) {
  link_ = std::move(link);
  link_->count_into((*shared_.options.backlogs)[id_.value()]);
  link_->heard();
  up_since_ = shared_.services.loop.now();
  last_error_.clear();
  shared_.services.log.info(kComponent, "peer is up",
                            {{"peer", id_}, {"host", link_->peer_host()}, {"link_format", "lab"}});
  events_.on_peer_up(id_);
}

void LabPeer::park(std::unique_ptr<LabLink> link) {
  link->park();
  parked_.push_back(std::move(link));
  if (parked_.size() <= kMostParked) return;
  shared_.burials.bury(std::move(parked_.front()));
  parked_.pop_front();
}

void LabPeer::block(Block block) {
  block_.in = block_.in || block.in;
  block_.out = block_.out || block.out;
  redial_.reset();
  if (dialling_ != nullptr) park(std::move(dialling_));
  if (link_ != nullptr) link_->set_cut(block_.in, block_.out);
}

void LabPeer::unblock() {
  if (!blocked()) return;
  block_ = {};
  for (auto& link : parked_) shared_.burials.bury(std::move(link));
  parked_.clear();
  backoff_.reset();
  // After a short block the old link goes on as if nothing had been; otherwise it has ended meanwhile.
  if (link_ != nullptr) return link_->set_cut(false, false);
  dial();
}

void LabPeer::ping_if_due() {
  if (dialling_ != nullptr) dialling_->ping_if_due();
  if (link_ == nullptr) return;
  link_->ping_if_due();
  // Not at once: a link that is lost again and again must not be dialled again and again without a pause.
  if (shared_.services.loop.now() - up_since_ > kMostSilence) backoff_.reset();
}

void LabPeer::judge() {
  if (dialling_ != nullptr) dialling_->judge();
  if (link_ != nullptr) link_->judge();
}

SendResult LabPeer::send(const SharedLine& line) {
  if (link_ == nullptr) return SendResult::kDown;
  const SendResult result = link_->send(line);
  if (result != SendResult::kFull) return result;
  ++refused_lines_;
  if (may_log("full")) {
    shared_.services.log.warn(kComponent, "a link's queue is full: lines are dropped",
                              {{"peer", id_}, {"dropped_so_far", refused_lines_}});
  }
  return result;
}

void LabPeer::on_line(LabLink& link, const LabLine& line) {
  if (&link == dialling_.get()) return take_first_line(line);
  if (line.sender != id_) return on_strange_line(link, "a line in the name of another node");
  link.heard();
  if (line.kind == LabLine::Kind::kMessage) events_.on_peer_message(id_, line.contents);
}

void LabPeer::take_first_line(const LabLine& line) {
  if (line.kind == LabLine::Kind::kMessage) return on_strange_line(*dialling_, "a msg before the first ping");
  if (line.sender == id_) return come_up(std::move(dialling_));
  dialling_->end("expected node " + std::to_string(id_.value()) + ", found node " +
                 std::to_string(line.sender.value()) + "; check --peer");
}

void LabPeer::on_strange_line(LabLink& /*link*/, std::string_view why) {
  ++strange_lines_;
  if (may_log("line")) {
    shared_.services.log.warn(kComponent, "a line that the lab's links do not know is skipped",
                              {{"peer", id_}, {"reason", why}, {"skipped_so_far", strange_lines_}});
  }
}

void LabPeer::on_ended(LabLink& link, const std::string& reason) {
  const bool was_up = &link == link_.get();
  std::unique_ptr<LabLink> ended = std::move(was_up ? link_ : dialling_);
  BUZZER_CHECK(ended.get() == &link);
  last_error_ = reason;
  if (link.connected() && !link.peer_has_spoken() && link.silence() <= kMostSilence) {
    last_error_ += " without a word; start every node with the same --link-format";
  }
  if (was_up) {
    down_since_ = shared_.services.loop.now();
    shared_.services.log.info(kComponent, "peer is down", {{"peer", id_}, {"reason", reason}});
  } else if ((link.connected() || shared_.services.loop.now() - down_since_ >= kPatience) &&
             may_log(link.connected() ? "dial" : "connect")) {
    shared_.services.log.warn(kComponent, "no link to peer", {{"peer", id_}, {"reason", last_error_}});
  }
  if (blocked()) {
    park(std::move(ended));
  } else {
    shared_.burials.bury(std::move(ended));
  }
  if (was_up) events_.on_peer_down(id_);
  dial_later();
}

bool LabPeer::may_log(const char* trouble) {
  return shared_.throttle.allows(std::string(trouble) + ' ' + std::to_string(id_.value()), shared_.services.loop.now());
}

PeerStatus LabPeer::status() const {
  PeerStatus status;
  status.peer = id_;
  status.block = block_;
  status.last_error = last_error_;
  status.refused_frames = refused_lines_;
  status.strange_lines = strange_lines_;
  if (link_ == nullptr) {
    status.state = dialling_ != nullptr && dialling_->connected() ? PeerState::kConnecting : PeerState::kDown;
    return status;
  }
  status.state = PeerState::kUp;
  status.silence = link_->silence();
  status.queued_bytes = link_->waiting_bytes();
  return status;
}

}  // namespace buzzer::linkmgr::lab
