// Catching up: which subscriptions are read for, and what they are given then.
#include <algorithm>

#include "node/shard/publisher.h"

namespace buzzer::shard {

using proto::Pushes;

void Publisher::queue(Subscription& subscription) {
  subscription.stage = Stage::kQueued;
  subscription.joined = false;
  queue_.push_back(subscription.key);
  read_soon();
}

void Publisher::queue_when_room(Subscription& subscription) {
  const bool was_full = subscription.stage == Stage::kFull;
  // Not for one entry at a time.
  const std::size_t most = was_full ? options_.window / 2 : options_.window - 1;
  if (subscription.untaken.size() <= most) return queue(subscription);
  subscription.stage = Stage::kFull;
  subscription.joined = false;
}

void Publisher::set_stuck(Subscription& subscription) {
  subscription.stage = Stage::kStuck;
  subscription.joined = false;
  stuck_.push_back(subscription.key);
  retry_later();
}

void Publisher::retry_later() {
  if (retry_timer_ == nullptr) retry_timer_ = loop_.call_after(options_.retry_after, [this] { retry(); });
}

void Publisher::retry() {
  retry_timer_.reset();
  frames_.forget_full();
  for (const SubscriptionKey& key : std::exchange(stuck_, {})) {
    const auto at = subscriptions_.find(key);
    if (at != subscriptions_.end() && at->second.stage == Stage::kStuck) queue(at->second);
  }
  read_soon();
}

void Publisher::read_soon() {
  if (reading_ || queue_.empty()) return;
  reading_ = true;
  loop_.post(while_serving([this] { read(); }));
}

void Publisher::read() {
  const auto turn = std::make_shared<Turn>();
  read_([this, turn](const kernel::StateView& state) { collect(state, *turn); },
        while_serving([this, turn](bool readable) { told(*turn, readable); }));
}

void Publisher::collect(const kernel::StateView& state, Turn& turn) {
  std::size_t left = options_.entries_in_reading;
  while (left > 0 && !queue_.empty()) {
    const auto at = subscriptions_.find(queue_.front());
    if (at == subscriptions_.end() || at->second.stage != Stage::kQueued) {
      queue_.pop_front();
      continue;
    }
    Subscription& next = at->second;
    if (next.alone && !turn.readings.empty()) return;
    queue_.pop_front();
    if (frames_.is_full(next.key.node)) {
      set_stuck(next);
      continue;
    }
    next.stage = Stage::kReading;
    LogReading reading;
    if (next.feed.kind != FeedName::Kind::kHome || load_edges(state, next.feed.name, turn)) {
      reading = read_log(state, log_, index_, next, options_.window - next.untaken.size(), left);
    } else {
      reading.verdict = LogReading::Verdict::kRefused;
      reading.refusal = proto::ErrorCode::kTooManySubscriptions;
    }
    next.joined = reading.whole;
    left -= std::min(left, reading.looked_at + 1);
    turn.readings.emplace_back(Target{next.slot, next.serial}, std::move(reading));
    if (next.alone) return;
  }
}

bool Publisher::load_edges(const kernel::StateView& state, const std::string& reader, Turn& turn) {
  if (index_.has_edges(reader)) return true;
  if (index_.edges() >= options_.most_edges) return false;
  index_.load_edges(reader, state);
  turn.edges_of.push_back(reader);
  return true;
}

void Publisher::told(const Turn& turn, bool readable) {
  reading_ = false;
  for (const auto& [target, reading] : turn.readings) {
    Subscription* const subscription = find(target);
    if (subscription == nullptr) continue;
    subscription->alone = !readable;
    readable ? give(*subscription, reading) : set_stuck(*subscription);
  }
  if (readable) return read_soon();
  for (const std::string& reader : turn.edges_of) index_.drop_edges(reader);
  retry_later();
}

void Publisher::give(Subscription& subscription, const LogReading& reading) {
  if (reading.verdict == LogReading::Verdict::kRefused) {
    const SubscriptionKey key = subscription.key;
    erase(subscriptions_.find(key));
    return frames_.tell(Pushes::REFUSED, key.node, key.number, reading.refusal);
  }
  const bool gap = reading.verdict == LogReading::Verdict::kGap;
  if (gap || !subscription.answered) {
    if (!frames_.send(gap ? Pushes::GAP : Pushes::MARK, {}, subscription, reading.from)) return set_stuck(subscription);
    subscription.answered = true;
    subscription.begun = reading.from.number;
  }
  for (const LogReading::Entry& entry : reading.entries) {
    if (!frames_.send(Pushes::ENTRY, entry.body, subscription, entry.place)) return set_stuck(subscription);
  }
  subscription.cursor = reading.end;
  if (subscription.joined) {
    subscription.stage = Stage::kLive;
  } else {
    queue_when_room(subscription);
  }
}

}  // namespace buzzer::shard
