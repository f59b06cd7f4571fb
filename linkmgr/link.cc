#include "linkmgr/link.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace buzzer::linkmgr {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// A peer may say any number; with a clock hundreds of thousands of years off it can still be reckoned.
constexpr std::int64_t kMostWallClock = std::int64_t{1} << 53;  // ms

}  // namespace

bool supersedes(const LinkAge& candidate, const LinkAge& current) {
  if (candidate.peer_boot == current.peer_boot) return candidate.number > current.number;
  return candidate.sequence > current.sequence;
}

Link::Link(const LinkOptions& options, const MeshServices& services, const LinkIdentity& identity, LinkOwner& owner)
    : options_(options), services_(services), identity_(identity), owner_(&owner), queue_(options.most_queued_bytes) {}

Link::~Link() = default;

void Link::dial(base::NodeId peer, const base::Endpoint& endpoint) {
  role_ = Role::kDialer;
  peer_ = peer;
  deadline_ = services_.loop.call_after(options_.handshake_timeout, [this] { end("the handshake took too long"); });
  connection_ = services_.transport.dial(endpoint, *this);
}

void Link::accept(std::unique_ptr<base::Connection> connection) {
  role_ = Role::kAcceptor;
  deadline_ = services_.loop.call_after(options_.handshake_timeout, [this] { end("the handshake took too long"); });
  connection_ = std::move(connection);
  await_hello();
  connection_->set_handler(*this);
}

void Link::on_connected() {
  if (state_ == State::kClosed) return;  // parked while the dial was under way
  await_hello();
  send_hello();
}

void Link::await_hello() {
  connected_ = true;
  handshake_ = std::make_unique<Handshake>(options_.grid_key, role_, services_.random);
  state_ = State::kAwaitingHello;
}

void Link::send_hello() {
  proto::LinkFrame frame;
  proto::Hello& hello = *frame.mutable_hello();
  hello.set_protocol_version(kProtocolVersion);
  hello.set_grid_id(options_.grid_id);
  hello.set_grid_size(options_.grid_size);
  hello.set_placement_version(kPlacementVersion);
  hello.set_node_id(options_.self.value());
  hello.set_boot_id(identity_.boot.value());
  hello.set_link_number(role_ == Role::kDialer ? identity_.number.value() : peer_hello_.link_number());
  hello.set_wants_encryption(options_.encryption == LinkEncryption::kAlways || !connection_->is_loopback());
  handshake_->fill_challenge(hello);
  const proto::EncodedFrame encoded = proto::encode_frame(frame);
  handshake_->set_own_hello(*encoded);
  queue_.push_handshake(encoded);
  flush_soon();
}

void Link::answer_hello() {
  send_hello();
  state_ = State::kAwaitingProof;
}

void Link::send_proof() {
  proto::LinkFrame frame;
  frame.mutable_proof()->set_mac(handshake_->own_proof());
  queue_.push_handshake(proto::encode_frame(frame));
  flush_soon();
}

void Link::refuse(const proto::Refusal& refusal) {
  BUZZER_CHECK(state_ == State::kAwaitingHello || state_ == State::kAwaitingProof);
  proto::LinkFrame frame;
  *frame.mutable_refusal() = refusal;
  queue_.push_handshake(proto::encode_frame(frame));
  flush();
  // The peer reads the refusal and closes; if it does not, the deadline does. Closing now, with bytes of the peer
  // unread, would reset the connection and could take the refusal with it.
  connection_->finish_writing();
  state_ = State::kRefusing;
  refused_because_ = refusal.message();
}

void Link::close() {
  queue_.count_no_more();
  state_ = State::kClosed;
  connection_.reset();
  deadline_.reset();
  flush_timer_.reset();
}

void Link::park() {
  queue_.count_no_more();
  if (connection_ != nullptr) connection_->set_reading(false);
  state_ = State::kClosed;
  deadline_.reset();
  flush_timer_.reset();
}

void Link::set_cut(bool in, bool out) {
  cut_out_ = out;
  connection_->set_reading(!in);
  if (!out) flush_soon();
}

void Link::end(const std::string& reason) {
  if (state_ == State::kClosed) return;
  // The connection stays as it is until the owner closes or parks it.
  state_ = State::kClosed;
  deadline_.reset();
  flush_timer_.reset();
  owner_->on_ended(*this, refused_because_.empty() ? reason : "refused: " + refused_because_);
}

