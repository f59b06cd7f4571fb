// Pushes on their way out: one frame for all that a node is told of one entry.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "node/shard/subscription.h"
#include "proto/errors.h"
#include "proto/link.pb.h"

namespace buzzer::shard {

// Where pushes go. Implemented by the node's part that knows the way.
class PushSender {
 public:
  PushSender() = default;
  PushSender(const PushSender&) = delete;
  PushSender& operator=(const PushSender&) = delete;
  virtual ~PushSender() = default;

  // False when there is no room; then nothing was sent. Never calls back into the publisher.
  [[nodiscard]] virtual bool push(base::NodeId to, const proto::Pushes& pushes) = 0;
};

// A push to be made: `place` is the position told.
struct Envelope {
  Subscription* to = nullptr;
  Place place;
  bool sent = false;
};

// Part of a publisher.
class PushFrames {
 public:
  using Kind = proto::Pushes::Kind;

  // `sender` must outlive it.
  PushFrames(base::ShardId shard, PushSender& sender) : shard_(shard), sender_(sender) {}

  // Of the shard, which names positions.
  void set_incarnation(std::uint64_t incarnation) { incarnation_ = incarnation; }

  // Sorts the envelopes by node, place and number, and says which were sent; a subscription that was told something
  // stands there afterwards. A node that has found no room is not tried again before forget_full().
  void send(Kind kind, const std::string& body, std::vector<Envelope>& envelopes);
  [[nodiscard]] bool send(Kind kind, const std::string& body, Subscription& to, const Place& place);
  // To one that is not, or no more, a subscription; REFUSED with the reason.
  void tell(Kind kind, base::NodeId node, std::uint64_t number, proto::ErrorCode reason = proto::ErrorCode::kNone);
  void forget_full() { full_.clear(); }
  [[nodiscard]] bool is_full(base::NodeId node) const { return full_.count(node) > 0; }

 private:
  // Of one node and place.
  void send_frame(Kind kind, const std::string& body, Envelope* first, const Envelope* end);
  void begin(Kind kind, const Place& place);

  const base::ShardId shard_;
  PushSender& sender_;
  std::uint64_t incarnation_ = 0;
  std::set<base::NodeId> full_;
  proto::Pushes frame_;  // kept for its memory
};

}  // namespace buzzer::shard
