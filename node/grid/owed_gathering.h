// What is owed in the whole grid is found by asking every node. This puts together what they answer. One thread.
#pragma once

#include <cstddef>
#include <functional>

#include "base/ids.h"
#include "proto/queries.pb.h"

namespace buzzer::grid {

class OwedGathering {
 public:
  using AnswerCallback = std::function<void(const proto::Answer&)>;

  // Calls back once `awaited` nodes have answered: with all that is owed, by source and destination. Who answers with
  // an error, whichever, is named as silent, and then the answer is *partial*.
  OwedGathering(std::size_t awaited, AnswerCallback callback);

  void take(base::NodeId node, const proto::Answer& answer);

 private:
  std::size_t awaited_;
  const AnswerCallback callback_;
  proto::Answer answer_;
};

// By source, then by destination.
void sort_owed(proto::Answer& answer);

}  // namespace buzzer::grid
