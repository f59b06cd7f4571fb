// Commands that wait for another shard's answer: a first follow of an author at home elsewhere. Their keys and edges
// are durable; here is only who is to be told. One who has waited `kParkedFor` is answered `unavailable`, and learns by
// the same command with the same key what became of it.
//
// Belongs to the shard, on its thread.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "proto/commands.pb.h"

namespace buzzer::shard {

// As long as the router waits for an answer.
inline constexpr std::chrono::milliseconds kParkedFor{2000};

class ParkedCommands {
 public:
  using ReplyCallback = std::function<void(const proto::Reply&)>;

  // `most`: commands that wait at once. `late` is given the callbacks of those that have waited too long.
  ParkedCommands(base::EventLoop& loop, std::size_t most, std::function<void(ReplyCallback)> late)
      : loop_(loop), most_(most), late_(std::move(late)) {}

  [[nodiscard]] bool full() const { return parked_.size() >= most_; }
  void park(std::string_view account, std::string_view key, ReplyCallback callback);
  // Those that wait with that key of that account (in lower case); they wait no more.
  [[nodiscard]] std::vector<ReplyCallback> take(std::string_view account, std::string_view key);
  [[nodiscard]] std::vector<ReplyCallback> take_all();

 private:
  struct Parked {
    std::string account;
    std::string key;
    ReplyCallback callback;
    base::MonotonicTime until;
  };

  void sweep_later();
  void sweep();

  base::EventLoop& loop_;
  const std::size_t most_;
  const std::function<void(ReplyCallback)> late_;
  std::deque<Parked> parked_;  // oldest first
  std::unique_ptr<base::Timer> timer_;
};

}  // namespace buzzer::shard
