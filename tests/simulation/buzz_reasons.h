// Why a shard should have a copy of a buzz, and who must be told of it there: said as plainly as it can be, from what
// lies on the disks in the end and from what clients did when. For the checks of gossip_check.h alone.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "tests/simulation/history.h"
#include "tests/simulation/naive_follows.h"
#include "tests/simulation/shard_records.h"

namespace buzzer::simulation {

// What can be said depends on when a version took effect, which is not always known.
enum class Must { kNot, kMay, kMust };

// Both must outlive it, and stay as they are.
class BuzzReasons {
 public:
  BuzzReasons(const GridRecords& records, const History& history);

  // Whether a shard that is not the buzz's home keeps a copy of it, of whichever version is the present one.
  [[nodiscard]] Must to_keep(base::ShardId shard, const proto::Buzz& buzz) const;

  // The account may be younger than what mentions it; who is mentioned is found out when a version arrives. `name` is
  // in lower case, and mentioned in the buzz's text.
  [[nodiscard]] Must is_mentioned(const proto::Buzz& buzz, const std::string& name) const;
  // Whether somebody at home in the shard follows the author still, and was told so before the buzz's present version
  // was asked for. Never when a disk has lost something, nor of a deleted buzz.
  [[nodiscard]] bool was_followed_before(base::ShardId shard, const proto::Buzz& buzz) const;

 private:
  [[nodiscard]] Must is_followed(base::ShardId shard, const proto::Buzz& buzz) const;
  [[nodiscard]] const ShardRecords& of(base::ShardId shard) const { return records_[shard.value()]; }

  const GridRecords& records_;
  const History& history_;
  std::map<std::string, std::set<std::uint64_t>> ids_by_author_;
  NaiveEdges edges_;  // none when a disk has lost something
};

// Whether the buzz of that id is at home in the shard. 0 is none's.
[[nodiscard]] bool is_in(base::ShardId shard, std::uint64_t id);

// As in "buzz 4711/2": the id and the version.
[[nodiscard]] std::string name_of(const proto::Buzz& buzz);

}  // namespace buzzer::simulation
