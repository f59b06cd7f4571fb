// The store of a node that is alone in its grid, filled with records directly: accounts and follows by the million,
// which commands would take minutes for. What it holds is what the commands would have left.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/ids.h"
#include "node/shard/overlay.h"
#include "node/shard/shard_state.h"
#include "node/store/store.h"

namespace buzzer::bench {

class BulkStore {
 public:
  // Made in that folder, of a grid named "bench"; closed, so that a node can open it, when destroyed.
  explicit BulkStore(const std::filesystem::path& folder);
  BulkStore(const BulkStore&) = delete;
  BulkStore& operator=(const BulkStore&) = delete;
  ~BulkStore();

  void add_account(const std::string& name, std::uint64_t followers = 0, std::uint64_t following = 0);
  // Registers `count` users, named from `beginning` on, who follow the author, in whichever shards their names are at
  // home; and the author.
  void add_author(const std::string& author, const std::string& beginning, std::size_t count);

 private:
  // Of one shard, in batches.
  struct Filling {
    std::unique_ptr<shard::ShardState> state;
    std::size_t made = 0;
  };

  [[nodiscard]] shard::ShardState& state_of(base::ShardId shard) { return *fillings_[shard.value()].state; }
  void made_one(base::ShardId shard);
  void flush(Filling& filling);

  std::unique_ptr<store::Store> store_;
  const shard::Overlay nothing_in_flight_;
  std::array<Filling, base::kShardCount> fillings_;
};

}  // namespace buzzer::bench
