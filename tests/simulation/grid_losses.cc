// The part of GridFaults that loses what was acknowledged, and says which streams must have been seen to break over it.
#include <iterator>
#include <string>

#include "tests/simulation/grid_faults.h"

namespace buzzer::simulation {

// Its disk is lost. Most of what was on it is not even in a copy, if there is one: those are taken now and then.
void GridFaults::lose_data(std::uint32_t node) {
  if (draw(3) == 0) return grid_.copy_disk(node);
  if (!grid_.runs(node)) return;
  grid_.lose_power(node, store::Survival::kNone);
  const bool wipes = draw(2) == 0;
  note_broken(node, wipes);
  wipes ? grid_.wipe(node) : grid_.restore(node);
  restart_later(node);
}

// What the node's shards had been sent is gone, and who sent it will find that out; unless it has lost its own data
// too.
void GridFaults::note_broken(std::uint32_t node, bool wiped) {
  lossy_.insert(node);
  if (wiped) {
    const auto streams = grid_.streams_into(node);
    broken_.insert(streams.begin(), streams.end());
  }
  for (auto at = broken_.begin(); at != broken_.end();) {
    // A copy from before a wipe may fit again what was sent then.
    const bool forgotten = lossy_.count(grid_.node_of(at->first)) > 0 || (!wiped && grid_.node_of(at->second) == node);
    at = forgotten ? broken_.erase(at) : std::next(at);
  }
}

void GridFaults::judge(const GridRecords& records, History& history) const {
  for (const auto& [from, to] : broken_) {
    const auto stream = records[from.value()].streams.find(to);
    if (stream == records[from.value()].streams.end() || stream->second.stream.breaks() == 0) {
      history.problem("nobody has noticed that the stream from shard " + std::to_string(from.value()) + " to " +
                      std::to_string(to.value()) + " was broken");
    }
  }
}

}  // namespace buzzer::simulation
