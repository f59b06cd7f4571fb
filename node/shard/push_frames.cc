#include "node/shard/push_frames.h"

#include <algorithm>
#include <tuple>

namespace buzzer::shard {
namespace {

// About 80 KiB of them, far from what a frame can hold.
constexpr std::ptrdiff_t kMostEnvelopes = 4096;

}  // namespace

void PushFrames::send(Kind kind, const std::string& body, std::vector<Envelope>& envelopes) {
  const auto order = [](const Envelope& one, const Envelope& other) {
    const SubscriptionKey& key = one.to->key;
    const SubscriptionKey& other_key = other.to->key;
    return std::tie(key.node, one.place, key.number) < std::tie(other_key.node, other.place, other_key.number);
  };
  if (!std::is_sorted(envelopes.begin(), envelopes.end(), order)) {
    std::sort(envelopes.begin(), envelopes.end(), order);
  }
  Envelope* const end = envelopes.data() + envelopes.size();
  for (Envelope* first = envelopes.data(); first != end;) {
    Envelope* const most = first + std::min(kMostEnvelopes, end - first);
    Envelope* const last = std::find_if(first, most, [first](const Envelope& envelope) {
      return envelope.to->key.node != first->to->key.node || envelope.place != first->place;
    });
    send_frame(kind, body, first, last);
    first = last;
  }
}

bool PushFrames::send(Kind kind, const std::string& body, Subscription& to, const Place& place) {
  Envelope envelope{&to, place};
  send_frame(kind, body, &envelope, &envelope + 1);
  return envelope.sent;
}

void PushFrames::send_frame(Kind kind, const std::string& body, Envelope* first, const Envelope* end) {
  const base::NodeId node = first->to->key.node;
  if (is_full(node)) return;
  begin(kind, first->place);
  frame_.set_body(body);
  for (const Envelope* envelope = first; envelope != end; ++envelope) {
    frame_.add_numbers(envelope->to->key.number);
    frame_.add_prevs(envelope->to->given.number);
  }
  if (!sender_.push(node, frame_)) {
    full_.insert(node);
    return;
  }
  for (Envelope* envelope = first; envelope != end; ++envelope) {
    envelope->sent = true;
    Subscription& told = *envelope->to;
    told.given = told.cursor = envelope->place;
    if (kind == proto::Pushes::ENTRY) told.untaken.push_back(envelope->place.number);
  }
}

void PushFrames::tell(Kind kind, base::NodeId node, std::uint64_t number, proto::ErrorCode reason) {
  begin(kind, {});
  frame_.set_error(static_cast<std::uint32_t>(reason));
  frame_.add_numbers(number);
  frame_.add_prevs(0);
  // One that finds no room is asked for again.
  static_cast<void>(sender_.push(node, frame_));
}

void PushFrames::begin(Kind kind, const Place& place) {
  frame_.Clear();
  frame_.set_kind(kind);
  frame_.set_shard(shard_.value());
  proto::Position& position = *frame_.mutable_position();
  position.set_incarnation(incarnation_);
  position.set_life(place.life);
  position.set_number(place.number);
}

}  // namespace buzzer::shard
