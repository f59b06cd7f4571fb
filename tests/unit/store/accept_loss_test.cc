// What is found out about a store that has lost something, and how it goes on without that.
#include <sys/resource.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/store/key_schema.h"
#include "tests/unit/store/damaged_store.h"

namespace buzzer::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// While it lives, this process cannot make a file larger than that.
class SmallFilesOnly {
 public:
  explicit SmallFilesOnly(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  SmallFilesOnly(const SmallFilesOnly&) = delete;
  SmallFilesOnly& operator=(const SmallFilesOnly&) = delete;
  ~SmallFilesOnly() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class AcceptLossTest : public DamagedStoreTest {
 protected:
  StoreSurvey survey() {
    const auto surveyed = survey_rocksdb_store(options_);
    EXPECT_TRUE(surveyed) << surveyed.error().message;
    return surveyed.value_or(StoreSurvey());
  }
};

TEST_F(AcceptLossTest, ASurveyTellsWhoseTheStoreIsAndThatItIsWhole) {
  make_store();
  const auto before = all_files();
  options_.identity = {};
  const StoreSurvey found = survey();
  EXPECT_EQ(found.identity.grid_id, "a-grid");
  EXPECT_EQ(found.identity.node, base::NodeId(1));
  EXPECT_EQ(found.identity.nodes, 3U);
  EXPECT_EQ(found.identity.shards, kShardCount);
  EXPECT_TRUE(found.whole());
  EXPECT_EQ(found.recovered, found.synced);
  EXPECT_TRUE(all_files() == before);
}

TEST_F(AcceptLossTest, ASurveyTellsUpToWhereADamagedStoreCanBeRecovered) {
  make_store();
  const StoreSurvey whole = survey();
  flip(newest(".log"));
  const auto before = all_files();
  const StoreSurvey found = survey();
  EXPECT_FALSE(found.whole());
  EXPECT_EQ(found.identity.grid_id, "a-grid");
  EXPECT_EQ(found.synced, whole.synced);
  EXPECT_GT(found.recovered, 0U);
  EXPECT_LT(found.recovered, whole.recovered);
  EXPECT_TRUE(all_files() == before);
}

TEST_F(AcceptLossTest, ASurveyWithoutAWitnessKnowsThatItKnowsNothing) {
  make_store();
  for (const bool cut : {true, false}) {
    if (cut) write_file(options_.folder / "synced", "1234567");
    if (!cut) fs::remove(options_.folder / "synced");
    const StoreSurvey found = survey();
    EXPECT_EQ(found.synced, std::nullopt);
    EXPECT_FALSE(found.whole());
    EXPECT_GT(found.recovered, 0U);
  }
}

TEST_F(AcceptLossTest, ASurveyOfWhatCannotBeOpenedFails) {
  make_store();
  for (const char* file : {"CURRENT", "MANIFEST"}) {
    restore();
    fs::remove(newest(file));
    const auto surveyed = survey_rocksdb_store(options_);
    ASSERT_FALSE(surveyed);
    EXPECT_EQ(surveyed.error().problem, OpenProblem::kDamaged) << surveyed.error().message;
    EXPECT_THAT(surveyed.error().message, HasSubstr("restore a backup"));
  }
}

TEST_F(AcceptLossTest, TheStoreGoesOnWithWhatIsLeft) {
  make_store();
  const std::string log = read_file(newest(".log"));
  for (const std::size_t at : {log.size() / 4, log.size() / 2}) {
    restore();
    std::string damaged = log;
    damaged[at] ^= 1;
    write_file(newest(".log"), damaged);
    ASSERT_EQ(judge(), Outcome::kRefused);
    options_.accept_loss = true;
    Entries kept;
    {
      const auto store = open_rocksdb_store(options_);
      ASSERT_TRUE(store) << store.error().message;
      kept = read_all(**store).value_or(Entries());
      EXPECT_FALSE(kept.empty());
    }
    options_.accept_loss = false;
    const auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(read_all(**store), kept);
  }
}

// Once it came up whole after an attempt that was cut short, with its old incarnations: nobody saw that something was
// gone.
TEST_F(AcceptLossTest, ALossThatWasNotAcceptedToTheEndIsStillSeen) {
  make_store();
  for (const bool has_witness : {true, false}) {
    restore();
    std::string damaged = read_file(newest(".log"));
    damaged[damaged.size() / 2] ^= 1;
    write_file(newest(".log"), damaged);
    if (!has_witness) fs::remove(options_.folder / "synced");
    {
      const SmallFilesOnly no_room(sizeof(std::uint64_t));  // for the witness, and nothing else
      options_.accept_loss = true;
      EXPECT_FALSE(open_rocksdb_store(options_));
    }
    options_.accept_loss = false;
    const auto refused = open_rocksdb_store(options_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem, OpenProblem::kDamaged);
    options_.accept_loss = true;
    ASSERT_TRUE(open_rocksdb_store(options_));
    options_.accept_loss = false;
    EXPECT_TRUE(open_rocksdb_store(options_));
  }
}

TEST_F(AcceptLossTest, ALossOfEverythingBeginsAnew) {
  make_store();
  fs::remove_all(options_.folder / "db");
  options_.accept_loss = true;
  const auto store = open_rocksdb_store(options_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(read_all(**store), Entries());
}

}  // namespace
}  // namespace buzzer::store
