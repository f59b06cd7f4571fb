#include "base/asio_event_loop.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_until.h"

namespace buzzer::base {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using tests::run_until;

class AsioEventLoopTest : public testing::Test {
 protected:
  AsioEventLoop loop_;
  std::vector<int> calls_;
};

TEST_F(AsioEventLoopTest, CallbacksRunOnTheThreadThatRuns) {
  std::promise<std::thread::id> seen;
  std::thread thread([this] { loop_.run(); });
  loop_.post([&] { seen.set_value(std::this_thread::get_id()); });
  auto future = seen.get_future();
  ASSERT_EQ(future.wait_for(tests::kTestDeadline), std::future_status::ready);
  EXPECT_EQ(future.get(), thread.get_id());
  loop_.stop();
  thread.join();
}

TEST_F(AsioEventLoopTest, RunStaysWhileThereIsNothingToDo) {
  std::promise<void> first;
  std::promise<void> second;
  std::atomic<bool> returned = false;
  std::thread thread([&] {
    loop_.run();
    returned = true;
  });
  loop_.post([&] { first.set_value(); });
  ASSERT_EQ(first.get_future().wait_for(tests::kTestDeadline), std::future_status::ready);
  loop_.post([&] { second.set_value(); });
  EXPECT_EQ(second.get_future().wait_for(tests::kTestDeadline), std::future_status::ready);
  EXPECT_FALSE(returned);
  loop_.stop();
  thread.join();
}

TEST_F(AsioEventLoopTest, StopEndsRunAfterThePresentCallback) {
  loop_.post([this] {
    loop_.stop();
    calls_.push_back(1);
  });
  loop_.post([this] { calls_.push_back(2); });
  loop_.run();
  EXPECT_THAT(calls_, ElementsAre(1));
}

TEST_F(AsioEventLoopTest, PostsOfManyThreadsAllArriveInEachOnesOrder) {
  constexpr std::size_t kThreads = 4;
  constexpr int kEach = 1000;
  std::vector<int> next(kThreads, 0);
  bool in_order = true;
  int arrived = 0;
  std::vector<std::thread> threads;
  for (std::size_t sender = 0; sender < kThreads; ++sender) {
    threads.emplace_back([&, sender] {
      for (int i = 0; i < kEach; ++i) {
        loop_.post([&, sender, i] {
          in_order = in_order && next[sender]++ == i;
          ++arrived;
        });
      }
    });
  }
  EXPECT_TRUE(run_until(loop_, [&] { return arrived == kThreads * kEach; })) << arrived << " arrived";
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(in_order);
}

TEST_F(AsioEventLoopTest, PostedCallbackNeverRunsWithinAnother) {
  loop_.post([this] {
    loop_.post([this] { calls_.push_back(2); });
    calls_.push_back(1);
  });
  ASSERT_TRUE(run_until(loop_, [this] { return calls_.size() == 2; }));
  EXPECT_THAT(calls_, ElementsAre(1, 2));
}

TEST_F(AsioEventLoopTest, TimersCallBackInOrderAndNotEarly) {
  const MonotonicTime start = loop_.now();
  MonotonicTime called;
  const auto late = loop_.call_after(milliseconds(30), [&] {
    called = loop_.now();
    calls_.push_back(2);
  });
  const auto early = loop_.call_after(milliseconds(10), [this] { calls_.push_back(1); });
  ASSERT_TRUE(run_until(loop_, [this] { return calls_.size() == 2; }));
  EXPECT_THAT(calls_, ElementsAre(1, 2));
  EXPECT_GE(called - start, milliseconds(30));
}

TEST_F(AsioEventLoopTest, TimerWithoutDelayCallsBackInALaterTurn) {
  const auto timer = loop_.call_after(Duration::zero(), [this] { calls_.push_back(2); });
  calls_.push_back(1);
  ASSERT_TRUE(run_until(loop_, [this] { return calls_.size() == 2; }));
  EXPECT_THAT(calls_, ElementsAre(1, 2));
}

TEST_F(AsioEventLoopTest, TimersWithoutDelayAndPostsKeepTheirOrder) {
  const auto first = loop_.call_after(Duration::zero(), [this] { calls_.push_back(1); });
  loop_.post([this] { calls_.push_back(2); });
  const auto third = loop_.call_after(milliseconds(-1), [this] { calls_.push_back(3); });
  ASSERT_TRUE(run_until(loop_, [this] { return calls_.size() == 3; }));
  EXPECT_THAT(calls_, ElementsAre(1, 2, 3));
}

TEST_F(AsioEventLoopTest, DestroyedTimerDoesNotCallBack) {
  auto taken_back = loop_.call_after(milliseconds(1), [this] { calls_.push_back(1); });
  const auto later = loop_.call_after(milliseconds(10), [this] { calls_.push_back(2); });
  taken_back.reset();
  ASSERT_TRUE(run_until(loop_, [this] { return !calls_.empty(); }));
  EXPECT_THAT(calls_, ElementsAre(2));
}

// Both are due, so both of their calls are queued when the first of them destroys the other.
TEST_F(AsioEventLoopTest, TimerThatIsDueAlreadyCanStillBeTakenBack) {
  std::unique_ptr<Timer> first;
  std::unique_ptr<Timer> second;
  first = loop_.call_after(Duration::zero(), [&] {
    calls_.push_back(1);
    second.reset();
  });
  second = loop_.call_after(Duration::zero(), [&] {
    calls_.push_back(1);
    first.reset();
  });
  const auto last = loop_.call_after(milliseconds(10), [this] { calls_.push_back(2); });
  ASSERT_TRUE(run_until(loop_, [this] { return !calls_.empty() && calls_.back() == 2; }));
  EXPECT_THAT(calls_, ElementsAre(1, 2));
}

TEST_F(AsioEventLoopTest, TimerMayDestroyAndReplaceItselfFromItsCallback) {
  std::unique_ptr<Timer> timer;
  timer = loop_.call_after(Duration::zero(), [&] {
    timer = loop_.call_after(Duration::zero(), [&] {
      timer.reset();
      calls_.push_back(2);
    });
    calls_.push_back(1);
  });
  ASSERT_TRUE(run_until(loop_, [this] { return calls_.size() == 2; }));
  EXPECT_EQ(timer, nullptr);
}

TEST_F(AsioEventLoopTest, ClocksAreTheSystems) {
  const auto before = std::chrono::steady_clock::now();
  const MonotonicTime now = loop_.now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::chrono::steady_clock::now());
  EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - loop_.wall_now()), std::chrono::seconds(10));
}

}  // namespace
}  // namespace buzzer::base
