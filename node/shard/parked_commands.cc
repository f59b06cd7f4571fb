#include "node/shard/parked_commands.h"

#include <algorithm>
#include <utility>

namespace buzzer::shard {

void ParkedCommands::park(std::string_view account, std::string_view key, ReplyCallback callback) {
  parked_.push_back({std::string(account), std::string(key), std::move(callback), loop_.now() + kParkedFor});
  if (timer_ == nullptr) sweep_later();
}

std::vector<ParkedCommands::ReplyCallback> ParkedCommands::take(std::string_view account, std::string_view key) {
  std::vector<ReplyCallback> taken;
  const auto is_it = [&](const Parked& parked) { return parked.account == account && parked.key == key; };
  for (Parked& parked : parked_) {
    if (is_it(parked)) taken.push_back(std::move(parked.callback));
  }
  if (!taken.empty()) parked_.erase(std::remove_if(parked_.begin(), parked_.end(), is_it), parked_.end());
  return taken;
}

std::vector<ParkedCommands::ReplyCallback> ParkedCommands::take_all() {
  std::vector<ReplyCallback> taken;
  for (Parked& parked : std::exchange(parked_, {})) taken.push_back(std::move(parked.callback));
  timer_.reset();
  return taken;
}

void ParkedCommands::sweep_later() {
  if (!parked_.empty()) timer_ = loop_.call_after(parked_.front().until - loop_.now(), [this] { sweep(); });
}

void ParkedCommands::sweep() {
  timer_.reset();
  while (!parked_.empty() && parked_.front().until <= loop_.now()) {
    late_(std::move(parked_.front().callback));
    parked_.pop_front();
  }
  sweep_later();
}

}  // namespace buzzer::shard
