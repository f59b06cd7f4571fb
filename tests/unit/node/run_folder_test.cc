#include "node/run_folder.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr std::uint16_t kControlPort = 10'005;

class RunFolderTest : public testing::Test {
 protected:
  [[nodiscard]] base::Result<RunFolder> claim() { return RunFolder::claim(path_, kControlPort, random_); }

  tests::TempFolder folder_;
  const fs::path path_ = folder_ / "run" / "node-0";
  base::SeededRandom random_{1};
};

TEST_F(RunFolderTest, FolderIsMadeWithAllAboveIt) {
  ASSERT_TRUE(claim());
  EXPECT_TRUE(fs::is_directory(path_));
}

TEST_F(RunFolderTest, PidFileNamesThisProcessForGood) {
  const auto held = claim();
  ASSERT_TRUE(held);
  const auto pid = base::read_small_file(path_ / "pid");
  ASSERT_TRUE(pid);
  // The second number is when the process started, so that a later one with the same pid is not taken for it.
  EXPECT_THAT(*pid, MatchesRegex(std::to_string(::getpid()) + " [0-9]+\n"));
}

TEST_F(RunFolderTest, ControlPortIsThereForWhoLooksForTheNode) {
  const auto held = claim();
  ASSERT_TRUE(held);
  const auto port = base::read_small_file(path_ / "control-port");
  ASSERT_TRUE(port);
  EXPECT_EQ(*port, "10005\n");
}

TEST_F(RunFolderTest, TokenIsInAFileOfTheOwnersAlone) {
  const auto held = claim();
  ASSERT_TRUE(held);
  EXPECT_THAT(held->token(), MatchesRegex("[0-9a-f]{64}"));
  EXPECT_EQ(base::read_small_file(path_ / "token"), held->token() + "\n");
  EXPECT_EQ(fs::status(path_ / "token").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(RunFolderTest, HeldFolderHasNoTokenAndNoNodeClaimsIt) {
  {
    const auto held = RunFolder::hold(path_);
    ASSERT_TRUE(held);
    EXPECT_FALSE(fs::exists(path_ / "token"));
    EXPECT_FALSE(claim());
  }
  EXPECT_TRUE(claim());
}

TEST_F(RunFolderTest, SecondClaimIsRefusedAndNamesTheHolder) {
  const auto held = claim();
  ASSERT_TRUE(held);
  const auto second = claim();
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, AllOf(HasSubstr(path_.string()), HasSubstr(std::to_string(::getpid()))));
  EXPECT_EQ(base::read_small_file(path_ / "token"), held->token() + "\n");
  EXPECT_THAT(*base::read_small_file(path_ / "pid"), StartsWith(std::to_string(::getpid())));
}

TEST_F(RunFolderTest, LettingGoRemovesThePidFileAndFreesTheFolder) {
  std::string first_token;
  {
    const auto held = claim();
    ASSERT_TRUE(held);
    first_token = held->token();
  }
  EXPECT_FALSE(fs::exists(path_ / "pid"));
  const auto next = claim();
  ASSERT_TRUE(next);
  EXPECT_NE(next->token(), first_token);
}

TEST_F(RunFolderTest, PidFileOfADeadProcessIsNoObstacle) {
  fs::create_directories(path_);
  std::ofstream(path_ / "pid") << "999999999 123456789012345678901234567890 and more\n";
  const auto held = claim();
  ASSERT_TRUE(held);
  EXPECT_THAT(*base::read_small_file(path_ / "pid"), MatchesRegex(std::to_string(::getpid()) + " [0-9]+\n"));
}

TEST_F(RunFolderTest, MovedClaimIsHeldOnce) {
  auto held = claim();
  ASSERT_TRUE(held);
  {
    const RunFolder moved(std::move(*held));
    EXPECT_FALSE(claim());
    held = base::fail("moved away");
    EXPECT_FALSE(claim());
    EXPECT_TRUE(fs::exists(path_ / "pid"));
  }
  EXPECT_TRUE(claim());
}

TEST_F(RunFolderTest, FolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder_ / "run") << "a file";
  const auto held = claim();
  ASSERT_FALSE(held);
  EXPECT_THAT(held.error().message, HasSubstr(path_.string()));
}

// A node that started while the one before it stopped could lock the pid file that the other was about to remove: it
// then ran without one, and a third could hold the folder beside it.
TEST_F(RunFolderTest, HolderIsTheOnlyOneAndHasItsPidFileHoweverClaimsCollide) {
  constexpr int kClaims = 500;
  std::atomic<int> holders = 0;
  std::atomic<int> claimed = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      base::SeededRandom random(seed);
      while (claimed < kClaims && wrong == 0) {
        const auto held = RunFolder::claim(path_, kControlPort, random);
        if (!held) continue;
        ++claimed;
        if (++holders != 1 || !fs::exists(path_ / "pid")) ++wrong;
        --holders;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0) << "after " << claimed << " claims";
}

}  // namespace
}  // namespace buzzer::node
