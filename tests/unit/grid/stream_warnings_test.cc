#include "node/grid/stream_warnings.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace buzzer::grid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Lines final : public base::Log {
 public:
  void write(base::LogLevel level, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    EXPECT_EQ(level, base::LogLevel::kWarn);
    lines.push_back(base::format_text(base::NodeId(0), component, message, fields));
  }
  std::vector<std::string> lines;
};

class StreamWarningsTest : public testing::Test {
 protected:
  static constexpr base::ShardId kOwn{0};

  std::vector<std::string> next_lines() { return std::exchange(log_.lines, {}); }
  // With all shards of one node of three.
  void break_all(std::uint8_t node) {
    for (int shard = node; shard < 64; shard += 3) {
      const base::ShardId other(static_cast<std::uint8_t>(shard));
      warnings_->broken(kOwn, other, other);
    }
  }
  void pass_a_second() { loop_.advance(std::chrono::seconds(1)); }

  tests::ManualLoop loop_;
  Lines log_;
  std::unique_ptr<StreamWarnings> warnings_ = std::make_unique<StreamWarnings>(3, loop_, log_);
};

TEST_F(StreamWarningsTest, FirstOfANodeIsToldAtOnceAndTheOthersAsANumber) {
  break_all(1);
  EXPECT_THAT(next_lines(), ElementsAre(testing::AllOf(HasSubstr("a stream is broken"), HasSubstr("from=0 to=1"))));
  pass_a_second();
  EXPECT_THAT(next_lines(), ElementsAre(testing::AllOf(HasSubstr("a stream is broken"), HasSubstr("peer=1 more=20"))));
  pass_a_second();
  EXPECT_THAT(next_lines(), IsEmpty());
}

TEST_F(StreamWarningsTest, EachNodeAndKindIsCountedForItself) {
  break_all(1);
  break_all(2);
  warnings_->renewed(kOwn, base::ShardId(1));
  EXPECT_EQ(next_lines().size(), 3U);
  pass_a_second();
  EXPECT_EQ(next_lines().size(), 2U);
}

TEST_F(StreamWarningsTest, LinesOfOneNodeAreOneASecondHoweverLongItGoesOn) {
  std::size_t lines = 0;
  for (int i = 0; i < 50; ++i) {
    break_all(1);
    loop_.advance(std::chrono::milliseconds(100));
    lines += next_lines().size();
  }
  EXPECT_EQ(lines, 1U + 5U);
}

TEST_F(StreamWarningsTest, AfterAQuietSecondTheNextIsTheFirstAgain) {
  break_all(1);
  pass_a_second();
  pass_a_second();
  next_lines();
  warnings_->broken(base::ShardId(4), kOwn, base::ShardId(4));
  EXPECT_THAT(next_lines(), ElementsAre(HasSubstr("from=4 to=0")));
}

TEST_F(StreamWarningsTest, WhoEndsAmidThatIsNotCalledBack) {
  break_all(1);
  next_lines();
  warnings_.reset();
  pass_a_second();
  EXPECT_THAT(next_lines(), IsEmpty());
}

}  // namespace
}  // namespace buzzer::grid
