// Users by prefix, and the followers of a user, are found by asking everybody: every shard of a node, every node of the
// grid. This puts together what they answer. One thread.
#pragma once

#include <functional>
#include <memory>

#include "proto/queries.pb.h"

namespace buzzer::grid {

class UserSearch {
 public:
  using AnswerCallback = std::function<void(const proto::Answer&)>;

  // Calls back once `awaited` answers have been taken: with the first of all users by name, up to the query's limit.
  // Who answers with an error that is definite decides the whole answer (the query is wrong, or it is the home of the
  // user whose followers are asked for, and there is none); any other one leaves a hole, and the answer is *partial*.
  UserSearch(const proto::Query& query, std::size_t awaited, AnswerCallback callback);

  void take(const proto::Answer& answer);

 private:
  void finish();

  const std::size_t limit_;
  std::size_t awaited_;
  const AnswerCallback callback_;
  proto::Answer answer_;
};

}  // namespace buzzer::grid
