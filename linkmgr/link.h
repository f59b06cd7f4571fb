// One connection to one peer: first the handshake, then frames and heartbeats.
//
//   connecting -> awaiting hello -> awaiting proof -> proven -> closed
//                       \________________\___________/   (refusing: a refusal is on its way, then closed)
//
// Mesh thread only. A link never destroys itself: it tells its owner that it has ended.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/transport.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/handshake.h"
#include "linkmgr/link_cipher.h"
#include "linkmgr/liveness.h"
#include "linkmgr/mesh.h"
#include "linkmgr/mesh_services.h"
#include "linkmgr/send_queue.h"

namespace buzzer::linkmgr {

class Link;

// Who holds a link. The owner must not destroy it from within these calls, but may close() it and destroy it later.
class LinkOwner {
 public:
  LinkOwner() = default;
  LinkOwner(const LinkOwner&) = delete;
  LinkOwner& operator=(const LinkOwner&) = delete;
  virtual ~LinkOwner() = default;

  // An accepted connection has said who it claims to be; answer_hello() lets it go on.
  virtual void on_hello(Link& link) = 0;
  virtual void on_knock(Link& link, const proto::Knock& knock) = 0;
  // The peer holds the grid key.
  virtual void on_proven(Link& link) = 0;
  // Heard both ways, for the first time.
  virtual void on_up(Link& link) = 0;
  // Any other frame of a proven peer.
  virtual void on_frame(Link& link, proto::LinkFrame&& frame) = 0;
  // It closed, broke, timed out, or was refused. Nothing more comes from it.
  virtual void on_ended(Link& link, const std::string& reason) = 0;
};

// Which of two proven links of a pair is the newer one.
struct LinkAge {
  base::BootId peer_boot;      // of the peer's process
  base::LinkNumber number;     // the dialer's count
  std::uint64_t sequence = 0;  // in which this node opened or accepted its connections
};

// Within one life of the peer its own count decides. A peer that restarted has another boot id; then the order in which
// connections were accepted here decides: a proof rests on a challenge made for its connection, so what a former life
// still proves was accepted before the new life's first.
[[nodiscard]] bool supersedes(const LinkAge& candidate, const LinkAge& current);

// What one end says of itself in its hello.
struct LinkIdentity {
  base::BootId boot;
  base::LinkNumber number;  // of a dialled link; an accepted one takes the peer's
  std::uint64_t sequence = 0;
};

class Link final : public base::ConnectionHandler {
 public:
  Link(const LinkOptions& options, const MeshServices& services, const LinkIdentity& identity, LinkOwner& owner);
  ~Link() override;

  // Begins as the dialer of `peer`.
  void dial(base::NodeId peer, const base::Endpoint& endpoint);
  // Begins as the acceptor.
  void accept(std::unique_ptr<base::Connection> connection);

  void set_owner(LinkOwner& owner) { owner_ = &owner; }

  // Sends this end's hello, after on_hello.
  void answer_hello();
  // Tells the peer why; the link ends once the peer has closed, or at the handshake's deadline. Before the proof only.
  void refuse(const proto::Refusal& refusal);
  // Ends silently, without telling the owner.
  void close();

  // Cuts the link at this end as a partition does: nothing is read (`in`), nothing is sent (`out`).
  void set_cut(bool in, bool out);
  // Keeps the connection open but does nothing with it any more.
  void park();

  // Proven links only; kFull when the queue is full. Frames leave in order, gathered once per turn.
  [[nodiscard]] SendResult send(proto::EncodedFrame frame, Importance importance);
  // `links_us`: what it says of this node's links (Heartbeat); empty: nothing.
  void send_heartbeat(const std::vector<std::uint32_t>& links_us);
  // Proven links only: ends the link when it has timed out.
  void judge();

  // Whether the connection is still to be made (or never was, once the link has ended).
  [[nodiscard]] bool connecting() const { return !connected_; }
  [[nodiscard]] bool proven() const { return state_ == State::kProven; }
  [[nodiscard]] bool up() const { return proven() && up_; }
  // Whether it was up before it ended.
  [[nodiscard]] bool was_up() const { return up_; }
  // What the peer says it is; checked before on_hello, true after on_proven.
  [[nodiscard]] base::NodeId peer() const { return peer_; }
  [[nodiscard]] LinkAge age() const;
  // The peer's address without its port, for logs.
  [[nodiscard]] std::string peer_host() const;

  [[nodiscard]] std::optional<base::Duration> round_trip() const;
  [[nodiscard]] std::optional<base::Duration> silence() const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> clock_offset() const { return clock_offset_; }
  [[nodiscard]] bool encrypted() const { return sealing_ != nullptr; }
  [[nodiscard]] std::size_t waiting_bytes() const { return queue_.waiting_bytes(); }
  [[nodiscard]] const proto::Heartbeat& last_heartbeat() const { return last_heartbeat_; }

  void on_connected() override;
  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override { flush(); }
  void on_end(std::string_view reason) override { end(std::string(reason)); }

 private:
  enum class State { kConnecting, kAwaitingHello, kAwaitingProof, kProven, kRefusing, kClosed };

  void await_hello();
  void send_hello();
  void send_proof();
  [[nodiscard]] bool take_payload(std::string_view payload);
  void take_frame(std::string_view payload, proto::LinkFrame&& frame);
  void take_hello(std::string_view payload, const proto::Hello& hello);
  void take_proof(const proto::Proof& proof);
  void take_heartbeat(const proto::Heartbeat& heartbeat);
  [[nodiscard]] bool prepare_encryption();
  void become_proven();
  void flush_soon();
  void flush();
  void end(const std::string& reason);

  const LinkOptions& options_;
  const MeshServices& services_;
  const LinkIdentity identity_;
  LinkOwner* owner_;
  Role role_ = Role::kAcceptor;
  State state_ = State::kConnecting;
  std::unique_ptr<base::Connection> connection_;
  std::unique_ptr<base::Timer> deadline_;  // of the handshake
  std::unique_ptr<base::Timer> flush_timer_;
  std::unique_ptr<Handshake> handshake_;
  proto::Hello peer_hello_;
  base::NodeId peer_;
  FrameReader reader_{kMostUnprovenPayload};
  SendQueue queue_;
  std::unique_ptr<LinkCipher> sealing_;
  std::unique_ptr<LinkCipher> opening_;
  std::optional<Liveness> liveness_;
  std::optional<std::chrono::milliseconds> clock_offset_;
  proto::Heartbeat last_heartbeat_;
  std::string refused_because_;  // empty unless refusing
  bool connected_ = false;
  bool up_ = false;
  bool cut_out_ = false;
};

}  // namespace buzzer::linkmgr
