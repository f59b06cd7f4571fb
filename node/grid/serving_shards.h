// Who is there: the nodes that are alive, this one included, and the shards that have said that they serve.
//
// Plain data. A shard that has announced itself counts as serving until its node leaves; one that stops meanwhile is
// simply silent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/ids.h"
#include "node/grid/placement.h"

namespace buzzer::grid {

class ServingShards {
 public:
  ServingShards(base::NodeId self, std::uint32_t nodes) : self_(self), nodes_(nodes), alive_{self} {}

  [[nodiscard]] base::NodeId self() const { return self_; }
  [[nodiscard]] base::NodeId node_of(base::ShardId shard) const { return node_of_shard(shard, nodes_); }
  // The shard of that number, if there is one and it is at home there.
  [[nodiscard]] std::optional<base::ShardId> shard_of(base::NodeId node, std::uint32_t number) const {
    if (number >= base::kShardCount) return std::nullopt;
    const base::ShardId shard(static_cast<std::uint8_t>(number));
    return node_of(shard) == node ? std::optional(shard) : std::nullopt;
  }

  // Ascending.
  [[nodiscard]] const std::set<base::NodeId>& alive() const { return alive_; }
  [[nodiscard]] bool is_alive(base::NodeId node) const { return alive_.count(node) > 0; }
  void came(base::NodeId node) { alive_.insert(node); }
  // Its shards serve no more.
  void left(base::NodeId node) {
    alive_.erase(node);
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      if (node_of(base::ShardId(number)) == node) stopped(base::ShardId(number));
    }
  }

  [[nodiscard]] bool serves(base::ShardId shard) const { return shards_.at(shard.value()).serves; }
  // Of the last time that it served; 0: it never has.
  [[nodiscard]] std::uint64_t incarnation(base::ShardId shard) const { return shards_.at(shard.value()).incarnation; }
  void began(base::ShardId shard, std::uint64_t incarnation) { shards_.at(shard.value()) = {true, incarnation}; }
  void stopped(base::ShardId shard) { shards_.at(shard.value()).serves = false; }

  // Those that serve, of all nodes or of this one; ascending.
  [[nodiscard]] std::vector<base::ShardId> all() const {
    return serving([](base::ShardId) { return true; });
  }
  [[nodiscard]] std::vector<base::ShardId> own() const {
    return serving([this](base::ShardId shard) { return node_of(shard) == self_; });
  }

 private:
  struct Shard {
    bool serves = false;
    std::uint64_t incarnation = 0;
  };

  template <class Wanted>
  [[nodiscard]] std::vector<base::ShardId> serving(Wanted wanted) const {
    std::vector<base::ShardId> found;
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      if (shards_.at(number).serves && wanted(base::ShardId(number))) found.emplace_back(number);
    }
    return found;
  }

  const base::NodeId self_;
  const std::uint32_t nodes_;
  std::set<base::NodeId> alive_;
  std::array<Shard, base::kShardCount> shards_{};
};

}  // namespace buzzer::grid
