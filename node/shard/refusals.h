// What was refused lately, and therefore stays refused.
//
// A definite refusal promises that the command will not happen. But an earlier copy of it, of which its client has
// heard nothing, may still be on its way here over another node, and meanwhile what it was refused for may have
// changed: a user unknown then is registered now. So for as long as a request may be on its way, the same command (same
// account, key and content) is refused again, whatever the state says. Lost in a crash without harm: every link, and
// every request on it, ends with the process; but not when a store is opened again (grid/local_homes.h).
//
// One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/event_loop.h"
#include "proto/commands.pb.h"

namespace buzzer::shard {

class Refusals {
 public:
  // Far beyond what an asking node waits for an answer (2 s) and a silent link lives (500 ms).
  static constexpr base::Duration kLife = std::chrono::seconds(10);
  static constexpr std::size_t kMost = 4096;
  static constexpr std::size_t kMostOfOneAccount = 64;  // who fills that pays for it alone

  // The refusal that this command has had; null if none. Valid until the next call.
  [[nodiscard]] const proto::Reply* find(const proto::Command& command, base::MonotonicTime now);

  // Keeps the reply, if it is a refusal that another state would not have brought. False if there is no room, for that
  // account or for all: then the command must not be refused definitely.
  [[nodiscard]] bool remember(const proto::Command& command, const proto::Reply& reply, base::MonotonicTime now);
  // Of a command of that account (in lower case) whose content has that hash (kernel/command_key.h).
  [[nodiscard]] bool remember(const std::string& account, std::uint64_t content_hash, const std::string& key,
                              const proto::Reply& reply, base::MonotonicTime now);

 private:
  void forget_old(base::MonotonicTime now);

  using Replies = std::map<std::string, proto::Reply>;
  struct Kept {
    base::MonotonicTime since;
    Replies::iterator reply;
    std::string account;
  };

  Replies replies_;
  std::deque<Kept> by_age_;
  std::map<std::string, std::size_t> of_account_;
};

}  // namespace buzzer::shard
