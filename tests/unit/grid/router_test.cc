#include "node/grid/router.h"

#include <set>

#include <gtest/gtest.h>

#include "node/grid/placement.h"
#include "proto/errors.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kNodes = 3;
constexpr base::Duration kDelay = milliseconds(5);

// Three nodes whose shards answer with their own number, over a mesh that a test can cut or fill.
class RouterTest : public testing::Test {
 protected:
  struct Node final : public Homes, public RouterMesh {
    Node(RouterTest& test, std::uint32_t number)
        : grid(test),
          id(number),
          router({id, kNodes, 1000 * (number + 1), seconds(2), 8, 4}, test.loop_, *this, *this) {}

    void execute(base::ShardId shard, const proto::Command& command, ReplyCallback callback) override {
      ++executed;
      EXPECT_EQ(node_of_shard(shard, kNodes), id);
      proto::Reply reply;
      reply.set_id(id.value());
      reply.set_message(command.key());
      if (stuck) {
        held.push_back([callback = std::move(callback), reply] { callback(reply); });
        return;
      }
      grid.loop_.post([callback = std::move(callback), reply] { callback(reply); });
    }
    void query(base::ShardId shard, const proto::Query& query, AnswerCallback callback) override {
      EXPECT_EQ(node_of_shard(shard, kNodes), id);
      proto::Answer answer;
      answer.add_buzzes()->set_text(query.author_feed().author() + " of node " + std::to_string(id.value()));
      grid.loop_.post([callback = std::move(callback), answer] { callback(answer); });
    }
    void query_all(const proto::Query& query, AnswerCallback callback) override {
      if (stuck) return;
      proto::Answer answer;
      for (const char* suffix : {"b", "A", "c"}) {
        answer.add_users()->set_name(query.users().prefix() + suffix + std::to_string(id.value()));
      }
      grid.loop_.post([callback = std::move(callback), answer] { callback(answer); });
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

  tests::ManualLoop loop_;
  std::set<std::pair<base::NodeId, base::NodeId>> cut_;
  base::Duration waited_{0};
  std::vector<std::unique_ptr<base::Timer>> late_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::string> answers_;
};

TEST_F(RouterTest, AnyNodeTakesAnyCommandAndItsHomeAnswers) {
  for (std::uint32_t at = 0; at < kNodes; ++at) {
    for (std::uint32_t home = 0; home < kNodes; ++home) {
      answers_.clear();
      const auto command = command_for(home);
      ask(at, command);
      EXPECT_TRUE(answers_.empty()) << "never from within the call";
      loop_.advance(3 * kDelay);
      EXPECT_EQ(answers_, std::vector<std::string>{std::to_string(home) + ' ' + command.key()});
    }
  }
}

TEST_F(RouterTest, NameIsAtHomeWhateverItsCase) {
  auto command = command_for(1);
  command.set_account("USER" + command.account().substr(4));
  EXPECT_EQ(nodes_[0]->router.home_of(command), base::NodeId(1));
}

TEST_F(RouterTest, HomeThatIsDownAnswersUnavailableAtOnceAndTheOthersGoOn) {
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  ask(0, command_for(1));
  ask(0, command_for(2));
  loop_.settle();
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_.size(), 2U);
}

TEST_F(RouterTest, HomeThatGoesDownMeanwhileAnswersUnavailableOnce) {
  nodes_[1]->stuck = true;
  ask(0, command_for(1));
  loop_.advance(3 * kDelay);
  nodes_[0]->router.alive_changed({base::NodeId(0)});
  loop_.settle();
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  all_alive();
  nodes_[1]->held.front()();  // the old answer comes after all
  loop_.advance(seconds(5));
  EXPECT_EQ(answers_.size(), 1U);
  EXPECT_EQ(nodes_[0]->router.under_way(), 0U);
}

TEST_F(RouterTest, SilentHomeAnswersUnavailableAfterTwoSecondsAndNotBefore) {
  cut_.insert({base::NodeId(1), base::NodeId(0)});
  ask(0, command_for(1));
  loop_.advance(milliseconds(1000));
  ask(0, command_for(1));
  loop_.advance(milliseconds(999));
  EXPECT_TRUE(answers_.empty());
  loop_.advance(milliseconds(1));
  EXPECT_EQ(answers_.size(), 1U);
  loop_.advance(milliseconds(1000));
  EXPECT_EQ(answers_, (std::vector<std::string>{"unavailable", "unavailable"}));
}

TEST_F(RouterTest, RequestThatWaitedLongerThanItsTimeIsNotExecuted) {
  waited_ = milliseconds(2001);
  ask(0, command_for(1));
  loop_.advance(kDelay);
  EXPECT_EQ(nodes_[1]->executed, 0);
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
}

TEST_F(RouterTest, FullWayAndTooManyRequestsAreUnavailable) {
  nodes_[0]->full = true;
  ask(0, command_for(1));
  loop_.settle();
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  nodes_[0]->full = false;
  nodes_[1]->stuck = true;
  answers_.clear();
  for (int i = 0; i < 9; ++i) ask(0, command_for(1));  // eight at the asker, four of them at the home
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_, (std::vector<std::string>(5, "unavailable")));
  EXPECT_EQ(nodes_[1]->executed, 4);
  for (const auto& answer : nodes_[1]->held) answer();
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_.size(), 9U);
}

