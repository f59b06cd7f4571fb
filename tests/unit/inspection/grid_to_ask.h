// Shards in plain maps that answer inspections, each a moment later.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "node/inspection/questions.h"
#include "node/kernel/queries.h"
#include "proto/errors.h"
#include "tests/unit/kernel/kernel_grid.h"

namespace buzzer::inspection {

class GridToAsk {
 public:
  explicit GridToAsk(kernel::KernelGrid& grid) : grid_(grid) {}

  [[nodiscard]] Ask ask() {
    return [this](const proto::Query& query, std::function<void(const proto::Answer&)> told) {
      asked_.emplace_back(query, std::move(told));
    };
  }

  // Answers until nobody asks any more.
  void run() {
    while (!asked_.empty()) {
      const auto [query, told] = std::move(asked_.front());
      asked_.pop_front();
      if (before_answer) before_answer(query);
      told(answer(query));
    }
  }

  // Called before each answer: what happens in the grid meanwhile.
  std::function<void(const proto::Query&)> before_answer;
  // Does not answer.
  std::set<ShardId> silent;
  int questions = 0;

 private:
  [[nodiscard]] proto::Answer answer(const proto::Query& query) {
    ++questions;
    const ShardId shard = query.has_buzz() ? kernel::id_shard(base::BuzzId(query.buzz().id()))
                                           : ShardId(static_cast<std::uint8_t>(query.inspection().shard()));
    proto::Answer answer;
    if (silent.count(shard) > 0) {
      answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
      return answer;
    }
    kernel::answer_query(grid_.state(shard), query, shard, answer);
    return answer;
  }

  kernel::KernelGrid& grid_;
  std::deque<std::pair<proto::Query, std::function<void(const proto::Answer&)>>> asked_;
};

}  // namespace buzzer::inspection
