// Shards that gossip by hand, each in plain maps, on one clock that moves only when the test moves it. What gossip does
// with links is done here in one step: a stream is judged, its rows are read, given and acknowledged.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/kernel/kernel.h"
#include "node/kernel/streams.h"
#include "node/kernel/upkeep.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::kernel {

// The n-th name, and the n-th topic, at home in that shard.
[[nodiscard]] std::string name_at(ShardId shard, int n = 0);
[[nodiscard]] std::string topic_at(ShardId shard, int n = 0);

class KernelGrid {
 public:
  explicit KernelGrid(const std::vector<ShardId>& shards);

  [[nodiscard]] const std::vector<ShardId>& shards() const { return shards_; }
  [[nodiscard]] MapState& state(ShardId shard) { return node(shard).state; }
  [[nodiscard]] std::uint64_t incarnation(ShardId shard) { return node(shard).incarnation; }

  // Commands, at the home of their account, with a new key each; `last_key` says which.
  proto::Reply run(const proto::Command& command);
  proto::Reply register_user(const std::string& name);
  proto::Reply post(const std::string& author, const std::string& text, std::uint64_t in_reply_to = 0);
  proto::Reply edit(const std::string& author, std::uint64_t id, const std::string& text);
  proto::Reply remove(const std::string& author, std::uint64_t id);
  proto::Reply follow(const std::string& follower, const std::string& author);
  proto::Reply unfollow(const std::string& follower, const std::string& author);
  // Of the last command.
  [[nodiscard]] bool waits() const { return waits_; }
  [[nodiscard]] const proto::Command& last() const { return last_; }
  // What a command that had to wait has come to; null: nothing yet.
  [[nodiscard]] const proto::Reply* resolved(const std::string& account, const std::string& key) const;

  // The entry that was applied last; it says what happened.
  [[nodiscard]] const proto::Entry& entry() const { return decision_.entry; }
  void move_clock(std::int64_t ms) { now_ms_ += ms; }

  // Rows as they are on their way.
  struct Packet {
    ShardId from;
    ShardId to;
    std::uint64_t incarnation = 0;
    std::uint64_t generation = 0;
    std::uint64_t number = 0;
    proto::Delivery delivery;
  };
  // What the sender would send now; begins the stream anew if it is broken.
  [[nodiscard]] std::vector<Packet> send(ShardId from, ShardId to, std::size_t most_bytes = 1UL << 20);
  // Whether the row was the next one.
  bool deliver(const Packet& packet);
  void acknowledge(ShardId from, ShardId to);
  // Brings everything there is to the other end. Whether there was anything.
  bool exchange(ShardId from, ShardId to);
  // A piece of upkeep; whether there was anything to do.
  bool upkeep(ShardId shard, const UpkeepOptions& options = {});
  // Until nothing is owed anywhere, and nothing is left to do. False if it never ends.
  [[nodiscard]] bool settle(const UpkeepOptions& options = {});

  // The shard has been claimed again; its store is empty, or what it was, of another incarnation or (put back by
  // somebody who did not say so) of the same.
  void restart(ShardId shard);
  void wipe(ShardId shard);
  void restore(ShardId shard, const MapState& backup, bool incarnation_stays);

 private:
  struct Node {
    MapState state;
    std::uint64_t life = 0;
    std::uint64_t incarnation = 0;
  };

  [[nodiscard]] Node& node(ShardId shard) { return *nodes_.at(shard); }
  [[nodiscard]] Moment moment(ShardId shard) { return {now_ms_, shard, node(shard).life}; }
  [[nodiscard]] proto::Command command(const std::string& account);
  // Whether there was anything to apply.
  bool apply_decision(ShardId shard);
  // All shards tell each other their incarnations, as they do when links come up.
  void introduce(ShardId shard);
  [[nodiscard]] std::uint64_t random_number();

  std::vector<ShardId> shards_;
  std::map<ShardId, std::unique_ptr<Node>> nodes_;
  Decision decision_;
  proto::Command last_;
  bool waits_ = false;
  std::map<std::pair<std::string, std::string>, proto::Reply> resolved_;
  std::int64_t now_ms_ = kIdEpochMs + 1'000'000;
  std::uint64_t keys_ = 0;
  std::uint64_t random_ = 1;
};

}  // namespace buzzer::kernel
