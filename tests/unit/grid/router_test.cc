#include "tests/unit/grid/router_fixture.h"

namespace buzzer::grid {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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
