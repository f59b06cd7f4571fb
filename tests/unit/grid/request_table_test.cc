#include "node/grid/request_table.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {
namespace {

using base::NodeId;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RequestTableTest : public testing::Test {
 protected:
  std::uint64_t add(NodeId node, base::Duration time, const std::string& name) {
    return table_.add(node, loop_.now() + time, Homes::ReplyCallback([this, name](const proto::Reply& reply) {
                        told_.push_back(name + ' ' + reply.message());
                      }));
  }

  tests::ManualLoop loop_;
  RequestTable table_{loop_, 7, "too late"};
  std::vector<std::string> told_;
};

TEST_F(RequestTableTest, EachIsTakenOnce) {
  EXPECT_EQ(table_.next_number(), 7U);
  EXPECT_EQ(add(NodeId(1), seconds(1), "a"), 7U);
  EXPECT_TRUE(table_.take(7));
  EXPECT_FALSE(table_.take(7));
  loop_.advance(seconds(2));
  EXPECT_TRUE(told_.empty());
}

TEST_F(RequestTableTest, IsTakenOnlyByTheNodeAndTheKindOfAnswerItWaitsFor) {
  const std::uint64_t number = add(NodeId(1), seconds(1), "a");
  EXPECT_FALSE(table_.take_reply(number, NodeId(2)));
  EXPECT_FALSE(table_.take_answer(number, NodeId(1)));
  EXPECT_FALSE(table_.take_reply(number + 1, NodeId(1)));
  EXPECT_TRUE(table_.take_reply(number, NodeId(1)));
}

TEST_F(RequestTableTest, EachHasItsOwnTimeWhateverTheOrderTheyCameIn) {
  add(NodeId(1), milliseconds(30), "long");
  add(NodeId(1), milliseconds(10), "short");
  add(NodeId(1), milliseconds(20), "middle");
  const std::string why = " too late; repeat the command with the same key";
  loop_.advance(milliseconds(9));
  EXPECT_TRUE(told_.empty());
  loop_.advance(milliseconds(1));
  EXPECT_EQ(told_, std::vector<std::string>{"short" + why});
  loop_.advance(milliseconds(10));
  EXPECT_EQ(told_.back(), "middle" + why);
  loop_.advance(milliseconds(10));
  EXPECT_EQ(told_, (std::vector<std::string>{"short" + why, "middle" + why, "long" + why}));
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(RequestTableTest, CountsThoseOfEachNode) {
  const std::uint64_t first = add(NodeId(1), seconds(1), "a");
  add(NodeId(1), seconds(1), "b");
  add(NodeId(2), seconds(2), "c");
  EXPECT_EQ(table_.size_of(NodeId(1)), 2U);
  EXPECT_EQ(table_.size_of(NodeId(3)), 0U);
  static_cast<void>(table_.take(first));
  EXPECT_EQ(table_.size_of(NodeId(1)), 1U);
  loop_.advance(seconds(1));
  EXPECT_EQ(table_.size_of(NodeId(1)), 0U);
  EXPECT_EQ(table_.size_of(NodeId(2)), 1U);
}

TEST_F(RequestTableTest, ThoseForNodesThatAreGoneFailAndTheOthersStay) {
  add(NodeId(1), seconds(1), "a");
  add(NodeId(2), seconds(1), "b");
  add(NodeId(1), seconds(1), "c");
  table_.keep_only({NodeId(0), NodeId(2)}, "gone");
  EXPECT_TRUE(told_.empty()) << "soon, never from within";
  loop_.settle();
  EXPECT_EQ(told_, (std::vector<std::string>{"a gone; repeat the command with the same key",
                                             "c gone; repeat the command with the same key"}));
  EXPECT_EQ(table_.size(), 1U);
}

TEST_F(RequestTableTest, QueryIsNotToldToBeRepeatedWithAKey) {
  std::string told;
  table_.fail_soon(Homes::AnswerCallback([&](const proto::Answer& answer) { told = answer.message(); }), "gone");
  loop_.settle();
  EXPECT_EQ(told, "gone");
}

// Whoever is told may ask again at once.
TEST_F(RequestTableTest, AskingAgainWhenTheTimeIsOverIsHarmless) {
  table_.add(NodeId(1), loop_.now() + milliseconds(1), Homes::ReplyCallback([this](const proto::Reply&) {
               add(NodeId(1), milliseconds(0), "again");
               add(NodeId(1), milliseconds(5), "later");
             }));
  loop_.advance(milliseconds(10));
  EXPECT_EQ(told_.size(), 2U);
  EXPECT_EQ(table_.size(), 0U);
}

}  // namespace
}  // namespace buzzer::grid
