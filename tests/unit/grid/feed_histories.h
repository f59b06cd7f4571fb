// What subscribers must be told, said naively: every arrival log that a shard has ever had, searched from end to end.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "proto/link.pb.h"
#include "proto/records.pb.h"

namespace buzzer::tests {

// A log as it was until the store was put back, or wiped. A later one begins with a part of the one before.
struct FeedHistory {
  std::uint64_t incarnation = 0;
  std::vector<proto::Arrival> log;  // position 1 first
  std::uint64_t durable = 0;
  std::uint64_t trimmed = 0;  // up to here, at least once

  [[nodiscard]] bool has(const proto::Position& position) const {
    const std::uint64_t number = position.number();
    if (position.incarnation() != incarnation || number > log.size()) return false;
    return number == 0 || log[number - 1].life() == position.life();
  }
};

class FeedHistories {
 public:
  std::vector<FeedHistory> all;

  FeedHistory& present() { return all.back(); }
  // The newest that has the position; -1: none.
  [[nodiscard]] int find(const proto::Position& position) const {
    for (int at = static_cast<int>(all.size()) - 1; at >= 0; --at) {
      if (all[static_cast<std::size_t>(at)].has(position)) return at;
    }
    return -1;
  }

  // Whether the entry may be told: if its author is followed, from before it on until it came.
  [[nodiscard]] static bool may_pass(const FeedHistory& history, const proto::Feed& feed, std::uint64_t position) {
    const proto::Arrival& entry = history.log[position - 1];
    if (passes_anyhow(feed, entry)) return true;
    if (!feed.has_home() || is_follow(entry)) return false;
    bool followed = false;
    for (std::uint64_t at = 0; at + 1 < position; ++at) {
      if (is_of(history.log[at], feed.home(), entry.author())) {
        followed = history.log[at].kind() == proto::Arrival::FOLLOWED;
      }
    }
    return followed;
  }
  // Whether it must be told, however late: nobody who read it again can have found the follow gone.
  [[nodiscard]] bool must_pass(const FeedHistory& history, const proto::Feed& feed, std::uint64_t position) const {
    const proto::Arrival& entry = history.log[position - 1];
    if (passes_anyhow(feed, entry)) return true;
    if (!may_pass(history, feed, position)) return false;
    for (const FeedHistory& other : all) {
      if (other.log.size() < position || other.log[position - 1].life() != entry.life()) continue;
      if (other.incarnation != history.incarnation) continue;
      for (std::uint64_t at = position; at < other.log.size(); ++at) {
        if (is_of(other.log[at], feed.home(), entry.author())) return false;
      }
    }
    return true;
  }

 private:
  static bool is_follow(const proto::Arrival& entry) { return !entry.follower().empty(); }
  static bool is_of(const proto::Arrival& entry, const std::string& follower, const std::string& author) {
    return entry.follower() == follower && entry.author() == author;
  }
  static bool mentions(const proto::Arrival& entry, const std::string& name) {
    return std::count(entry.mentioned().begin(), entry.mentioned().end(), name) > 0;
  }
  static bool passes_anyhow(const proto::Feed& feed, const proto::Arrival& entry) {
    if (is_follow(entry)) return feed.has_home() && entry.follower() == feed.home();
    if (feed.has_home()) return entry.author() == feed.home() || mentions(entry, feed.home());
    if (feed.has_author()) return entry.author() == feed.author();
    if (feed.has_mentions()) return mentions(entry, feed.mentions());
    if (feed.has_topic()) return std::count(entry.topics().begin(), entry.topics().end(), feed.topic()) > 0;
    return entry.root() == feed.thread();
  }
};

}  // namespace buzzer::tests
