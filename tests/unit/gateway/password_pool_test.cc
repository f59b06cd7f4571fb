#include "node/gateway/password_pool.h"

#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/gateway/recorded_loop.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

constexpr Salt kSalt{'p', 'e', 'p', 'p', 'e', 'r', 'p', 'e', 'p', 'p', 'e', 'r', '1', '2', '3', '4'};

PasswordPoolOptions cheap() {
  PasswordPoolOptions options;
  options.cost = {8, 1};
  return options;
}

Password secret(std::string text) { return Password(text); }

// Keeps whoever posts to it until it is opened: so the pool is at something for as long as a test likes.
class Gate final : public base::EventLoop {
 public:
  [[nodiscard]] base::MonotonicTime now() const override { return loop_.now(); }
  [[nodiscard]] base::WallTime wall_now() const override { return loop_.wall_now(); }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration /*delay*/,
                                                        std::function<void()> /*callback*/) override {
    return nullptr;
  }
  void post(std::function<void()> callback) override {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    loop_.post(std::move(callback));
  }

  // False if nobody comes within ten seconds.
  [[nodiscard]] bool wait_until_reached() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  RecordedLoop& behind() { return loop_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool reached_ = false;
  bool open_ = false;
  RecordedLoop loop_;
};

// What a callback was given.
template <class Value>
struct Given {
  std::optional<Outcome<Value>> outcome;
  std::thread::id on;

  auto callback() {
    return [this](Outcome<Value> value) {
      ASSERT_FALSE(outcome) << "told twice";
      outcome = std::move(value);
      on = std::this_thread::get_id();
    };
  }
  [[nodiscard]] bool has_code(ErrorCode code) const { return outcome && !*outcome && outcome->error().code == code; }
};

class PasswordPoolTest : public testing::Test {
 protected:
  RecordedLoop loop_;

  std::string hash(PasswordPool& pool, const std::string& password) {
    Given<std::string> given;
    pool.hash(secret(password), kSalt, loop_, given.callback());
    EXPECT_TRUE(loop_.run_until([&] { return given.outcome.has_value(); }));
    EXPECT_EQ(given.on, std::this_thread::get_id());
    return given.outcome->value_or("");
  }

  std::optional<bool> verify(PasswordPool& pool, const std::string& kept, const std::string& password) {
    Given<bool> given;
    pool.verify(kept, secret(password), loop_, given.callback());
    EXPECT_FALSE(given.outcome) << "told within the call";
    EXPECT_TRUE(loop_.run_until([&] { return given.outcome.has_value(); }));
    EXPECT_EQ(given.on, std::this_thread::get_id());
    if (!given.outcome || !*given.outcome) return std::nullopt;
    return **given.outcome;
  }
};

TEST_F(PasswordPoolTest, VerifiesWhatItHasMade) {
  PasswordPool pool(cheap());
  const std::string kept = hash(pool, "secret");
  EXPECT_EQ(kept, hash_password("secret", kSalt, cheap().cost));
  EXPECT_EQ(verify(pool, kept, "secret"), true);
  EXPECT_EQ(verify(pool, kept, "Secret"), false);
}

TEST_F(PasswordPoolTest, VerifiesWhatWasMadeAtAnotherCost) {
  PasswordPool pool(cheap());
  EXPECT_EQ(verify(pool, *hash_password("secret", kSalt, {16, 2}), "secret"), true);
}

TEST_F(PasswordPoolTest, NobodyHasThePasswordOfWhomNothingIsKept) {
  PasswordPool pool(cheap());
  EXPECT_EQ(verify(pool, "", "secret"), false);
  EXPECT_EQ(verify(pool, "", ""), false);
  EXPECT_EQ(verify(pool, "$argon2id$v=19$m=99999999,t=99,p=1$nonsense", "secret"), false);
}

