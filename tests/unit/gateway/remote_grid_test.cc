// How a worker asks the core how the grid is, for all its sessions at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/gateway/remote_core.h"
#include "tests/support/manual_loop.h"

namespace buzzer::gateway {
namespace {

using namespace std::chrono_literals;
using proto::v1::Grid;
using testing::Each;
using testing::IsEmpty;
using testing::IsNull;
using testing::SizeIs;

class RemoteGridTest : public testing::Test {
 protected:
  void ask(int times = 1) {
    for (int i = 0; i < times; ++i) {
      worker_.grid([this](const std::shared_ptr<const Grid>& grid) { told_.push_back(grid); });
    }
  }
  // How many questions have come to the core since the last look.
  int asked() {
    int count = 0;
    to_core_.drain([&](auto&& message) { count += std::holds_alternative<AskGrid>(message.second) ? 1 : 0; });
    return count;
  }

  tests::ManualLoop loop_;
  CoreInbox to_core_{"core", {1, 1UL << 20}, [] {}};  // has room for one message
  RemoteCore worker_{0, loop_, to_core_};
  std::vector<std::shared_ptr<const Grid>> told_;
};

TEST_F(RemoteGridTest, ManySessionsAskOnceAndAreAllTold) {
  ask(1000);
  EXPECT_EQ(asked(), 1);
  EXPECT_THAT(told_, IsEmpty());
  const auto grid = std::make_shared<const Grid>();
  worker_.take(GridTold{grid});
  EXPECT_THAT(told_, SizeIs(1000));
  EXPECT_THAT(told_, Each(grid));
}

TEST_F(RemoteGridTest, WhatWasToldIsGoodForAQuarterOfASecond) {
  ask();
  EXPECT_EQ(asked(), 1);
  worker_.take(GridTold{std::make_shared<const Grid>()});
  loop_.advance(249ms);
  ask();
  EXPECT_THAT(told_, SizeIs(1)) << "never from within the call";
  loop_.settle();
  EXPECT_THAT(told_, SizeIs(2));
  EXPECT_EQ(asked(), 0);
  loop_.advance(1ms);
  ask();
  loop_.settle();
  EXPECT_THAT(told_, SizeIs(2));
  EXPECT_EQ(asked(), 1);
}

TEST_F(RemoteGridTest, ACoreThatHasTooMuchToDoIsNotAskedAndNothingIsTold) {
  ASSERT_TRUE(to_core_.push({0, CloseFeed{1}}));
  ask(3);
  EXPECT_THAT(told_, IsEmpty());
  loop_.settle();
  EXPECT_THAT(told_, SizeIs(3));
  EXPECT_THAT(told_, Each(IsNull()));
  EXPECT_EQ(asked(), 0);
  ask();
  EXPECT_EQ(asked(), 1) << "the next one asks again";
}

}  // namespace
}  // namespace buzzer::gateway
