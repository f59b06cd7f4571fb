#include "node/grid/stream_warnings.h"

#include "node/grid/placement.h"

namespace buzzer::grid {
namespace {

constexpr const char* kComponent = "shard";
constexpr auto kEvery = std::chrono::seconds(1);

constexpr const char* kBrokenStream =
    "a stream is broken: the store of one of its ends is not what it was; it begins anew";
constexpr const char* kNewStore = "another shard's store is a new one; the streams with it begin anew";

unsigned number(base::ShardId shard) { return shard.value(); }

}  // namespace

void StreamWarnings::broken(base::ShardId from, base::ShardId to, base::ShardId other) {
  if (!is_first(other, Kind::kBroken)) return;
  log_.warn(kComponent, kBrokenStream, {{"from", number(from)}, {"to", number(to)}});
}

void StreamWarnings::renewed(base::ShardId shard, base::ShardId other) {
  if (!is_first(other, Kind::kRenewed)) return;
  log_.warn(kComponent, kNewStore, {{"shard", number(shard)}, {"other", number(other)}});
}

bool StreamWarnings::is_first(base::ShardId other, Kind kind) {
  const auto [counted, is_new] = more_.try_emplace({node_of_shard(other, nodes_), kind}, 0);
  if (!is_new) ++counted->second;
  if (!timer_) timer_ = loop_.call_after(kEvery, [this] { tell_rest(); });
  return is_new;
}

// Those who had more are counted for another second, at once from its first.
void StreamWarnings::tell_rest() {
  timer_.reset();
  for (auto at = more_.begin(); at != more_.end();) {
    const auto& [node, kind] = at->first;
    if (at->second == 0) {
      at = more_.erase(at);
      continue;
    }
    log_.warn(kComponent, kind == Kind::kBroken ? kBrokenStream : kNewStore, {{"peer", node}, {"more", at->second}});
    at->second = 0;
    ++at;
  }
  if (!more_.empty()) timer_ = loop_.call_after(kEvery, [this] { tell_rest(); });
}

}  // namespace buzzer::grid
