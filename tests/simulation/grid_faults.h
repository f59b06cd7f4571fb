// Everything that goes wrong with a grid in a run, drawn from a seed: which kinds of faults, how often, when, for how
// long. Each fault ends by itself after a while; several may overlap. In some runs nodes also lose what was
// acknowledged: they come back with an empty disk, or with an older copy of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/random.h"
#include "tests/simulation/whole_grid.h"

namespace buzzer::simulation {

class GridFaults {
 public:
  // All must outlive it.
  GridFaults(WholeGrid& grid, const Surroundings& around, base::Random& random);

  // Faults from now until stop(), which mends everything and starts whatever is down.
  void begin();
  void stop();
  // Every machine loses its power, with all that is not synced, and starts again.
  void restart_all();

  // What lies on the disks in the end: streams that a wiped node has broken must have been seen to be.
  void judge(const GridRecords& records, History& history) const;

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  using Fault = void (GridFaults::*)(std::uint32_t node);

  void next();
  void kill(std::uint32_t node);
  void lose_power(std::uint32_t node);
  void lose_power_everywhere(std::uint32_t node);
  void freeze(std::uint32_t node);
  void cut_one_way(std::uint32_t node);
  void die_behind_a_cut(std::uint32_t node);
  void isolate(std::uint32_t node);
  void split(std::uint32_t node);
  void lose_connections(std::uint32_t node);
  void step_clock(std::uint32_t node);
  void fail_one_call(std::uint32_t node);
  void fail_for_good(std::uint32_t node);
  void fill_disk(std::uint32_t node);
  void slow_disk(std::uint32_t node);
  void die_in_a_call(std::uint32_t node);
  void lose_data(std::uint32_t node);
  void note_broken(std::uint32_t node, bool wiped);
  void watch_for_death(std::uint32_t node, MonotonicTime until);

  void power_off(std::uint32_t node, store::Survival survival);
  void restart_later(std::uint32_t node);
  void mend_disk_later(std::uint32_t node);
  void cut(std::uint32_t from, std::uint32_t to);
  void uncut(std::uint32_t from, std::uint32_t to);
  void mend_links();
  [[nodiscard]] std::uint32_t draw(std::uint64_t below) { return static_cast<std::uint32_t>(random_.next() % below); }
  // Short ones more often than long ones.
  [[nodiscard]] Duration draw_time(Duration least, Duration most);
  [[nodiscard]] store::Survival draw_loss();
  // Not after stop().
  void later(Duration delay, std::function<void()> then);

  WholeGrid& grid_;
  const Surroundings around_;
  base::Random& random_;
  std::vector<Fault> kinds_;  // of this run
  Duration longest_pause_;
  const bool loses_data_;
  bool stopped_ = false;
  std::uint64_t count_ = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> cuts_;  // how many faults want each cut
  std::set<std::uint32_t> lossy_;                                // nodes that have lost data
  std::set<std::pair<base::ShardId, base::ShardId>> broken_;     // streams, of other nodes, into one that was wiped
};

}  // namespace buzzer::simulation
