// The shards of a node as the router sees them. Implemented by LocalHomes; by plain objects in tests.
#pragma once

#include <functional>

#include "base/ids.h"
#include "proto/commands.pb.h"
#include "proto/queries.pb.h"

namespace buzzer::grid {

// Every callback comes once, never from within the call that it answers.
class Homes {
 public:
  using ReplyCallback = std::function<void(const proto::Reply&)>;
  using AnswerCallback = std::function<void(const proto::Answer&)>;

  Homes() = default;
  Homes(const Homes&) = delete;
  Homes& operator=(const Homes&) = delete;
  virtual ~Homes() = default;

  // `shard` is one of this node's.
  virtual void execute(base::ShardId shard, const proto::Command& command, ReplyCallback callback) = 0;
  virtual void query(base::ShardId shard, const proto::Query& query, AnswerCallback callback) = 0;
  // Of all this node's shards: for users by prefix, and for followers.
  virtual void query_all(const proto::Query& query, AnswerCallback callback) = 0;
  // What this node's shards have still to deliver, to other nodes' and to each other; in any order. An error that is
  // not definite while they cannot tell.
  [[nodiscard]] virtual proto::Answer owed() const = 0;
};

}  // namespace buzzer::grid
