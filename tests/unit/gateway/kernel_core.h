// A core for tests of sessions: the kernel's rules over one state in plain maps, answered in the loop's next turn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/gateway/core.h"
#include "node/kernel/kernel.h"
#include "node/kernel/queries.h"
#include "tests/unit/gateway/recorded_loop.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::gateway {

class KernelCore final : public Core {
 public:
  explicit KernelCore(RecordedLoop& loop) : loop_(loop) {}

  void execute(proto::Command command, ReplyCallback callback) override {
    commands.push_back(command);
    loop_.post([this, command = std::move(command), callback = std::move(callback)] { callback(run(command)); });
  }

  void query(proto::Query query, AnswerCallback callback) override {
    queries.push_back(query);
    loop_.post([this, query = std::move(query), callback = std::move(callback)] { callback(answer(query)); });
  }

  void grid(GridCallback /*callback*/) override {}
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    return 1;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override {}
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  [[nodiscard]] std::int64_t now_ms() const { return loop_.wall.time_since_epoch().count(); }

  kernel::MapState state;
  bool available = true;
  std::vector<proto::Command> commands;  // that came, in order
  std::vector<proto::Query> queries;

 private:
  static constexpr kernel::ShardId kShard{3};
  static constexpr std::uint64_t kLife = 7;

  template <class Message>
  static Message unavailable() {
    Message message;
    message.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
    message.set_message("nobody answers");
    return message;
  }

  proto::Reply run(const proto::Command& command) {
    if (!available) return unavailable<proto::Reply>();
    kernel::Decision decision;
    kernel::decide(state, command, {now_ms(), kShard, kLife}, decision);
    if (decision.entry.events().empty()) return decision.reply;
    EXPECT_TRUE(kernel::apply(state, decision.entry));
    return decision.reply;
  }

  proto::Answer answer(const proto::Query& query) const {
    if (!available) return unavailable<proto::Answer>();
    proto::Answer answer;
    kernel::answer_query(state, query, kShard, answer);
    return answer;
  }

  RecordedLoop& loop_;
};

}  // namespace buzzer::gateway
