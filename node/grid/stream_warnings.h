// Tells an operator of streams that broke, and why. A node whose store was wiped breaks all of its streams, up to 64 x
// 64, within a moment: so of those with one other node the first is told at once, and what follows is counted and told
// in one line a second.
//
// Belongs to the thread of the shards; all that it is given must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/log.h"

namespace buzzer::grid {

class StreamWarnings {
 public:
  StreamWarnings(std::uint32_t nodes, base::EventLoop& loop, base::Log& log) : nodes_(nodes), loop_(loop), log_(log) {}

  // The stream between these two, one of them at home here.
  void broken(base::ShardId from, base::ShardId to, base::ShardId other);
  // The store of a shard elsewhere is not the one that `shard` knew.
  void renewed(base::ShardId shard, base::ShardId other);

 private:
  enum class Kind { kBroken, kRenewed };

  // Whether this one is told at once.
  [[nodiscard]] bool is_first(base::ShardId other, Kind kind);
  void tell_rest();

  const std::uint32_t nodes_;
  base::EventLoop& loop_;
  base::Log& log_;
  // Of this second: how many more than the first.
  std::map<std::pair<base::NodeId, Kind>, std::uint64_t> more_;
  std::unique_ptr<base::Timer> timer_;
};

}  // namespace buzzer::grid
