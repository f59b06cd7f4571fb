// Replies: the node that takes one looks its thread's root up before its author's home executes it.
#include "tests/unit/grid/router_fixture.h"

namespace buzzer::grid {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Roots = std::vector<std::uint64_t>;

using RouterReplyTest = RouterTest;

TEST_F(RouterReplyTest, ReplyToARootNamesItWhereverTheThreeAreAtHome) {
  for (std::uint32_t at = 0; at < kNodes; ++at) {
    for (std::uint32_t home = 0; home < kNodes; ++home) {
      for (std::uint32_t parent = 0; parent < kNodes; ++parent) {
        answers_.clear();
        nodes_[home]->roots.clear();
        const std::uint64_t id = make_buzz(parent).id();
        const auto command = reply_to(id, home);
        ask(at, command);
        EXPECT_TRUE(answers_.empty()) << "never from within the call";
        loop_.advance(5 * kDelay);
        EXPECT_EQ(answers_, std::vector<std::string>{std::to_string(home) + ' ' + command.key()});
        EXPECT_EQ(nodes_[home]->roots, Roots{id});
      }
    }
  }
}

TEST_F(RouterReplyTest, ReplyToAReplyBelongsToTheSameRoot) {
  proto::Buzz& parent = make_buzz(1);
  parent.set_root(4711);
  ask(0, reply_to(parent.id(), 2));
  loop_.advance(5 * kDelay);
  EXPECT_EQ(nodes_[2]->roots, Roots{4711});
}

// A repetition is answered from its key, even when what it replies to has gone meanwhile.
TEST_F(RouterReplyTest, OfABuzzThatIsNotThereTheHomeJudges) {
  ask(0, reply_to(12345, 2));
  make_buzz(1).set_deleted(true);
  ask(0, reply_to(buzzes_.begin()->first, 2));
  loop_.advance(5 * kDelay);
  EXPECT_EQ(nodes_[2]->roots, (Roots{0, 0}));
  EXPECT_EQ(answers_.size(), 2U);
}

TEST_F(RouterReplyTest, ReplyIsNotHandedOverWhileThatBuzzsHomeIsDown) {
  const std::uint64_t id = make_buzz(1).id();
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  ask(0, reply_to(id, 2));
  ask(0, reply_to(id, 0));
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_, (std::vector<std::string>{"unavailable", "unavailable"}));
  EXPECT_EQ(nodes_[2]->executed + nodes_[0]->executed, 0);
}

TEST_F(RouterReplyTest, RootThatAClientNamesCountsForNothing) {
  const std::uint64_t id = make_buzz(1).id();
  auto command = reply_to(id, 2);
  command.mutable_post_buzz()->set_root(666);
  ask(0, command);
  command.mutable_post_buzz()->clear_in_reply_to();
  ask(0, command);
  ask(2, command);
  loop_.advance(5 * kDelay);
  EXPECT_EQ(nodes_[2]->roots.size(), 3U);
  for (const std::uint64_t root : nodes_[2]->roots) EXPECT_TRUE(root == id || root == 0) << root;
}

TEST_F(RouterReplyTest, RootThatAnotherNodeHasLookedUpIsTakenAsItIs) {
  proto::LinkFrame frame;
  frame.mutable_request()->set_number(1);
  frame.mutable_request()->set_time_left_ms(1000);
  *frame.mutable_request()->mutable_command() = reply_to(make_buzz(1).id(), 2);
  frame.mutable_request()->mutable_command()->mutable_post_buzz()->set_root(77);
  nodes_[2]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  loop_.settle();
  EXPECT_EQ(nodes_[2]->roots, Roots{77});
  EXPECT_TRUE(nodes_[1]->asked.empty());
}

TEST_F(RouterReplyTest, BothStepsTogetherHaveTwoSeconds) {
  const std::uint64_t id = make_buzz(1).id();
  nodes_[1]->stuck = true;
  nodes_[2]->stuck = true;
  ask(0, reply_to(id, 2));
  loop_.advance(milliseconds(1500));
  ASSERT_EQ(nodes_[1]->held.size(), 1U);
  nodes_[1]->held.front()();
  loop_.advance(milliseconds(499));
  EXPECT_EQ(nodes_[2]->executed, 1);
  EXPECT_TRUE(answers_.empty());
  loop_.advance(milliseconds(1));
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  EXPECT_EQ(nodes_[0]->router.under_way(), 0U);
}

TEST_F(RouterReplyTest, HomeDoesNotExecuteWhatItsShareOfTheTimeIsTooShortFor) {
  const std::uint64_t id = make_buzz(1).id();
  nodes_[1]->stuck = true;
  ask(0, reply_to(id, 2));
  loop_.advance(milliseconds(1900));
  nodes_[1]->held.front()();
  waited_ = milliseconds(200);  // on the way to the home; there were 95 left
  loop_.advance(seconds(3));
  EXPECT_EQ(nodes_[2]->executed, 0);
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
}

TEST_F(RouterReplyTest, AnswerAboutTheBuzzThatComesTooLateHandsNothingOver) {
  const std::uint64_t id = make_buzz(0).id();
  nodes_[0]->stuck = true;
  ask(0, reply_to(id, 2));
  loop_.advance(milliseconds(2001));
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  for (const auto& late : nodes_[0]->held) late();
  loop_.advance(seconds(3));
  EXPECT_EQ(nodes_[2]->executed, 0);
  EXPECT_EQ(answers_.size(), 1U);
}

}  // namespace
}  // namespace buzzer::grid
