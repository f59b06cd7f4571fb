// What homes are asked and told, and when they are asked again.
#include <algorithm>

#include "base/planted_mistakes.h"
#include "node/grid/placement.h"
#include "node/grid/subscriptions.h"
#include "proto/encoded_frame.h"

namespace buzzer::grid {

void Subscriptions::ask_soon(std::uint64_t number) {
  to_ask_.insert(number);
  flush_soon();
}

void Subscriptions::ask(std::uint64_t number, Open& open) {
  if (!is_alive(open.home)) return;  // it will be, or not
  check_at(number, open, loop_.now() + open.patience);
  if (open.untaken.size() > options_.most_untaken) return;
  open.patience = std::min(2 * open.patience, options_.ask_again_most);
  open.asked_as = next_asked_++;
  asked_[open.asked_as] = &open;
  proto::LinkFrame frame;
  proto::Subscribe& wish = *frame.mutable_subscribe();
  wish.set_number(open.asked_as);
  *wish.mutable_feed() = open.feed;
  wish.set_shard(open.shard.value());
  if (open.last) *wish.mutable_after() = *open.last;
  if (open.home == options_.self) return homes_.subscribe(open.shard, options_.self, wish);
  static_cast<void>(mesh_.send_to(open.home, proto::encode_frame(frame)));  // one that finds no room is asked again
}

void Subscriptions::leave(Open& open, bool says_so) {
  if (open.asked_as != 0 && says_so) {
    to_leave_.emplace(open.shard, open.asked_as);
    flush_soon();
  }
  asked_.erase(open.asked_as);
  open.asked_as = 0;
  open.answered = false;
}

void Subscriptions::flush_soon() {
  if (std::exchange(flushes_, true)) return;
  loop_.post(here_.while_here([this] { flush(); }));
}

void Subscriptions::flush() {
  const auto to_ask = std::exchange(to_ask_, {});
  for (const std::uint64_t number : to_ask) {
    if (const auto at = open_.find(number); at != open_.end()) leave(at->second, true);
  }
  send_leaves();  // first, so that there is room
  for (const std::uint64_t number : to_ask) {
    if (const auto at = open_.find(number); at != open_.end()) ask(number, at->second);
  }
  send_taken();
  flushes_ = false;
}

void Subscriptions::send_leaves() {
  for (const auto& [shard, number] : std::exchange(to_leave_, {})) {
    const base::NodeId home = node_of_shard(shard, options_.nodes);
    if (home == options_.self) {
      homes_.unsubscribe(shard, options_.self, number);
      continue;
    }
    proto::LinkFrame frame;
    frame.mutable_unsubscribe()->set_number(number);
    frame.mutable_unsubscribe()->set_shard(shard.value());
    // One that finds no room is sent again when something comes for that number.
    static_cast<void>(mesh_.send_to(home, proto::encode_frame(frame)));
  }
}

void Subscriptions::send_taken() {
  constexpr std::size_t kMostInFrame = 4096;
  std::map<base::ShardId, std::vector<std::uint64_t>> by_shard;
  std::vector<std::uint64_t> not_sent;
  const auto send = [&](base::ShardId shard, std::vector<std::uint64_t>& numbers) {
    if (!numbers.empty() && !send_taken(shard, numbers))
      not_sent.insert(not_sent.end(), numbers.begin(), numbers.end());
    numbers.clear();
  };
  for (const auto& [number, position] : to_take_) {
    const auto at = open_.find(number);
    if (at == open_.end() || at->second.asked_as == 0) continue;
    auto& numbers = by_shard[at->second.shard];
    numbers.push_back(number);
    if (numbers.size() == kMostInFrame) send(at->second.shard, numbers);
  }
  for (auto& [shard, numbers] : by_shard) send(shard, numbers);
  const auto all = std::exchange(to_take_, {});
  for (const std::uint64_t number : not_sent) to_take_[number] = all.at(number);
  if (to_take_.empty() || take_again_ != nullptr) return;
  take_again_ = loop_.call_after(options_.ask_again, [this] {
    take_again_.reset();
    flush_soon();
  });
}

bool Subscriptions::send_taken(base::ShardId shard, const std::vector<std::uint64_t>& numbers) {
  const base::NodeId home = node_of_shard(shard, options_.nodes);
  proto::LinkFrame frame;
  frame.mutable_pushes_taken()->set_shard(shard.value());
  for (const std::uint64_t number : numbers) {
    const std::uint64_t asked_as = open_.at(number).asked_as;
    const std::uint64_t position = to_take_.at(number);
    if (home == options_.self) {
      homes_.taken(shard, home, asked_as, position);
      continue;
    }
    proto::PushesTaken::Taken& taken = *frame.mutable_pushes_taken()->add_taken();
    taken.set_number(asked_as);
    taken.set_position(position);
  }
  return home == options_.self || mesh_.send_to(home, proto::encode_frame(frame));
}

void Subscriptions::check_at(std::uint64_t number, Open& open, base::MonotonicTime when) {
  checks_.erase({open.check, number});
  open.check = when;
  checks_.emplace(when, number);
  set_timer();
}

void Subscriptions::set_timer() {
  if (checks_.empty()) return timer_.reset();
  const base::MonotonicTime first = checks_.begin()->first;
  if (timer_ != nullptr && timer_at_ <= first) return;
  timer_at_ = first;
  timer_ = loop_.call_after(std::max(first - loop_.now(), base::Duration::zero()), [this] { check(); });
}

void Subscriptions::check() {
  timer_.reset();
  while (!checks_.empty() && checks_.begin()->first <= loop_.now()) {
    const std::uint64_t number = checks_.begin()->second;
    checks_.erase(checks_.begin());
    Open& open = open_.at(number);
    const base::MonotonicTime silent_at = open.heard + 3 * options_.mark_every;
    if (open.answered && silent_at > loop_.now()) {
      check_at(number, open, silent_at);
    } else if (!open.answered || !is_planted(base::Mistake::kSubscriptionLostAtRestart)) {
      ask_soon(number);
    }
  }
  set_timer();
}

}  // namespace buzzer::grid
