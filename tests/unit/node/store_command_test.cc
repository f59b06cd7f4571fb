#include "node/store_command.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/exit_codes.h"
#include "node/store/key_schema.h"
#include "node/store/rocksdb_store.h"
#include "tests/support/temp_folder.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;
using store::Batch;
using store::OpenProblem;
using store::Store;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kWrites = 60;

std::string key_of(int number) { return "\x05k" + std::to_string(number); }

class StoreCommandTest : public testing::Test {
 protected:
  StoreCommandTest() {
    options_.folder = folder_ / "store";
    options_.identity = {"a-grid", base::NodeId(1), 3, store::kShardCount};
    Batch first;
    first.put(incarnation_, "01234567");
    EXPECT_TRUE(open()->write(first));  // in a table as soon as it is opened again
    const auto made = open();
    for (int i = 0; i < kWrites; ++i) {
      Batch batch;
      batch.put(key_of(i), std::string(100, 'v'));
      EXPECT_TRUE(made->write(batch) && made->sync());
    }
  }

  std::unique_ptr<Store> open() {
    auto opened = store::open_rocksdb_store(options_);
    if (opened) return *std::move(opened);
    ADD_FAILURE() << opened.error().message;
    return nullptr;
  }
  OpenProblem refusal() {
    const auto opened = store::open_rocksdb_store(options_);
    EXPECT_FALSE(opened) << "it should not have opened";
    return opened ? OpenProblem::kUnavailable : opened.error().problem;
  }

  int run(bool json = false) { return accept_loss({options_.folder, json}, out_, err_); }

  // The log with the highest number.
  fs::path log() {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(options_.folder / "db")) {
      if (entry.path().extension() == ".log" && found < entry.path()) found = entry.path();
    }
    return found;
  }
  void flip_a_bit_of_the_log() {
    std::fstream file(log(), std::ios::binary | std::ios::in | std::ios::out);
    const auto middle = static_cast<std::streamoff>(fs::file_size(log()) / 2);
    file.seekg(middle);
    const int byte = file.get();
    file.seekp(middle);
    file.put(static_cast<char>(byte ^ 1));
  }
  std::map<std::string, std::string> all_files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[entry.path().string()] = content.str();
    }
    return files;
  }
  // How many of the writes are there, which must be the first ones.
  static int kept(const Store& store) {
    std::string value;
    int count = 0;
    while (count < kWrites && store.get(key_of(count), value).value_or(false)) ++count;
    for (int i = count; i < kWrites; ++i) EXPECT_EQ(store.get(key_of(i), value), false) << i;
    return count;
  }

  const std::string incarnation_{store::meta_key(store::ShardId(5), store::ShardField::kIncarnation).bytes()};
  const tests::TempFolder folder_;
  store::RocksDbStoreOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(StoreCommandTest, ADamagedStoreOpensAgainWithTheFirstWritesAndNewIncarnations) {
  flip_a_bit_of_the_log();
  ASSERT_EQ(refusal(), OpenProblem::kDamaged);
  EXPECT_EQ(run(), 0) << err_.str();
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_GT(kept(*opened), 0);
  EXPECT_LT(kept(*opened), kWrites);
  std::string value;
  EXPECT_EQ(opened->get(incarnation_, value), false);
}

TEST_F(StoreCommandTest, ItTellsWhoseTheStoreIsAndWhatWasKeptAndLost) {
  const auto whole = store::survey_rocksdb_store(options_);
  flip_a_bit_of_the_log();
  const auto damaged = store::survey_rocksdb_store(options_);
  ASSERT_TRUE(whole && damaged);
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("node 1 of grid \"a-grid\" (3 nodes)"),
                    HasSubstr("Kept: all that was written up to sequence " + std::to_string(damaged->recovered)),
                    HasSubstr("Lost: the rest of sequences " + std::to_string(damaged->recovered + 1) + " to " +
                              std::to_string(whole->recovered))));
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(StoreCommandTest, ItTellsTheSameAsJson) {
  flip_a_bit_of_the_log();
  const auto damaged = store::survey_rocksdb_store(options_);
  ASSERT_TRUE(damaged);
  EXPECT_EQ(run(true), 0) << err_.str();
  const auto told = nlohmann::json::parse(out_.str());
  EXPECT_EQ(told["grid"], "a-grid");
  EXPECT_EQ(told["node"], 1);
  EXPECT_EQ(told["lost"], true);
  EXPECT_EQ(told["recovered"], damaged->recovered);
  EXPECT_EQ(told["synced"], *damaged->synced);
  out_.str("");
  EXPECT_EQ(run(true), 0) << err_.str();
  EXPECT_EQ(nlohmann::json::parse(out_.str())["lost"], false) << "it was accepted";
}

TEST_F(StoreCommandTest, ADeletedLogAndAMissingWitnessCanBeAcceptedToo) {
  fs::remove(log());
  ASSERT_EQ(refusal(), OpenProblem::kDamaged);
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_TRUE(open());
  fs::remove(options_.folder / "synced");
  ASSERT_EQ(refusal(), OpenProblem::kDamaged);
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("nobody can tell how much"));
  EXPECT_TRUE(open());
}

TEST_F(StoreCommandTest, AStoreThatHasLostNothingIsLeftAsItIs) {
  const auto before = all_files();
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("left as it is"), Not(HasSubstr("Lost"))));
  EXPECT_TRUE(all_files() == before);
}

TEST_F(StoreCommandTest, ItRefusesWhileSomebodyHasTheStoreOpen) {
  flip_a_bit_of_the_log();
  options_.accept_loss = true;
  const auto somebody = open();
  EXPECT_EQ(run(), kExitCannotTell);
  EXPECT_THAT(err_.str(), HasSubstr("is another process using it?"));
  EXPECT_THAT(out_.str(), IsEmpty());
}

TEST_F(StoreCommandTest, ItRefusesWhenTooLittleIsLeftAndLeavesThat) {
  fs::remove(options_.folder / "db" / "CURRENT");
  const auto before = all_files();
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("all of it is missing"), HasSubstr("restore a backup")));
  EXPECT_TRUE(all_files() == before);
}

TEST_F(StoreCommandTest, ItRefusesAStoreThatNoLongerSaysWhoseItIs) {
  options_.folder = folder_ / "new";
  open().reset();
  fs::remove(log());  // a new store has nothing else yet
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("says whose it is"), HasSubstr("restore a backup, or wipe it")));
}

TEST_F(StoreCommandTest, ItRefusesAFolderWithoutAStoreAndMakesNone) {
  options_.folder = folder_ / "mistyped";
  EXPECT_EQ(run(), kExitCannotTell);
  EXPECT_THAT(err_.str(), HasSubstr("there is no store in " + options_.folder.string()));
  EXPECT_FALSE(fs::exists(options_.folder));
}

}  // namespace
}  // namespace buzzer::node
