#include "node/gateway/awake_core.h"

#include <future>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/gateway/core_link_fixture.h"

namespace buzzer::gateway {
namespace {

using namespace std::chrono_literals;

// A loop whose thread can stand still, or compute for long: time goes on, and timers that are due have not been called
// yet.
class SleepyLoop final : public base::EventLoop {
 public:
  [[nodiscard]] base::MonotonicTime now() const override { return loop_.now() + away_; }
  [[nodiscard]] base::WallTime wall_now() const override { return loop_.wall_now() + stepped_; }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration delay, std::function<void()> callback) override {
    return loop_.call_after(delay, std::move(callback));
  }
  void post(std::function<void()> callback) override { loop_.post(std::move(callback)); }

  void run(base::Duration duration) { loop_.advance(duration); }
  void sleep(base::Duration duration) { away_ += duration; }
  void compute(base::Duration duration) {
    away_ += duration;
    computed_ += duration;
  }
  // With the whole machine, whose monotonic clock stands still too.
  void suspend(base::Duration duration) { suspended_ += duration; }
  void step_wall_clock(std::chrono::milliseconds by) { stepped_ += by; }

  [[nodiscard]] ThreadClock clock() const {
    return {[this] { return now().time_since_epoch() + suspended_; }, [this] { return computed_; }};
  }

 private:
  tests::ManualLoop loop_;
  base::Duration away_{0};
  base::Duration computed_{1h};  // by whoever had the thread before
  base::Duration suspended_{0};
  std::chrono::milliseconds stepped_{0};
};

class CountingCore final : public Core {
 public:
  void execute(proto::Command /*command*/, ReplyCallback callback) override {
    ++executed;
    callback({});
  }
  void query(proto::Query /*query*/, AnswerCallback callback) override { callback({}); }
  void grid(GridCallback callback) override { callback(nullptr); }
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    return 1;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override {}
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  int executed = 0;
};

class AwakeCoreTest : public testing::Test {
 protected:
  AwakeCoreTest() { loop_.run(0ms); }

  proto::ErrorCode execute() {
    std::optional<std::uint32_t> error;
    awake_.execute({}, [&](const proto::Reply& reply) { error = reply.error(); });
    loop_.run(0ms);
    EXPECT_TRUE(error.has_value());
    return static_cast<proto::ErrorCode>(error.value_or(0));
  }

  SleepyLoop loop_;
  CountingCore core_;
  int slept_ = 0;
  AwakeCore awake_{core_, loop_, [this] { ++slept_; }, loop_.clock()};
};

TEST_F(AwakeCoreTest, AThreadThatTurnsPassesEveryCommandOn) {
  loop_.run(1h);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
  loop_.sleep(kMostAsleep);  // a very busy machine
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
  loop_.run(1s);
  EXPECT_EQ(core_.executed, 2);
  EXPECT_EQ(slept_, 0);
}

TEST_F(AwakeCoreTest, ACommandThatIsReadAfterALongSleepIsNotExecuted) {
  loop_.run(10s);
  loop_.sleep(kMostAsleep + 1ms);
  EXPECT_EQ(execute(), proto::ErrorCode::kUnavailable);
  EXPECT_EQ(core_.executed, 0);
  EXPECT_EQ(slept_, 1);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone) << "who comes back afterwards is served";
  loop_.run(10s);
  EXPECT_EQ(slept_, 1) << "told once";
}

TEST_F(AwakeCoreTest, ALongSleepIsToldThoughNobodyAsks) {
  loop_.run(10s);
  loop_.sleep(1h);
  loop_.run(1s);
  EXPECT_EQ(slept_, 1);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
}

TEST_F(AwakeCoreTest, AMachineThatWasSuspendedHasSleptToo) {
  loop_.suspend(kMostAsleep + 1ms);
  EXPECT_EQ(execute(), proto::ErrorCode::kUnavailable);
  EXPECT_EQ(slept_, 1);
}

