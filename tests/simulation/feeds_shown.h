// The part of History that judges home, topic, mentions and thread feeds, who follows whom, and single users and
// buzzes, while everything goes on. Copies and edges of other shards arrive later, so little must be in an answer; but:
//
//   - a page is in order, without duplicates, no longer than was asked for, and nothing deleted is in it;
//   - every buzz in it was posted, is what was posted, and belongs there: by its author, mentions, topics or root;
//   - what a feed's home has shown is never shown older later; where that is the author's home too, what was
//   acknowledged
//     is shown at once, in that version or a newer one;
//   - everything of the same home is there at once: one's own buzzes in one's home feed, whom one follows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/ids.h"
#include "proto/commands.pb.h"
#include "proto/queries.pb.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

class History;
struct Deed;

class FeedsShown {
 public:
  // `history` owns it.
  explicit FeedsShown(History& history) : history_(history) {}

  void sent(const proto::Command& command);
  // A follow or an unfollow.
  void done(const Deed& deed);
  void shown(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer);

 private:
  // What is known of whether one follows the other.
  struct Wanted {
    bool follow_sent = false;
    bool unfollow_sent = false;
    MonotonicTime followed = MonotonicTime::max();  // a follow was answered first
  };
  using Pair = std::pair<std::string, std::string>;  // follower and author, in lower case

  void show_error(const proto::Query& query, MonotonicTime asked, std::uint32_t error);
  void show_feed(const proto::FeedQuery& query, MonotonicTime asked, const proto::Answer& answer);
  void show_thread(const proto::ThreadQuery& query, MonotonicTime asked, const proto::Answer& answer);
  void show_follows(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer);
  void show_user(const std::string& name, const proto::Answer& answer);
  void show_buzz(const proto::BuzzQuery& query, MonotonicTime asked, const proto::Answer& answer);
  // In a feed of that shard.
  void show_in(base::ShardId shard, MonotonicTime asked, const proto::Buzz& buzz);
  void check_own_are_there(const proto::FeedQuery& query, MonotonicTime asked, const proto::Answer& answer);
  [[nodiscard]] bool belongs(const proto::Feed& feed, const proto::Buzz& buzz) const;
  [[nodiscard]] bool ever_followed(const std::string& follower, const std::string& author) const;

  History& history_;
  std::map<Pair, Wanted> follows_;
  // When a shard has shown which version of a buzz first.
  std::map<std::pair<base::ShardId, std::uint64_t>, std::map<std::uint32_t, MonotonicTime>> shown_;
};

}  // namespace buzzer::simulation