void Link::on_bytes(std::span<const std::uint8_t> bytes) {
  if (state_ == State::kRefusing || state_ == State::kClosed) return;
  // As the length of a frame, far beyond any limit.
  constexpr std::string_view kPing = "ping";
  const bool speaks_lines = state_ == State::kAwaitingHello && bytes.size() >= kPing.size() &&
                            std::equal(kPing.begin(), kPing.end(), bytes.begin());
  const auto read = reader_.read(bytes, [this](std::string_view payload) { return take_payload(payload); });
  if (read || state_ == State::kClosed) return;
  end(speaks_lines ? "the peer speaks the lab's lines; start every node with the same --link-format"
                   : read.error().message);
}

bool Link::take_payload(std::string_view payload) {
  std::optional<std::string> opened;
  if (opening_ != nullptr && state_ == State::kProven) {
    opened = opening_->open(payload);
    if (!opened) {
      end("a frame that the peer did not seal");
      return false;
    }
    payload = *opened;
  }
  proto::LinkFrame frame;
  if (!frame.ParseFromArray(payload.data(), static_cast<int>(payload.size())) ||
      (frame.body_case() == proto::LinkFrame::BODY_NOT_SET && state_ != State::kProven)) {
    end("a frame that is no known LinkFrame");
    return false;
  }
  take_frame(payload, std::move(frame));
  return state_ != State::kClosed && state_ != State::kRefusing;
}

void Link::take_frame(std::string_view payload, proto::LinkFrame&& frame) {
  using Body = proto::LinkFrame::BodyCase;
  if (liveness_) liveness_->frame_arrived(services_.loop.now());
  if (frame.body_case() == Body::kRefusal) {
    const bool clean = frame.refusal().message().size() <= 256;
    return end("refused by peer: " + (clean ? frame.refusal().message() : std::string("(too long a message)")));
  }
  switch (state_) {
    case State::kAwaitingHello:
      if (frame.body_case() == Body::kHello) return take_hello(payload, frame.hello());
      if (frame.body_case() == Body::kKnock && role_ == Role::kAcceptor) return owner_->on_knock(*this, frame.knock());
      return end("a frame before the hello");
    case State::kAwaitingProof:
      if (frame.body_case() == Body::kProof) return take_proof(frame.proof());
      return end("a frame before the proof");
    case State::kProven:
      if (frame.body_case() == Body::kHeartbeat) return take_heartbeat(frame.heartbeat());
      if (frame.body_case() == Body::kHello || frame.body_case() == Body::kProof || frame.body_case() == Body::kKnock) {
        return end("a handshake frame on a proven link");
      }
      // Of a newer release, which may send what an older one passes over.
      if (frame.body_case() == Body::BODY_NOT_SET) return;
      return owner_->on_frame(*this, std::move(frame));
    case State::kConnecting:
    case State::kRefusing:
    case State::kClosed:
      return;
  }
}

void Link::take_hello(std::string_view payload, const proto::Hello& hello) {
  peer_hello_ = hello;
  const proto::Refusal refusal = judge_hello(options_, role_, hello);
  const bool wrong_peer = role_ == Role::kDialer && hello.node_id() != peer_.value();
  if (refusal.reason() != proto::Refusal::UNSPECIFIED || wrong_peer) {
    const std::string why = wrong_peer ? "expected node " + std::to_string(peer_.value()) + ", found node " +
                                             std::to_string(hello.node_id()) + "; check --peer"
                                       : refusal.message();
    return refuse(wrong_peer ? make_refusal(proto::Refusal::NODE_ID, why) : refusal);
  }
  handshake_->set_peer_hello(payload);
  if (role_ == Role::kDialer) {
    send_proof();
    state_ = State::kAwaitingProof;
    return;
  }
  peer_ = base::NodeId(hello.node_id());
  owner_->on_hello(*this);
}

void Link::take_proof(const proto::Proof& proof) {
  if (!handshake_->peer_proof_holds(proof.mac())) {
    return refuse(
        make_refusal(proto::Refusal::GRID_KEY, "the grid keys differ; give every node the same --grid-key-file"));
  }
  if (role_ == Role::kAcceptor) send_proof();
  if (!prepare_encryption()) return;
  become_proven();
}

