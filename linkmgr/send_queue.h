// What waits to be sent over one link. Bounded in bytes: a full queue refuses, and the sender decides what that means.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <utility>

#include "linkmgr/backlog.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/link_cipher.h"
#include "linkmgr/mesh.h"
#include "proto/encoded_frame.h"

namespace buzzer::linkmgr {

class SendQueue {
 public:
  explicit SendQueue(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // False, and nothing taken, when the waiting payloads would exceed the bound, or half of it if this one is
  // expendable.
  [[nodiscard]] bool push(proto::EncodedFrame frame, Importance importance = Importance::kNormal);

  // From now on, and until it goes or leaves: what waits here counts there.
  void count_into(std::atomic<std::size_t>& backlog);
  void count_no_more() { share_.leave(); }

  // The next heartbeat goes ahead of all that waits and replaces one that has not left yet, so there is always room.
  void set_heartbeat(proto::EncodedFrame frame) { heartbeat_ = std::move(frame); }

  // Frames of the handshake leave unsealed and before anything else.
  void push_handshake(const proto::EncodedFrame& frame) { append_frame(*frame, gathered_); }

  // The next bytes for the wire: frames are gathered into one buffer of about 64 KiB, so that many cost one system
  // call. They are sealed here, in the order in which they leave. Empty when nothing waits.
  [[nodiscard]] std::span<const std::uint8_t> next_bytes(LinkCipher* cipher);
  // Says that the transport took so many of them.
  void taken(std::size_t bytes) { sent_ += bytes; }

  // Without what is already gathered.
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  const std::size_t most_bytes_;
  proto::EncodedFrame heartbeat_;  // null when none waits
  std::deque<proto::EncodedFrame> waiting_;
  std::size_t waiting_bytes_ = 0;
  BacklogShare share_;
  std::string gathered_;
  std::size_t sent_ = 0;  // of gathered_
};

}  // namespace buzzer::linkmgr