// What this process has worked, on all its threads, whoever else is on the machine.
std::chrono::nanoseconds work_so_far() {
  timespec time{};
  EXPECT_EQ(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// At the real cost, so that it is the hash that is compared. The least of several tries of each, taken in turn.
TEST_F(PasswordPoolTest, AnUnknownUserCostsWhatAWrongPasswordCosts) {
  PasswordPool pool({});
  const std::string kept = hash(pool, "secret");
  std::chrono::nanoseconds unknown = std::chrono::hours(1);
  std::chrono::nanoseconds wrong = std::chrono::hours(1);
  const auto least = [&](std::chrono::nanoseconds& work, const std::string& of) {
    const auto before = work_so_far();
    EXPECT_EQ(verify(pool, of, "another"), false);
    work = std::min(work, work_so_far() - before);
  };
  for (int i = 0; i < 8; ++i) {
    least(unknown, "");
    least(wrong, kept);
  }
  EXPECT_LT(unknown, wrong * 3 / 2);
  EXPECT_LT(wrong, unknown * 3 / 2);
  EXPECT_GT(unknown, std::chrono::milliseconds(2)) << "that was no hash of 19 MiB";
}

TEST_F(PasswordPoolTest, WhoFindsTheQueueFullIsRefusedAtOnceWithAHint) {
  PasswordPoolOptions options = cheap();
  options.most_waiting = 2;
  Gate gate;
  PasswordPool pool(options);
  Given<bool> first;
  pool.verify("", secret("a"), gate, first.callback());
  ASSERT_TRUE(gate.wait_until_reached());
  std::vector<Given<bool>> others(4);
  for (Given<bool>& given : others) pool.verify("", secret("a"), loop_, given.callback());
  EXPECT_EQ(pool.waiting(), 2U);
  EXPECT_FALSE(others[3].outcome) << "told within the call";
  loop_.run_posted();
  EXPECT_TRUE(others[2].has_code(ErrorCode::kTooManyRequests));
  ASSERT_TRUE(others[3].has_code(ErrorCode::kTooManyRequests));
  EXPECT_GE(others[3].outcome->error().retry_after, std::chrono::milliseconds(100));
  EXPECT_EQ(pool.refused(), 2U);
  EXPECT_FALSE(others[0].outcome);
  gate.open();
  ASSERT_TRUE(loop_.run_until([&] { return others[1].outcome.has_value(); }));
  EXPECT_EQ(**others[0].outcome, false);
  EXPECT_EQ(**others[1].outcome, false);
  gate.behind().run_posted();
  EXPECT_EQ(**first.outcome, false);
}

TEST_F(PasswordPoolTest, WhatItIsAtWhenItStopsIsFinishedAndWhatWaitsIsRefused) {
  PasswordPoolOptions options = cheap();
  options.most_waiting = 1'000'000;
  Gate gate;
  PasswordPool pool(options);
  Given<std::string> first;
  pool.hash(secret("a"), kSalt, gate, first.callback());
  ASSERT_TRUE(gate.wait_until_reached());
  std::vector<Given<std::string>> waiting(3);
  for (Given<std::string>& given : waiting) pool.hash(secret("a"), kSalt, loop_, given.callback());
  std::thread stopper([&pool] { pool.stop(); });
  // Until it has been told to stop, further ones wait too; there is room for so many.
  std::deque<Given<bool>> late;
  const auto is_refused = [&] {
    pool.verify("", Password(), loop_, late.emplace_back().callback());
    loop_.run_posted();
    return late.back().has_code(ErrorCode::kUnavailable);
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!is_refused() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  gate.open();
  stopper.join();
  loop_.run_posted();
  gate.behind().run_posted();
  EXPECT_TRUE(first.outcome && first.outcome->has_value());
  for (const Given<std::string>& given : waiting) EXPECT_TRUE(given.has_code(ErrorCode::kUnavailable));
  EXPECT_TRUE(late.front().has_code(ErrorCode::kUnavailable));
}

TEST_F(PasswordPoolTest, StopsTwiceAndWithoutHavingDoneAnything) {
  PasswordPool pool(cheap());
  pool.stop();
  pool.stop();
}

// Of this process's thread of that name.
std::optional<int> niceness_of(const std::string& name) {
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return std::nullopt;
  std::optional<int> found;
  while (const dirent* task = readdir(tasks)) {
    std::ifstream file(std::string("/proc/self/task/") + task->d_name + "/comm");
    std::string comm;
    if (std::getline(file, comm) && comm == name)
      found = getpriority(PRIO_PROCESS, static_cast<id_t>(std::stoul(task->d_name)));
  }
  closedir(tasks);
  return found;
}

TEST_F(PasswordPoolTest, ItsThreadYieldsToAllOthers) {
  PasswordPool pool(cheap());
  EXPECT_EQ(verify(pool, "", "secret"), false);  // so it runs
  const int ours = getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(niceness_of("password"), std::min(ours + 10, 19));
}

TEST_F(PasswordPoolTest, ManyThreadsAskAndEachIsAnsweredOnItsOwn) {
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  PasswordPoolOptions options = cheap();
  options.most_waiting = 5;
  std::vector<RecordedLoop> loops(kThreads);
  PasswordPool pool(options);
  const std::string kept = *hash_password("secret", kSalt, options.cost);
  std::atomic<int> right = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (RecordedLoop& loop : loops) {
    threads.emplace_back([&] {
      int answered = 0;
      const auto self = std::this_thread::get_id();
      for (int asked = 0; asked < kEach; ++asked) {
        pool.verify(kept, secret("secret"), loop, [&, self](const Outcome<bool>& same) {
          ++answered;
          if (std::this_thread::get_id() != self) return;
          same ? ++right : ++refused;
        });
      }
      EXPECT_TRUE(loop.run_until([&] { return answered == kEach; }));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right + refused, kThreads * kEach);
  EXPECT_GE(right, 1);
  EXPECT_EQ(static_cast<std::uint64_t>(refused), pool.refused());
}

}  // namespace
}  // namespace buzzer::gateway
