#include "node/grid/in_streams.h"

#include <utility>

namespace buzzer::grid {

InStreams::InStreams(const GossipOptions& options, GossipShards& shards, GossipFrames& frames)
    : options_(options), shards_(shards), frames_(frames) {}

void InStreams::asked(base::NodeId node, base::ShardId from, base::ShardId to, const proto::StreamQuestion& question) {
  std::weak_ptr<std::uint64_t>& under_way = asked_[{to, from}];
  // Who asks sends no rows until it is answered, so that answer is as good for this question: however often one is
  // asked, one answer is under way.
  if (const auto number = under_way.lock()) {
    *number = question.number();
    return;
  }
  const auto number = std::make_shared<std::uint64_t>(question.number());
  under_way = number;
  shards_.tell_stream(from, to, here_.while_here([this, node, number](const proto::StreamState& state) {
    answer(node, *number, state);
  }));
}

void InStreams::tell_unasked(base::NodeId node, base::ShardId from, base::ShardId to) {
  shards_.tell_stream(from, to,
                      here_.while_here([this, node](const proto::StreamState& state) { answer(node, 0, state); }));
}

void InStreams::rows_arrived(base::NodeId node, base::ShardId to, const proto::StreamRows& rows) {
  if (rows.rows().empty() || !shards_.serves(to)) return;
  const std::size_t bytes = rows.ByteSizeLong();
  const auto held = held_.find(node);
  const std::size_t before = held == held_.end() ? 0 : *held->second;
  if (before > 0 && before + bytes > 2 * options_.most_bytes_for_peer) return;
  shards_.deliver(rows, here_.while_here([this, node, held = hold(node, bytes)](const proto::StreamState& state) {
    answer(node, 0, state);
  }));
}

void InStreams::answer(base::NodeId node, std::uint64_t question, const proto::StreamState& state) {
  proto::StreamState told = state;
  told.set_credit_bytes(options_.credit_bytes);
  told.set_question(question);
  frames_.add(node, std::move(told));
}

std::shared_ptr<void> InStreams::hold(base::NodeId node, std::size_t bytes) {
  std::shared_ptr<std::size_t>& held = held_[node];
  if (held == nullptr) held = std::make_shared<std::size_t>(0);
  *held += bytes;
  return {nullptr, [held, bytes](void*) { *held -= bytes; }};
}

}  // namespace buzzer::grid
