#include "node/shard/publisher.h"

#include <algorithm>

#include "node/shard/feed_entry.h"

namespace buzzer::shard {

using journal::EntryNumber;
using proto::ErrorCode;
using proto::Pushes;

Publisher::Publisher(const PublisherOptions& options, base::EventLoop& loop, PushSender& sender, Read read)
    : options_(options), loop_(loop), frames_(options.shard, sender), read_(std::move(read)) {}

void Publisher::start(std::uint64_t incarnation, std::uint64_t last_position, std::uint64_t life) {
  serving_ = true;
  log_ = {options_.shard, incarnation, {last_position, life}};
  life_ = life;
  frames_.set_incarnation(incarnation);
}

void Publisher::stop() {
  serving_ = false;
  frames_.forget_full();
  envelopes_.clear();
  for (auto& [key, subscription] : subscriptions_) envelopes_.push_back({&subscription, {}});
  frames_.send(Pushes::ENDED, {}, envelopes_);
  for (auto& [key, subscription] : subscriptions_) index_.remove(subscription);
  subscriptions_.clear();
  slots_.clear();
  free_slots_.clear();
  noted_.clear();
  first_noted_ = 0;
  queue_.clear();
  stuck_.clear();
  reading_ = false;
  retry_timer_.reset();
  mark_timer_.reset();
  here_ = std::make_shared<const char>();
}

void Publisher::noted(EntryNumber entry, std::uint64_t position, const proto::Arrival& arrival,
                      const kernel::StateView& state) {
  if (!serving_) return;
  life_ = arrival.life();
  Noted& noted = noted_.emplace_back();
  noted.entry = entry;
  noted.position = position;
  if (subscriptions_.empty()) return;
  concerned_.clear();
  index_.find(position, arrival, concerned_);
  index_.learn(position, arrival);
  if (concerned_.empty()) return;
  for (const Subscription* subscription : concerned_)
    noted.targets.push_back({subscription->slot, subscription->serial});
  encode_feed_entry(arrival, present_buzz(state, options_.shard, arrival), noted.body);
}

void Publisher::durable(EntryNumber upto) {
  while (first_noted_ < noted_.size() && noted_[first_noted_].entry <= upto) {
    const Noted noted = std::move(noted_[first_noted_++]);
    if (!noted.targets.empty()) publish(noted);
    log_.durable = {noted.position, life_};
  }
  constexpr std::size_t kMany = 1024;
  if (first_noted_ == noted_.size()) {
    noted_.clear();
    first_noted_ = 0;
  } else if (first_noted_ > kMany && 2 * first_noted_ > noted_.size()) {
    noted_.erase(noted_.begin(), noted_.begin() + static_cast<std::ptrdiff_t>(first_noted_));
    first_noted_ = 0;
  }
}

void Publisher::publish(const Noted& noted) {
  const Place place{noted.position, life_};
  envelopes_.clear();
  for (const Target& target : noted.targets) {
    Subscription* to = find(target);
    // One that fell behind, and what the log has been read for since then.
    if (to == nullptr || !to->joined || to->cursor.number >= noted.position) continue;
    if (to->stage == Stage::kReading) {
      to->joined = false;  // what was read before comes first; then it reads on
    } else if (to->untaken.size() >= options_.window) {
      to->stage = Stage::kFull;
      fall_behind(*to);
    } else {
      envelopes_.push_back({to, place});
    }
  }
  frames_.send(Pushes::ENTRY, noted.body, envelopes_);
  for (const Envelope& envelope : envelopes_) {
    if (envelope.sent) continue;
    fall_behind(*envelope.to);
    set_stuck(*envelope.to);
  }
}

// A live one, at the entry behind the durable end: what there was before has been told, or does not concern it.
void Publisher::fall_behind(Subscription& subscription) {
  subscription.joined = false;
  subscription.cursor = log_.durable;
}

void Publisher::subscribe(base::NodeId node, const proto::Subscribe& wish) {
  const SubscriptionKey key{node, wish.number()};
  if (const auto former = subscriptions_.find(key); former != subscriptions_.end()) erase(former);
  if (!serving_) return frames_.tell(Pushes::ENDED, node, wish.number());
  const auto refuse = [&](ErrorCode reason) { frames_.tell(Pushes::REFUSED, node, wish.number(), reason); };
  const auto feed = name_feed(wish.feed());
  if (!feed) return refuse(flaw_of(wish.feed()));
  if (home_of(*feed) != options_.shard) return refuse(ErrorCode::kBadRequest);
  if (subscriptions_.size() >= options_.most_subscriptions) return refuse(ErrorCode::kTooManySubscriptions);
  Subscription& made = subscriptions_[key];
  made.key = key;
  made.serial = ++last_serial_;
  give_slot(made);
  made.feed = *feed;
  if (wish.has_after()) {
    made.after = wish.after();
    made.given.number = wish.after().number();
  }
  index_.add(made);
  queue(made);
  if (mark_timer_ == nullptr) mark_later();
}

void Publisher::unsubscribe(base::NodeId node, std::uint64_t number) {
  if (const auto at = subscriptions_.find({node, number}); at != subscriptions_.end()) erase(at);
}

void Publisher::node_gone(base::NodeId node) {
  for (auto at = subscriptions_.lower_bound({node, 0}); at != subscriptions_.end() && at->first.node == node;) {
    erase(at++);
  }
}

void Publisher::taken(base::NodeId node, std::uint64_t number, std::uint64_t position) {
  const auto at = subscriptions_.find({node, number});
  if (at == subscriptions_.end()) return;
  Subscription& subscription = at->second;
  auto& untaken = subscription.untaken;
  untaken.erase(untaken.begin(), std::upper_bound(untaken.begin(), untaken.end(), position));
  if (subscription.stage == Stage::kFull) queue_when_room(subscription);
}

void Publisher::mark_later() {
  mark_timer_ = loop_.call_after(options_.mark_every, [this] { mark(); });
}

void Publisher::mark() {
  envelopes_.clear();
  for (auto& [key, subscription] : subscriptions_) {
    if (!subscription.answered) continue;
    const bool at_end = subscription.stage == Stage::kLive && log_.durable > subscription.cursor;
    envelopes_.push_back({&subscription, at_end ? log_.durable : subscription.cursor});
  }
  frames_.send(Pushes::MARK, {}, envelopes_);
  if (std::any_of(envelopes_.begin(), envelopes_.end(), [](const Envelope& mark) { return !mark.sent; })) retry_later();
  mark_timer_.reset();
  if (!subscriptions_.empty()) mark_later();
}

Subscription* Publisher::find(const Target& target) {
  Subscription* const there = target.slot < slots_.size() ? slots_[target.slot] : nullptr;
  return there != nullptr && there->serial == target.serial ? there : nullptr;
}

void Publisher::give_slot(Subscription& subscription) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.push_back(nullptr);
  }
  subscription.slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[subscription.slot] = &subscription;
}

void Publisher::erase(std::map<SubscriptionKey, Subscription>::iterator at) {
  index_.remove(at->second);
  slots_[at->second.slot] = nullptr;
  free_slots_.push_back(at->second.slot);
  subscriptions_.erase(at);
}

}  // namespace buzzer::shard
