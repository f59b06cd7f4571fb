// What is found out about a store that has lost something, and how it goes on without that.
#include <cstddef>
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
