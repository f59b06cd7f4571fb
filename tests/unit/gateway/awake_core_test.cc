#include "node/gateway/awake_core.h"

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

// A loop whose thread can stand still: time goes on, and timers that are due have not been called yet.
class SleepyLoop final : public base::EventLoop {
 public:
  [[nodiscard]] base::MonotonicTime now() const override { return loop_.now() + slept_; }
  [[nodiscard]] base::WallTime wall_now() const override {
    return loop_.wall_now() + std::chrono::duration_cast<std::chrono::milliseconds>(slept_ + paused_);
  }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration delay, std::function<void()> callback) override {
    return loop_.call_after(delay, std::move(callback));
  }
  void post(std::function<void()> callback) override { loop_.post(std::move(callback)); }

  void run(base::Duration duration) { loop_.advance(duration); }
  void sleep(base::Duration duration) { slept_ += duration; }
  // With the whole machine, whose monotonic clock stands still too.
  void pause(base::Duration duration) { paused_ += duration; }

 private:
  tests::ManualLoop loop_;
  base::Duration slept_{0};
  base::Duration paused_{0};
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
  AwakeCore awake_{core_, loop_, [this] { ++slept_; }};
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

TEST_F(AwakeCoreTest, AMachineThatWasPausedHasSleptToo) {
  loop_.pause(kMostAsleep + 1ms);
  EXPECT_EQ(execute(), proto::ErrorCode::kUnavailable);
  EXPECT_EQ(slept_, 1);
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
