// What a shard holds, as it lies on its node's disk, in plain maps: what the end of a run is judged by. For tests
// alone.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "node/kernel/state.h"
#include "node/store/store.h"

namespace buzzer::simulation {

struct ShardRecords {
  // By what they have in common, as written there.
  using IndexRecords = std::map<std::string, std::set<std::uint64_t>>;
  struct OutgoingRecords {
    proto::OutStream stream;
    kernel::Span rows;
  };

  std::uint64_t incarnation = 0;
  // Names are in lower case throughout.
  std::map<std::string, proto::Account> accounts;
  std::map<std::string, proto::Credential> credentials;
  std::map<std::pair<std::string, std::string>, proto::Session> sessions;  // by user and token's hash
  std::map<std::uint64_t, proto::Buzz> buzzes;
  std::map<std::string, std::map<std::string, proto::FollowEdge>> edges;  // by follower, then author
  std::map<std::string, std::set<std::string>> followers;                 // by author: the same from the other side
  std::map<std::string, proto::FollowedAuthor> followed_authors;
  std::map<std::string, proto::AuthorInterest> interests;
  std::map<std::pair<std::string, std::uint64_t>, proto::Copy> copies;  // by author and id
  IndexRecords topics;
  IndexRecords mentions;
  IndexRecords threads;
  kernel::Span span;  // of the arrival log
  std::map<std::uint64_t, proto::Arrival> arrivals;
  std::map<base::ShardId, OutgoingRecords> streams;
  std::map<base::ShardId, proto::Watermark> watermarks;
  std::size_t sweeps = 0;
};

// Whether an entry of an arrival log is about a buzz, not about who follows whom.
[[nodiscard]] bool tells_of_buzz(const proto::Arrival& arrival);

// Of the whole grid, by shard.
using GridRecords = std::vector<ShardRecords>;

// What is to be looked for in a grid's indexes, which can only be asked by key.
struct IndexKeys {
  std::set<std::string> topics;
  std::set<std::string> names;
  std::set<std::uint64_t> roots;
};

// What cannot be read is told in `problem`.
[[nodiscard]] ShardRecords read_shard(const store::Store& store, base::ShardId shard, const IndexKeys& keys,
                                      std::string& problem);

}  // namespace buzzer::simulation
