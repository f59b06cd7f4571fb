#include "base/file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace buzzer::base {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::size_t kLimit = 65536;
constexpr fs::perms kOwnerOnly = fs::perms::owner_read | fs::perms::owner_write;

class FileTest : public testing::Test {
 protected:
  tests::TempFolder folder_;
  const fs::path path_ = folder_ / "fact";
};

TEST_F(FileTest, WrittenContentIsReadBack) {
  const std::string content("two\nlines\0and a zero", 20);
  ASSERT_TRUE(write_private_file(path_, content));
  EXPECT_EQ(read_small_file(path_), content);
}

TEST_F(FileTest, WritingReplacesWhatWasThere) {
  ASSERT_TRUE(write_private_file(path_, "a long first content"));
  ASSERT_TRUE(write_private_file(path_, "second"));
  EXPECT_EQ(read_small_file(path_), "second");
}

TEST_F(FileTest, NobodyButTheOwnerMayRead) {
  ASSERT_TRUE(write_private_file(path_, "secret"));
  EXPECT_EQ(fs::status(path_).permissions(), kOwnerOnly);
}

// A file that others could read stayed so when a secret replaced its content.
TEST_F(FileTest, ReplacingAFileThatOthersCouldReadMakesItPrivate) {
  std::ofstream(path_) << "public";
  fs::permissions(path_, fs::perms::all);
  ASSERT_TRUE(write_private_file(path_, "secret"));
  EXPECT_EQ(fs::status(path_).permissions(), kOwnerOnly);
}

TEST_F(FileTest, CreatingLeavesWhatIsThere) {
  EXPECT_EQ(create_private_file(path_, "first"), true);
  EXPECT_EQ(create_private_file(path_, "second"), false);
  EXPECT_EQ(read_small_file(path_), "first");
  EXPECT_EQ(fs::status(path_).permissions(), kOwnerOnly);
}

TEST_F(FileTest, NothingElseIsLeftInTheFolder) {
  ASSERT_TRUE(write_private_file(path_, "a"));
  ASSERT_TRUE(create_private_file(path_, "b"));
  ASSERT_TRUE(create_private_file(folder_ / "other", "c"));
  EXPECT_EQ(folder_.size(), 2U);
}

TEST_F(FileTest, FailedWriteLeavesNothingBehind) {
  fs::create_directory(path_);
  EXPECT_FALSE(write_private_file(path_, "x"));
  EXPECT_EQ(folder_.size(), 1U);
}

// Two that made one file at once shared a scratch file if their pids were alike (threads, containers): the one could
// cut off what the other was publishing.
TEST_F(FileTest, OfSeveralCreatorsExactlyOneWinsAndItsContentIsWhole) {
  constexpr int kRounds = 50;
  constexpr std::size_t kCreators = 4;
  for (int round = 0; round < kRounds; ++round) {
    const fs::path path = folder_ / ("round-" + std::to_string(round));
    std::atomic<bool> go = false;
    std::array<bool, kCreators> succeeded{};
    std::array<bool, kCreators> won{};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kCreators; ++i) {
      threads.emplace_back([&, i] {
        while (!go) std::this_thread::yield();
        const auto made = create_private_file(path, std::string(1000, static_cast<char>('a' + i)));
        succeeded.at(i) = made.has_value();
        won.at(i) = made.value_or(false);
      });
    }
    go = true;
    for (auto& thread : threads) thread.join();
    ASSERT_THAT(succeeded, testing::Each(true));
    ASSERT_EQ(std::count(won.begin(), won.end(), true), 1);
    const auto winner = std::find(won.begin(), won.end(), true) - won.begin();
    ASSERT_EQ(read_small_file(path), std::string(1000, static_cast<char>('a' + winner)));
  }
}

TEST_F(FileTest, EmptyContentMakesAnEmptyFile) {
  ASSERT_TRUE(write_private_file(path_, ""));
  EXPECT_EQ(read_small_file(path_), "");
}

TEST_F(FileTest, FilesUpToTheLimitAreRead) {
  ASSERT_TRUE(write_private_file(path_, std::string(kLimit, 'x')));
  const auto read = read_small_file(path_);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), kLimit);
}

TEST_F(FileTest, LargerFilesAreRefusedWithTheLimit) {
  ASSERT_TRUE(write_private_file(path_, std::string(kLimit + 1, 'x')));
  const auto read = read_small_file(path_);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr(path_.string()));
  EXPECT_THAT(read.error().message, HasSubstr("65536"));
}

TEST_F(FileTest, ErrorsNameTheFileAndTheReason) {
  const fs::path missing = folder_ / "no-such-folder" / "fact";
  const auto read = read_small_file(missing);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr(missing.string()));
  EXPECT_THAT(read.error().message, HasSubstr("No such file"));
  const auto written = write_private_file(missing, "x");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr(missing.string()));
  const auto created = create_private_file(missing, "x");
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message, HasSubstr(missing.string()));
}

TEST_F(FileTest, AFolderIsNotRead) { EXPECT_FALSE(read_small_file(folder_.path())); }

}  // namespace
}  // namespace buzzer::base
