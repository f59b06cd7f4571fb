// Where each kind of query is answered.
#include "node/grid/query_home.h"
#include "node/kernel/text.h"
#include "tests/unit/grid/router_fixture.h"

namespace buzzer::grid {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RouterQueryTest : public RouterTest {
 protected:
  // What every node says to it, which is all the same.
  std::string said_everywhere(const proto::Query& wanted) {
    answers_.clear();
    for (std::uint32_t at = 0; at < kNodes; ++at) query(at, wanted);
    loop_.advance(5 * kDelay);
    EXPECT_EQ(answers_, std::vector<std::string>(kNodes, answers_.at(0)));
    return answers_.at(0);
  }
  static std::string of_shard(base::ShardId shard) { return "none of shard " + std::to_string(shard.value()); }
  static proto::Query thread(std::uint64_t id, std::uint64_t root = 0) {
    proto::Query query;
    query.mutable_thread()->set_id(id);
    query.mutable_thread()->set_root(root);
    return query;
  }
  static proto::Query topic(const std::string& topic) {
    proto::Query query;
    query.mutable_feed()->mutable_feed()->set_topic(topic);
    return query;
  }
  static proto::Query owed() {
    proto::Query query;
    query.mutable_owed();
    return query;
  }
  void owe(std::uint32_t node, std::uint32_t from, std::uint32_t to, std::uint64_t rows) {
    proto::Owed& owed = *nodes_[node]->owes.add_owed();
    owed.set_from(from);
    owed.set_to(to);
    owed.set_rows(rows);
  }
  static proto::Query followers(const std::string& user, std::uint32_t limit) {
    proto::Query query;
    query.mutable_followers()->set_user(user);
    query.mutable_followers()->set_limit(limit);
    return query;
  }
};

TEST_F(RouterQueryTest, WhatIsAUsersIsAskedAtTheUsersHomeWhateverTheCase) {
  const std::string home = of_shard(shard_of_user("max"));
  proto::Query query;
  query.mutable_user()->set_name("MAX");
  EXPECT_EQ(said_everywhere(query), home);
  query.mutable_followees()->set_user("Max");
  EXPECT_EQ(said_everywhere(query), home);
  query.mutable_credential()->set_name("mAx");
  EXPECT_EQ(said_everywhere(query), home);
  query.mutable_session()->set_user("maX");
  EXPECT_EQ(said_everywhere(query), home);
  query.mutable_feed()->mutable_feed()->set_home("mAX");
  EXPECT_EQ(said_everywhere(query), home);
  query.mutable_feed()->mutable_feed()->set_mentions("max");
  EXPECT_EQ(said_everywhere(query), home);
}

TEST_F(RouterQueryTest, TopicIsAskedAtItsHomeWithOrWithoutItsSignAndWhateverTheCase) {
  const std::string home =
      of_shard(shard_of_topic(kernel::fold_topic("Gr\xc3\xbc\xc3\x9f"
                                                 "e")));
  EXPECT_EQ(said_everywhere(topic("#GR\xc3\x9cSSE")), home);
  EXPECT_EQ(said_everywhere(topic("gr\xc3\xbc\xc3\x9f"
                                  "e")),
            home);
}

TEST_F(RouterQueryTest, WhatCannotBeIsRefusedWithoutAskingAnybody) {
  for (const char* impossible : {"", "#", "a b", "two-words", "\xFF"}) {
    EXPECT_EQ(said_everywhere(topic(impossible)), "bad_request") << impossible;
  }
  proto::Query query;
  query.mutable_feed()->mutable_feed()->set_home("no-body");
  EXPECT_EQ(said_everywhere(query), "unknown_user");
  query.mutable_feed()->clear_feed();
  EXPECT_EQ(said_everywhere(query), "bad_request");
  EXPECT_EQ(said_everywhere({}), "bad_request");
  for (const auto& node : nodes_) EXPECT_TRUE(node->asked.empty());
}

TEST_F(RouterQueryTest, BuzzIsAskedAtItsAuthorsHome) {
  proto::Query query;
  proto::Buzz& buzz = make_buzz(2);
  buzz.set_text("hello");
  query.mutable_buzz()->set_id(buzz.id());
  EXPECT_EQ(said_everywhere(query), "none hello");
  query.mutable_buzz()->set_id(5);
  EXPECT_EQ(said_everywhere(query), "unknown_buzz");
}

TEST_F(RouterQueryTest, ThreadIsAskedAtTheHomeOfItsRoot) {
  const proto::Buzz root = make_buzz(1);
  proto::Buzz& reply = make_buzz(2);
  reply.set_root(root.id());
  reply.set_deleted(true);
  const std::string home = of_shard(kernel::id_shard(base::BuzzId(root.id())));
  EXPECT_EQ(said_everywhere(thread(reply.id())), home);
  EXPECT_EQ(nodes_[1]->asked.back().thread().root(), root.id());
  EXPECT_EQ(nodes_[1]->asked.back().thread().id(), reply.id());
  EXPECT_EQ(said_everywhere(thread(root.id())), home);
}

TEST_F(RouterQueryTest, ThreadWhoseRootIsGivenNeedsNoLook) {
  const std::uint64_t root = make_buzz(1).id();
  EXPECT_EQ(said_everywhere(thread(5, root)), of_shard(kernel::id_shard(base::BuzzId(root))));
  EXPECT_EQ(nodes_[1]->asked.size(), kNodes);
  EXPECT_TRUE(nodes_[0]->asked.empty() && nodes_[2]->asked.empty());
}

TEST_F(RouterQueryTest, ThreadOfAnUnknownBuzzOrOfOneWhoseHomeIsDownHasTheErrorOfTheLook) {
  EXPECT_EQ(said_everywhere(thread(12345)), "unknown_buzz");
  const std::uint64_t id = make_buzz(1).id();
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  answers_.clear();
  query(0, thread(id));
  loop_.settle();
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
}

TEST_F(RouterQueryTest, BothStepsOfAThreadTogetherHaveTwoSeconds) {
  const std::uint64_t root = make_buzz(2).id();
  proto::Buzz& reply = make_buzz(1);
  reply.set_root(root);
  nodes_[1]->stuck = true;
  nodes_[2]->stuck = true;
  query(0, thread(reply.id()));
  loop_.advance(milliseconds(1999));
  nodes_[1]->held.front()();  // arrives when the time is over
  EXPECT_TRUE(answers_.empty());
  loop_.advance(milliseconds(1));
  EXPECT_EQ(answers_, std::vector<std::string>{"unavailable"});
  loop_.advance(seconds(3));
  EXPECT_TRUE(nodes_[2]->asked.empty());
}

TEST_F(RouterQueryTest, FollowersAreGatheredFromEveryNodeByName) {
  EXPECT_EQ(said_everywhere(followers("x", 5)), "none xA0 xA1 xA2 xb0 xb1 more");
}

TEST_F(RouterQueryTest, FollowersSayWhenTheyAreOnlyAPart) {
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(2)});
  query(0, followers("x", 9));
  loop_.advance(5 * kDelay);
  EXPECT_EQ(answers_, std::vector<std::string>{"none xA0 xA2 xb0 xb2 xc0 xc2 partial"});
}

