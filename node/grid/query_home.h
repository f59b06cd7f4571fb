// Who answers which query; for the node that takes it and for the one that is asked alike. Pure.
//
//   author's feed, user, followees,
//   credential, session                      the user's shard
//   home and mentions feed, topic            the feed's (subscriptions.h)
//   buzz                                     its author's, which its id tells
//   thread                                   its root's author's
//   inspection                               the shard that it names
//   users, followers, what is owed           every node, each for its own
#pragma once

#include <variant>

#include "base/ids.h"
#include "proto/queries.pb.h"

namespace buzzer::grid {

struct EveryNode {};
// The last: nobody's, since what is asked for cannot be; and the answer to it.
using QueryHome = std::variant<base::ShardId, EveryNode, proto::Answer>;

[[nodiscard]] QueryHome query_home(const proto::Query& query);

// The thread's root has to be looked up, by a query for the buzz, before it is known who answers.
[[nodiscard]] inline bool lacks_root(const proto::Query& query) {
  return query.has_thread() && query.thread().root() == 0;
}

// Of a buzz: the root of its thread, which may be itself.
[[nodiscard]] inline std::uint64_t root_of(const proto::Buzz& buzz) {
  return buzz.root() != 0 ? buzz.root() : buzz.id();
}

}  // namespace buzzer::grid