// A busy worker once took its own long turns for sleep, and closed all its clients.
TEST_F(AwakeCoreTest, AThreadThatComputesForLongIsAwake) {
  loop_.compute(6s);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
  loop_.compute(1min);
  loop_.run(1s);
  EXPECT_EQ(slept_, 0);
}

TEST_F(AwakeCoreTest, OnlyTheTimeInWhichItDidNotComputeCounts) {
  loop_.compute(6s);
  loop_.sleep(kMostAsleep);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
  loop_.compute(6s);
  loop_.sleep(kMostAsleep + 1ms);
  EXPECT_EQ(execute(), proto::ErrorCode::kUnavailable);
  EXPECT_EQ(slept_, 1);
}

// Whoever set the clock of the machine once closed all clients of the node.
TEST_F(AwakeCoreTest, AStepOfTheWallClockIsNoSleep) {
  loop_.step_wall_clock(1h);
  EXPECT_EQ(execute(), proto::ErrorCode::kNone);
  loop_.step_wall_clock(-2h);
  loop_.run(2s);
  EXPECT_EQ(slept_, 0);
}

TEST_F(AwakeCoreTest, WhatWasMadeBeforeASleepIsKnownByItsTime) {
  const auto clock = loop_.clock();
  const base::Duration before = clock.passed();
  loop_.run(10s);
  EXPECT_FALSE(awake_.is_from_before(before)) << "it has been awake ever since";
  loop_.sleep(kMostAsleep + 1ms);
  EXPECT_TRUE(awake_.is_from_before(before)) << "this is what notices the sleep";
  EXPECT_EQ(slept_, 1);
  const base::Duration after = clock.passed();
  loop_.run(10s);
  EXPECT_FALSE(awake_.is_from_before(after));
  EXPECT_TRUE(awake_.is_from_before(before));
  EXPECT_EQ(slept_, 1);
}

TEST(ThreadClockTest, BothClocksGoOnWhileTheThreadComputes) {
  const ThreadClock clock;
  const base::Duration passed = clock.passed();
  const base::Duration computed = clock.computed();
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (clock.computed() - computed < 20ms && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_GE(clock.computed() - computed, 20ms);
  EXPECT_GE(clock.passed() - passed, 15ms);
}

TEST(ThreadClockTest, AThreadThatWaitsComputesNothing) {
  const ThreadClock clock;
  const base::Duration passed = clock.passed();
  const base::Duration computed = clock.computed();
  std::promise<void> never;
  EXPECT_EQ(never.get_future().wait_for(100ms), std::future_status::timeout);
  EXPECT_GE(clock.passed() - passed, 95ms);
  EXPECT_LT(clock.computed() - computed, 50ms);
}

TEST_F(AwakeCoreTest, ReadingGoesOn) {
  loop_.sleep(1h);
  bool answered = false;
  awake_.query({}, [&](const proto::Answer&) { answered = true; });
  EXPECT_TRUE(answered);
}

// Of a command that a worker had read just before the process stood still.
TEST_F(CoreLinkTest, ACommandThatLayInTheInboxForTooLongIsNotExecuted) {
  std::vector<proto::ErrorCode> replies;
  const auto execute = [&](std::string text) {
    worker_.execute(post(std::move(text)), [&](const proto::Reply& reply) {
      replies.push_back(static_cast<proto::ErrorCode>(reply.error()));
    });
    settle();
  };
  core_loop_.advance(kMostAsleep);  // the other thread's clock stays behind: it asks so long ago
  execute("just in time");
  core_loop_.advance(1ms);
  execute("too late");
  EXPECT_THAT(shards_.executed, testing::ElementsAre("just in time"));
  EXPECT_THAT(replies, testing::ElementsAre(proto::ErrorCode::kUnavailable));
}

}  // namespace
}  // namespace buzzer::gateway
