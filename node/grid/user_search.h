// Users by prefix are found by asking everybody: every shard of a node, every node of the grid. This puts together what
// they answer. One thread.
#pragma once

#include <functional>
#include <memory>

#include "proto/queries.pb.h"

namespace buzzer::grid {

class UserSearch {
 public:
  using AnswerCallback = std::function<void(const proto::Answer&)>;

  // Calls back once `awaited` answers have been taken: with the first of all users by name, up to the query's limit.
  // Who answers with an error that is definite decides the whole answer (the query is wrong); any other one leaves a
  // hole, and the answer is *partial*.
  UserSearch(const proto::UsersQuery& query, std::size_t awaited, AnswerCallback callback);

  void take(const proto::Answer& answer);

 private:
  void finish();

  const std::size_t limit_;
  std::size_t awaited_;
  const AnswerCallback callback_;
  proto::Answer answer_;
};

}  // namespace buzzer::grid