bool Link::prepare_encryption() {
  const bool own_wish = options_.encryption == LinkEncryption::kAlways || !connection_->is_loopback();
  if (!own_wish && !peer_hello_.wants_encryption()) return true;
  const auto keys = handshake_->keys(peer_hello_.key_share());
  if (!keys) {
    end(keys.error().message);
    return false;
  }
  sealing_ = std::make_unique<LinkCipher>(keys->sending);
  opening_ = std::make_unique<LinkCipher>(keys->receiving);
  return true;
}

void Link::become_proven() {
  state_ = State::kProven;
  queue_.count_into((*options_.backlogs)[peer_.value()]);
  deadline_.reset();
  handshake_.reset();
  reader_.set_limit(kMostPayload);
  liveness_.emplace(options_.heartbeat_timeout, services_.loop.now());
  owner_->on_proven(*this);
  if (state_ == State::kProven) send_heartbeat({});
}

void Link::take_heartbeat(const proto::Heartbeat& heartbeat) {
  const base::MonotonicTime now = services_.loop.now();
  const bool was_up = up_;
  liveness_->heartbeat_arrived(heartbeat, now);
  last_heartbeat_ = heartbeat;
  if (const auto round_trip = liveness_->round_trip()) {
    const milliseconds peer_clock(std::clamp(heartbeat.wall_clock_ms(), -kMostWallClock, kMostWallClock));
    clock_offset_ =
        peer_clock + duration_cast<milliseconds>(*round_trip / 2) - services_.loop.wall_now().time_since_epoch();
  }
  up_ = liveness_->heard_both_ways();
  if (was_up) return;
  // While the link is coming up each heartbeat is answered at once, so that no interval is waited for.
  send_heartbeat({});
  if (up_) owner_->on_up(*this);
}

SendResult Link::send(proto::EncodedFrame frame, Importance importance) {
  if (state_ != State::kProven) return SendResult::kDown;
  if (!queue_.push(std::move(frame), importance)) return SendResult::kFull;
  flush_soon();
  return SendResult::kQueued;
}

void Link::send_heartbeat(const std::vector<std::uint32_t>& links_us) {
  if (state_ != State::kProven) return;
  proto::LinkFrame frame;
  proto::Heartbeat& heartbeat = *frame.mutable_heartbeat();
  liveness_->fill_heartbeat(heartbeat, services_.loop.now());
  heartbeat.set_wall_clock_ms(services_.loop.wall_now().time_since_epoch().count());
  for (const milliseconds idle : services_.health.worker_idle()) {
    heartbeat.add_worker_idle_ms(static_cast<std::uint32_t>(idle.count()));
  }
  heartbeat.set_journal_unreachable(!services_.health.journal_reachable());
  heartbeat.mutable_links_us()->Add(links_us.begin(), links_us.end());
  queue_.set_heartbeat(proto::encode_frame(frame));
  flush_soon();
}

void Link::judge() {
  if (state_ != State::kProven) return;
  if (liveness_->timed_out(services_.loop.now())) end("not heard both ways within the timeout");
}

void Link::flush_soon() {
  if (flush_timer_ != nullptr) return;
  flush_timer_ = services_.loop.call_after(base::Duration::zero(), [this] {
    flush_timer_.reset();
    flush();
  });
}

void Link::flush() {
  if (connection_ == nullptr || state_ == State::kConnecting || state_ == State::kClosed || cut_out_) return;
  while (true) {
    const auto bytes = queue_.next_bytes(sealing_.get());
    if (bytes.empty()) return;
    const std::size_t taken = connection_->write(bytes);
    queue_.taken(taken);
    if (taken < bytes.size()) return;
  }
}

LinkAge Link::age() const {
  return LinkAge{base::BootId(peer_hello_.boot_id()),
                 role_ == Role::kDialer ? identity_.number : base::LinkNumber(peer_hello_.link_number()),
                 identity_.sequence};
}

std::string Link::peer_host() const {
  if (connection_ == nullptr) return {};
  const std::string& name = connection_->peer_name();
  return name.substr(0, name.rfind(':'));
}

std::optional<base::Duration> Link::round_trip() const {
  return liveness_ ? liveness_->round_trip() : std::optional<base::Duration>();
}

std::optional<base::Duration> Link::silence() const {
  if (!liveness_) return std::nullopt;
  return services_.loop.now() - liveness_->last_heard();
}

}  // namespace buzzer::linkmgr
