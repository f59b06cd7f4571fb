#include "node/grid/subscriptions.h"

#include <algorithm>
#include <utility>

#include "base/planted_mistakes.h"
#include "node/grid/placement.h"
#include "node/shard/feed_name.h"

namespace buzzer::grid {

using proto::Pushes;

std::optional<base::ShardId> shard_of_feed(const proto::Feed& feed) {
  const auto named = shard::name_feed(feed);
  return named ? std::optional(shard::home_of(*named)) : std::nullopt;
}

Subscriptions::Subscriptions(const SubscriptionsOptions& options, base::EventLoop& loop, FeedHomes& homes,
                             MeshSender& mesh)
    : options_(options),
      loop_(loop),
      homes_(homes),
      mesh_(mesh),
      alive_{options.self},
      next_asked_(std::max<std::uint64_t>(options.first_number, 1)) {}

std::uint64_t Subscriptions::open(const proto::Feed& feed, const std::optional<proto::Position>& after,
                                  PushCallback told) {
  const std::uint64_t number = ++last_number_;
  const bool full = open_.size() >= options_.most_open;
  Open& open = open_[number];
  open.number = number;
  open.told = std::make_shared<const PushCallback>(std::move(told));
  open.patience = options_.ask_again;
  const auto shard = shard_of_feed(feed);
  if (full || !shard) {
    const auto reason = shard ? proto::ErrorCode::kTooManySubscriptions : shard::flaw_of(feed);
    loop_.post(here_.while_here([this, number, reason] { refuse(number, reason); }));
    return number;
  }
  open.feed = feed;
  open.shard = *shard;
  open.home = node_of_shard(*shard, options_.nodes);
  open.last = after;
  ask_soon(number);
  return number;
}

void Subscriptions::close(std::uint64_t number) {
  const auto at = open_.find(number);
  if (at == open_.end()) return;
  leave(at->second, true);
  checks_.erase({at->second.check, number});
  open_.erase(at);
}

void Subscriptions::taken(std::uint64_t number, std::uint64_t position) {
  const auto at = open_.find(number);
  if (at == open_.end()) return;
  auto& untaken = at->second.untaken;
  untaken.erase(untaken.begin(), std::upper_bound(untaken.begin(), untaken.end(), position));
  to_take_[number] = position;
  flush_soon();
}

void Subscriptions::frame_arrived(base::NodeId from, const proto::LinkFrame& frame) {
  if (frame.has_pushes()) take(from, frame.pushes());
}

void Subscriptions::own_shard_pushed(const Pushes& pushes) {
  loop_.post(here_.while_here([this, pushes] { take(options_.self, pushes); }));
}

void Subscriptions::take(base::NodeId from, const Pushes& pushes) {
  if (pushes.shard() >= base::kShardCount) return;
  const base::ShardId shard(static_cast<std::uint8_t>(pushes.shard()));
  if (node_of_shard(shard, options_.nodes) != from) return;
  if (pushes.prevs_size() != pushes.numbers_size()) return;
  const base::MonotonicTime now = loop_.now();
  for (int i = 0; i < pushes.numbers_size(); ++i) {
    // A callback may have opened and closed others.
    const auto asked = asked_.find(pushes.numbers(i));
    if (asked != asked_.end()) {
      Open& open = *asked->second;
      if (open.shard != shard) continue;
      open.heard = now;
      take(open, pushes, pushes.prevs(i));
    } else if (pushes.kind() != Pushes::ENDED && pushes.kind() != Pushes::REFUSED) {
      to_leave_.emplace(shard, pushes.numbers(i));
      flush_soon();
    }
  }
}

void Subscriptions::take(Open& open, const Pushes& pushes, std::uint64_t prev) {
  switch (pushes.kind()) {
    case Pushes::ENTRY:
    case Pushes::MARK:
    case Pushes::GAP:
      return follow(open, pushes, prev);
    case Pushes::REFUSED:
      return refuse(open.number, static_cast<proto::ErrorCode>(pushes.error()));
    case Pushes::ENDED:
      if (is_planted(base::Mistake::kSubscriptionLostAtRestart)) return;
      leave(open, false);
      return check_at(open.number, open, loop_.now() + open.patience);
    default:
      return;
  }
}

void Subscriptions::follow(Open& open, const Pushes& pushes, std::uint64_t prev) {
  const std::uint64_t position = pushes.position().number();
  const bool is_entry = pushes.kind() == Pushes::ENTRY;
  const bool is_gap = pushes.kind() == Pushes::GAP;
  const bool fits = open.last ? prev == open.last->number() : !is_entry;
  const bool goes_on = is_gap || !open.last || (is_entry ? position > prev : position >= prev);
  if (!fits || !goes_on) {
    const bool is_old = open.answered && open.last && !is_gap && position <= open.last->number();
    return is_old ? void() : lost(open);
  }
  open.patience = options_.ask_again;
  if (!open.answered) check_at(open.number, open, open.heard + 3 * options_.mark_every);
  open.answered = true;
  const bool is_first = !std::exchange(open.any_told, true);
  if (!is_first && pushes.kind() == Pushes::MARK && open.last && position == prev) return;  // a sign of life
  const Push push{pushes.kind(), pushes.position(), open.last ? prev : 0, is_entry ? &pushes.body() : nullptr};
  open.last = pushes.position();
  if (is_entry) open.untaken.push_back(position);
  if (is_gap) open.untaken.clear();  // they may be of another history, whose numbers say nothing here
  const auto told = open.told;
  (*told)(push);
}

void Subscriptions::lost(Open& open) {
  // Not as fast as a home that answers what was not asked can make us.
  if (!open.answered) return;
  leave(open, true);
  ask_soon(open.number);
}

void Subscriptions::refuse(std::uint64_t number, proto::ErrorCode reason) {
  const auto at = open_.find(number);
  if (at == open_.end()) return;
  const auto told = at->second.told;
  leave(at->second, false);
  checks_.erase({at->second.check, number});
  open_.erase(at);
  (*told)({Pushes::REFUSED, {}, 0, nullptr, reason});
}

void Subscriptions::alive_changed(const std::vector<base::NodeId>& alive) {
  const std::vector<base::NodeId> before = std::exchange(alive_, alive);
  const auto was_alive = [&](base::NodeId node) {
    return std::find(before.begin(), before.end(), node) != before.end();
  };
  for (auto& [number, open] : open_) {
    if (open.home == options_.self || was_alive(open.home) == is_alive(open.home)) continue;
    if (open.answered && is_planted(base::Mistake::kSubscriptionLostAtRestart)) continue;
    leave(open, false);
    open.patience = options_.ask_again;
    if (is_alive(open.home)) ask_soon(number);
  }
}

bool Subscriptions::is_alive(base::NodeId node) const {
  return node == options_.self || std::find(alive_.begin(), alive_.end(), node) != alive_.end();
}

}  // namespace buzzer::grid