TEST_F(RouterTest, RequestForSomebodyElsesUserIsRefused) {
  proto::LinkFrame frame;
  frame.mutable_request()->set_number(1);
  frame.mutable_request()->set_time_left_ms(1000);
  *frame.mutable_request()->mutable_command() = command_for(2);
  nodes_[1]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  frame.mutable_request()->clear_body();
  nodes_[1]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  loop_.advance(seconds(3));
  EXPECT_EQ(nodes_[1]->executed, 0);
}

TEST_F(RouterTest, AnswerFromAnotherThanTheOneAskedIsNotTaken) {
  cut_.insert({base::NodeId(0), base::NodeId(1)});
  ask(0, command_for(1));
  proto::LinkFrame frame;
  frame.mutable_response()->set_number(1000);
  frame.mutable_response()->mutable_reply()->set_id(9);
  nodes_[0]->router.frame_arrived(base::NodeId(2), frame, loop_.now());
  loop_.settle();
  EXPECT_TRUE(answers_.empty());
  nodes_[0]->router.frame_arrived(base::NodeId(1), frame, loop_.now());
  EXPECT_EQ(answers_.size(), 1U);
}

// A command whose home was the node asked itself waited as long as that node's disk stalled.
TEST_F(RouterTest, OwnHomeThatDoesNotAnswerIsUnavailableAfterTwoSecondsToo) {
  nodes_[1]->stuck = true;
  ask(1, command_for(1));
  loop_.advance(milliseconds(1999));
  EXPECT_TRUE(answers_.empty());
  loop_.advance(milliseconds(2));
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  for (const auto& late : nodes_[1]->held) late();
  loop_.settle();
  EXPECT_EQ(answers_.size(), 1U) << "an answer that comes later is not passed on";
  query(1, users("x", 5));
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_.back(), "none xA0 xA2 xb0 xb2 xc0 more partial");
}

// Text that is no UTF-8 made the frame unreadable for the home, which ended the link between the two nodes.
TEST_F(RouterTest, WhateverBytesAUserWritesReachTheHome) {
  auto command = command_for(1);
  command.mutable_post_buzz()->set_text("\xFF\xFE");
  ask(0, command);
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_, std::vector<std::string>{"1 " + command.key()});
}

TEST_F(RouterTest, FeedIsReadAtItsAuthorsHome) {
  const auto command = command_for(2);
  proto::Query query;
  query.mutable_author_feed()->set_author(command.account());
  for (std::uint32_t at = 0; at < kNodes; ++at) this->query(at, query);
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_, std::vector<std::string>(kNodes, "none " + command.account() + " of node 2"));
}

TEST_F(RouterTest, FeedOfAHomeThatIsDownIsUnavailable) {
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  proto::Query query;
  query.mutable_author_feed()->set_author(command_for(1).account());
  this->query(0, query);
  loop_.settle();
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
}

TEST_F(RouterTest, UsersAreSearchedForAtEveryNodeAndComeByNameWhateverTheCase) {
  query(1, users("x", 5));
  loop_.advance(3 * kDelay);
  EXPECT_EQ(answers_, std::vector<std::string>{"none xA0 xA1 xA2 xb0 xb1 more"});
}

TEST_F(RouterTest, SearchSaysWhenItIsOnlyAPart) {
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  nodes_[2]->stuck = true;
  query(0, users("x", 5));
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_, std::vector<std::string>{"none xA0 xb0 xc0 partial"});
}

}  // namespace
}  // namespace buzzer::grid
