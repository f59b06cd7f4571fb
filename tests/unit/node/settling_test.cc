#include "node/control/settling.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace buzzer::control {
namespace {

using std::chrono::milliseconds;

// The grid's answers are the test's to give.
class SettlingTest : public testing::Test {
 protected:
  void begin(int most_ms) {
    settling_ = Settling::begin(
        loop_, [this](std::function<void(proto::Answer)> told) { asked_.push_back(std::move(told)); },
        milliseconds(most_ms),
        [this](const base::Result<void>& result) {
          ASSERT_FALSE(told_) << "told twice";
          told_ = result ? "settled" : result.error().message;
        });
    ASSERT_FALSE(told_) << "told from within";
  }
  // To the newest round.
  void answer(const proto::Answer& answer) { std::exchange(asked_.back(), nullptr)(answer); }
  void next_round() { loop_.advance(kSettlingPause); }
  static proto::Answer owing(std::uint64_t rows) {
    proto::Answer answer;
    answer.add_owed()->set_from(3);
    answer.mutable_owed(0)->set_to(4);
    answer.mutable_owed(0)->set_rows(rows);
    return answer;
  }

  tests::ManualLoop loop_;
  std::vector<std::function<void(proto::Answer)>> asked_;
  std::optional<std::string> told_;
  std::shared_ptr<Settling> settling_;
};

TEST_F(SettlingTest, TwoQuietRoundsInARowAreEnough) {
  begin(1000);
  answer({});
  EXPECT_FALSE(told_);
  next_round();
  ASSERT_EQ(asked_.size(), 2U);
  answer({});
  EXPECT_EQ(told_, "settled");
  loop_.advance(milliseconds(2000));
  EXPECT_EQ(asked_.size(), 2U);
}

// A row that moved between two nodes while they were asked was seen at neither.
TEST_F(SettlingTest, OneQuietRoundProvesNothing) {
  begin(1000);
  answer({});
  next_round();
  answer(owing(1));
  next_round();
  answer({});
  EXPECT_FALSE(told_);
  next_round();
  answer({});
  EXPECT_EQ(told_, "settled");
}

TEST_F(SettlingTest, StreamWhosePlaceHasStillToBeFoundOutIsNotQuiet) {
  begin(1000);
  for (int round = 0; round < 3; ++round) {
    answer(owing(0));
    next_round();
  }
  EXPECT_FALSE(told_);
}

TEST_F(SettlingTest, WhenItsTimeIsOverItSaysWhatIsLeft) {
  begin(50);
  proto::Answer partial = owing(7);
  partial.add_silent(1);
  partial.add_silent(2);
  partial.set_partial(true);
  answer(partial);
  loop_.advance(milliseconds(49));
  EXPECT_FALSE(told_);
  loop_.advance(milliseconds(1));
  EXPECT_EQ(told_, "3>4 7; no answer from 1,2");
}

TEST_F(SettlingTest, NodeThatDoesNotAnswerIsNotQuiet) {
  begin(50);
  proto::Answer partial;
  partial.add_silent(1);
  partial.set_partial(true);
  answer(partial);
  next_round();
  answer(partial);
  loop_.advance(milliseconds(50));
  EXPECT_EQ(told_, "no answer from 1");
}

TEST_F(SettlingTest, TimeMayBeOverBeforeAnythingIsKnown) {
  begin(0);
  loop_.settle();
  EXPECT_EQ(told_, "no node has answered yet");
  answer({});
  loop_.advance(milliseconds(100));
  EXPECT_EQ(asked_.size(), 1U) << "asked on although it was over";
}

TEST_F(SettlingTest, OneQuietRoundBeforeTheTimeIsOverIsNotEnoughEither) {
  begin(10);
  answer({});
  loop_.advance(milliseconds(10));
  EXPECT_EQ(told_, "nothing any more, but the time was over before it was certain");
}

TEST_F(SettlingTest, WhoeverDropsItHearsNoMore) {
  begin(50);
  settling_.reset();
  answer({});
  loop_.advance(milliseconds(100));
  EXPECT_FALSE(told_);
  EXPECT_EQ(asked_.size(), 1U);
}

}  // namespace
}  // namespace buzzer::control
