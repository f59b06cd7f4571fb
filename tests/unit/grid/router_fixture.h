// Three nodes whose shards answer with their own number, over a mesh that a test can cut or fill.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/grid/placement.h"
#include "node/grid/router.h"
#include "node/kernel/buzz_id.h"
#include "proto/errors.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {

inline constexpr std::uint32_t kNodes = 3;
inline constexpr base::Duration kDelay = std::chrono::milliseconds(5);  // of a frame on its way

class RouterTest : public testing::Test {
 protected:
  struct Node final : public Homes, public MeshSender {
    Node(RouterTest& test, std::uint32_t number)
        : grid(test),
          id(number),
          router({id, kNodes, 1000 * (number + 1), std::chrono::seconds(2), 8, 4}, test.loop_, *this, *this) {}

    void execute(base::ShardId shard, const proto::Command& command, ReplyCallback callback) override {
      ++executed;
      roots.push_back(command.post_buzz().root());
      EXPECT_EQ(node_of_shard(shard, kNodes), id);
      proto::Reply reply;
      reply.set_id(id.value());
      reply.set_message(command.key());
      tell([callback = std::move(callback), reply] { callback(reply); });
    }
    // A buzz that the grid knows; otherwise what was asked, and of which shard.
    void query(base::ShardId shard, const proto::Query& query, AnswerCallback callback) override {
      EXPECT_EQ(node_of_shard(shard, kNodes), id);
      asked.push_back(query);
      proto::Answer answer;
      const auto known = grid.buzzes_.find(query.buzz().id());
      if (query.has_buzz() && known == grid.buzzes_.end()) {
        answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnknownBuzz));
      } else if (query.has_buzz()) {
        *answer.add_buzzes() = known->second;
      } else if (query.has_author_feed()) {
        answer.add_buzzes()->set_text(query.author_feed().author() + " of node " + std::to_string(id.value()));
      } else {
        answer.add_buzzes()->set_text("of shard " + std::to_string(shard.value()));
      }
      tell([callback = std::move(callback), answer] { callback(answer); });
    }
    void query_all(const proto::Query& query, AnswerCallback callback) override {
      proto::Answer answer;
      if (query.has_followers() && id == grid.refusing_) {
        answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnknownUser));
      }
      const std::string& prefix = query.has_followers() ? query.followers().user() : query.users().prefix();
      for (const char* suffix : {"b", "A", "c"}) {
        answer.add_users()->set_name(prefix + suffix + std::to_string(id.value()));
      }
      tell([callback = std::move(callback), answer] { callback(answer); });
    }
    [[nodiscard]] proto::Answer owed() const override { return owes; }
    void tell(std::function<void()> answer) {
      if (stuck) return held.push_back(std::move(answer));
      grid.loop_.post(std::move(answer));
    }
    bool send_to(base::NodeId peer, proto::EncodedFrame frame) override {
      if (full) return false;
      if (grid.cut_.count({id, peer}) > 0) return true;  // lost on its way
      grid.late_.push_back(grid.loop_.call_after(kDelay, [this, peer, frame = std::move(frame)] {
        proto::LinkFrame parsed;
        EXPECT_TRUE(parsed.ParseFromString(*frame));
        grid.nodes_.at(peer.value())->router.frame_arrived(id, parsed, grid.loop_.now() - grid.waited_);
      }));
      return true;
    }

    RouterTest& grid;
    const base::NodeId id;
    Router router;
    int executed = 0;
    std::vector<std::uint64_t> roots;  // with each command
    std::vector<proto::Query> asked;   // of single shards
    proto::Answer owes;
    bool stuck = false;
    bool full = false;
    std::vector<std::function<void()>> held;
  };

  void SetUp() override {
    for (std::uint32_t number = 0; number < kNodes; ++number) nodes_.push_back(std::make_unique<Node>(*this, number));
    all_alive();
  }
  void all_alive() {
    for (const auto& node : nodes_) node->router.alive_changed({base::NodeId(0), base::NodeId(1), base::NodeId(2)});
  }
  // A user of that home.
  static proto::Command command_for(std::uint32_t home) {
    proto::Command command;
    for (int i = 0;; ++i) {
      command.set_account("user" + std::to_string(i));
      if (node_of_shard(shard_of_user(command.account()), kNodes).value() == home) break;
    }
    static int keys = 0;
    command.set_key("key" + std::to_string(++keys));
    return command;
  }
  // What node `at` answers to a command for `home`: "<home> <key>", or the error's name.
  void ask(std::uint32_t at, const proto::Command& command) {
    nodes_[at]->router.execute(command, [this](const proto::Reply& reply) {
      const auto error = static_cast<proto::ErrorCode>(reply.error());
      answers_.push_back(error == proto::ErrorCode::kNone ? std::to_string(reply.id()) + ' ' + reply.message()
                                                          : std::string(proto::error_info(error).name));
    });
  }

  // "<error> <buzz or user>...", and whether there is more or only a part.
  void query(std::uint32_t at, const proto::Query& query) {
    nodes_[at]->router.query(query, [this](const proto::Answer& answer) {
      const auto error = static_cast<proto::ErrorCode>(answer.error());
      std::string text(proto::error_info(error).name);
      for (const auto& buzz : answer.buzzes()) text += ' ' + buzz.text();
      for (const auto& user : answer.users()) text += ' ' + user.name();
      for (const auto& owed : answer.owed()) {
        text += ' ' + std::to_string(owed.from()) + '>' + std::to_string(owed.to()) + ':' + std::to_string(owed.rows());
      }
      for (const std::uint32_t node : answer.silent()) text += " silent " + std::to_string(node);
      if (answer.more()) text += " more";
      if (answer.partial()) text += " partial";
      answers_.push_back(text);
    });
  }
  static proto::Query users(const std::string& prefix, std::uint32_t limit) {
    proto::Query query;
    query.mutable_users()->set_prefix(prefix);
    query.mutable_users()->set_limit(limit);
    return query;
  }

  // A buzz with an id of that home.
  proto::Buzz& make_buzz(std::uint32_t home) {
    const std::uint64_t id = (1000 + buzzes_.size()) << 12U | home << 6U;
    buzzes_[id].set_id(id);
    EXPECT_EQ(node_of_shard(kernel::id_shard(base::BuzzId(id)), kNodes).value(), home);
    return buzzes_[id];
  }
  // A user of that home answers a buzz.
  static proto::Command reply_to(std::uint64_t id, std::uint32_t home) {
    proto::Command command = command_for(home);
    command.mutable_post_buzz()->set_in_reply_to(id);
    return command;
  }

  tests::ManualLoop loop_;
  std::map<std::uint64_t, proto::Buzz> buzzes_;  // all that the grid knows
  base::NodeId refusing_{99};                    // says that there is no such user
  std::set<std::pair<base::NodeId, base::NodeId>> cut_;
  base::Duration waited_{0};
  std::vector<std::unique_ptr<base::Timer>> late_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::string> answers_;
};

}  // namespace buzzer::grid
