#include "node/grid/owed_gathering.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace buzzer::grid {

OwedGathering::OwedGathering(std::size_t awaited, AnswerCallback callback)
    : awaited_(awaited), callback_(std::move(callback)) {}

void OwedGathering::take(base::NodeId node, const proto::Answer& answer) {
  if (answer.error() != 0) {
    answer_.add_silent(node.value());
  } else {
    answer_.mutable_owed()->MergeFrom(answer.owed());
  }
  if (--awaited_ > 0) return;
  std::sort(answer_.mutable_silent()->begin(), answer_.mutable_silent()->end());
  answer_.set_partial(answer_.silent_size() > 0);
  sort_owed(answer_);
  callback_(answer_);
}

void sort_owed(proto::Answer& answer) {
  std::sort(answer.mutable_owed()->begin(), answer.mutable_owed()->end(),
            [](const proto::Owed& one, const proto::Owed& other) {
              return std::tuple(one.from(), one.to()) < std::tuple(other.from(), other.to());
            });
}

}  // namespace buzzer::grid