TEST_F(RouterQueryTest, HomeOfTheOneWhoIsFollowedKnowsWhenThereIsNoSuchUser) {
  refusing_ = base::NodeId(1);
  EXPECT_EQ(said_everywhere(followers("x", 5)), "unknown_user");
}

TEST_F(RouterQueryTest, WhatIsOwedIsGatheredFromEveryNodeInOrder) {
  EXPECT_EQ(said_everywhere(owed()), "none");
  owe(2, 5, 9, 3);
  owe(0, 3, 1, 1);
  owe(2, 5, 2, 7);
  EXPECT_EQ(said_everywhere(owed()), "none 3>1:1 5>2:7 5>9:3");
}

TEST_F(RouterQueryTest, WhatOneNodeOwesItSaysItself) {
  owe(2, 5, 9, 3);
  owe(2, 2, 9, 1);
  proto::Query here = owed();
  here.mutable_owed()->set_here(true);
  query(2, here);
  query(1, here);
  EXPECT_TRUE(answers_.empty()) << "never from within the call";
  loop_.settle();
  EXPECT_EQ(answers_, (std::vector<std::string>{"none 2>9:1 5>9:3", "none"}));
}

TEST_F(RouterQueryTest, WhoDoesNotSayWhatItOwesIsNamed) {
  owe(0, 3, 1, 1);
  nodes_[1]->owes.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  nodes_[0]->router.alive_changed({base::NodeId(0), base::NodeId(1)});
  query(0, owed());
  loop_.advance(5 * kDelay);
  EXPECT_EQ(answers_, std::vector<std::string>{"none 3>1:1 silent 1 silent 2 partial"});
}

TEST_F(RouterQueryTest, NodeThatIsAskedForWhatIsAtHomeElsewhereOrUnknownIsUnavailable) {
  proto::LinkFrame frame;
  proto::Request& request = *frame.mutable_request();
  request.set_time_left_ms(1000);
  request.mutable_query()->mutable_buzz()->set_id(make_buzz(2).id());
  nodes_[1]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  *request.mutable_query() = thread(make_buzz(1).id());  // its root is the asker's to look up
  nodes_[1]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  request.mutable_query()->clear_body();
  nodes_[1]->router.frame_arrived(base::NodeId(0), frame, loop_.now());
  loop_.advance(kDelay);
  EXPECT_TRUE(nodes_[1]->asked.empty());
}

// A follow waits for the followed one's home, however long that is down; so do the repetitions of it.
TEST_F(RouterQueryTest, RequestsOfAPeerThatAreNeverAnsweredMakeRoomWhenTheirTimeIsOver) {
  nodes_[1]->stuck = true;
  for (int i = 0; i < 5; ++i) ask(0, command_for(1));
  loop_.advance(5 * kDelay);
  EXPECT_EQ(nodes_[1]->executed, 4);
  EXPECT_EQ(answers_.size(), 1U);
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_, std::vector<std::string>(5, "unavailable"));
  nodes_[1]->stuck = false;
  ask(0, command_for(1));
  loop_.advance(5 * kDelay);
  EXPECT_EQ(answers_.back().substr(0, 2), "1 ");
  for (const auto& late : nodes_[1]->held) late();
  loop_.advance(seconds(3));
  EXPECT_EQ(answers_.size(), 6U);
}

}  // namespace
}  // namespace buzzer::grid
