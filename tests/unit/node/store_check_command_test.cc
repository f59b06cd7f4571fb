#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/exit_codes.h"
#include "node/store/rocksdb_store.h"
#include "node/store_command.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/store_tools/sound_store.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;
using store_tools::kShard;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

// A store on disk in which everything fits together, in a table and with a log.
class StoreCheckCommandTest : public testing::Test {
 protected:
  StoreCheckCommandTest() {
    options_.folder = folder_ / "store";
    options_.identity = {"a-grid", base::NodeId(2), 3, store::kShardCount};
    store::Batch all;
    const auto copied = store::for_each_entry(sound_.store(), {{}, store::Key().byte(0xFF).bytes()},
                                              store::Direction::kForward, [&](auto key, auto value) {
                                                all.put(key, value);
                                                return true;
                                              });
    EXPECT_TRUE(copied);
    write(all);
    open().reset();  // what the log held is in a table now
  }

  std::unique_ptr<store::Store> open() {
    auto opened = store::open_rocksdb_store(options_);
    if (opened) return *std::move(opened);
    ADD_FAILURE() << opened.error().message;
    return nullptr;
  }
  void write(const store::Batch& batch) {
    const auto opened = open();
    EXPECT_TRUE(opened->write(batch) && opened->sync());
  }

  int run(bool json = false) {
    out_.str("");
    err_.str("");
    return check_store({options_.folder, json}, out_, err_);
  }
  nlohmann::json told() { return nlohmann::json::parse(out_.str()); }

  fs::path file_of(const std::string& extension) {
    for (const auto& entry : fs::directory_iterator(options_.folder / "db")) {
      if (entry.path().extension() == extension) return entry.path();
    }
    ADD_FAILURE() << "no " << extension;
    return {};
  }
  static void flip_a_bit(const fs::path& path, std::uintmax_t at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
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

  const tests::TempFolder folder_;
  store_tools::SoundStore sound_;
  store::RocksDbStoreOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(StoreCheckCommandTest, ASoundStoreIsToldOfAndLeftAsItIs) {
  const auto before = all_files();
  EXPECT_EQ(run(), 0) << err_.str();
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("belongs to node 2 of grid \"a-grid\" (3 nodes)"), HasSubstr("accounts"),
                                HasSubstr("Sound, in ")));
  EXPECT_THAT(err_.str(), IsEmpty());
  EXPECT_EQ(run(true), 0) << err_.str();
  EXPECT_EQ(told()["sound"], true);
  EXPECT_EQ(told()["tables"]["b"]["entries"], 3);
  EXPECT_EQ(told()["findings"], nlohmann::json::array());
  EXPECT_TRUE(all_files() == before);
}

TEST_F(StoreCheckCommandTest, AFollowerThatIsGoneIsFound) {
  store::Batch batch;
  batch.erase(store::follower_key(kShard, sound_.ann, sound_.bob).bytes());
  write(batch);
  EXPECT_EQ(run(), kExitWrong);
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("Without their counterpart: 1\n  shard 5: 'g' " + sound_.bob + ' ' + sound_.ann),
                    HasSubstr("NOT SOUND: 2 findings")));
  EXPECT_EQ(run(true), kExitWrong);
  EXPECT_EQ(told()["sound"], false);
  EXPECT_EQ(told()["findings"][0]["kind"], "no-counterpart");
  EXPECT_EQ(told()["findings"][0]["first"][0]["shard"], 5);
}

TEST_F(StoreCheckCommandTest, AWrongValueIsFound) {
  store::Batch batch;
  batch.put(store::account_key(kShard, sound_.ann).bytes(), "\xff\xff");
  write(batch);
  EXPECT_EQ(run(), kExitWrong);
  EXPECT_THAT(out_.str(), HasSubstr("'a' " + sound_.ann + " does not hold a record of its table"));
}

// Wherever in the table it is: some of its bytes no entry is read from.
TEST_F(StoreCheckCommandTest, AFlippedBitInATableIsFound) {
  const fs::path table = file_of(".sst");
  const std::uintmax_t size = fs::file_size(table);
  for (std::uintmax_t at = 3; at < size; at += size / 20) {
    flip_a_bit(table, at);
    EXPECT_EQ(run(), kExitWrong) << "byte " << at << " of " << size << '\n' << out_.str() << err_.str();
    EXPECT_THAT(out_.str() + err_.str(), HasSubstr("is damaged")) << at;
    flip_a_bit(table, at);
  }
  EXPECT_EQ(run(), 0) << "as it was";
}

TEST_F(StoreCheckCommandTest, WritesThatAreLostAreFound) {
  store::Batch batch;
  batch.put(store::sweep_key(kShard, 2).bytes(), "");
  write(batch);
  fs::remove(file_of(".log"));
  EXPECT_EQ(run(), kExitWrong);
  EXPECT_THAT(out_.str(), HasSubstr("were synced and are not all there"));
}

TEST_F(StoreCheckCommandTest, WhereItCannotLookItSaysSoAndNothingIsMade) {
  {
    const auto somebody = open();
    EXPECT_EQ(run(), kExitCannotTell);
    EXPECT_THAT(err_.str(), HasSubstr("is another process using it?"));
    EXPECT_EQ(run(true), kExitCannotTell);
    EXPECT_THAT(told()["error"].get<std::string>(), HasSubstr("is another process using it?"));
  }
  options_.folder = folder_ / "mistyped";
  EXPECT_EQ(run(), kExitCannotTell);
  EXPECT_THAT(err_.str(), HasSubstr("there is no store in " + options_.folder.string()));
  EXPECT_FALSE(fs::exists(options_.folder));
}

TEST_F(StoreCheckCommandTest, AStoreOfANewerReleaseIsNotJudged) {
  options_.schema.version = store::present_schema().version + 1;
  options_.schema.migrations = {
      {options_.schema.version - 1, [](store::Store&, store::Batch&) { return base::Result<void>{}; }}};
  open().reset();
  EXPECT_EQ(run(), kExitCannotTell);
  EXPECT_THAT(err_.str(), HasSubstr("a newer release made this store"));
}

}  // namespace
}  // namespace buzzer::node
