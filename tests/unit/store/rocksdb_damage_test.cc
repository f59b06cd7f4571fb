// Damage to the files of a RocksDB store: it is recovered from, or refused with what is missing; never silently wrong.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/store/rocksdb_store.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/store/history.h"

namespace buzzer::store {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

class RocksDbDamageTest : public testing::Test {
 protected:
  RocksDbDamageTest() {
    options_.folder = folder_ / "store";
    options_.identity = {"a-grid", base::NodeId(1), 3, kShardCount};
  }

  // A store that was closed with all of its history synced, part of it in tables and part in the log.
  void make_store() {
    for (const int batches : {60, 60}) {
      auto store = open_rocksdb_store(options_);
      ASSERT_TRUE(store) << store.error().message;
      ASSERT_TRUE(history_.run(**store, batches));
      ASSERT_TRUE((*store)->sync());
      history_.all_synced();
    }
    fs::copy(options_.folder, folder_ / "whole", fs::copy_options::recursive);
  }
  void restore() {
    fs::remove_all(options_.folder);
    fs::copy(folder_ / "whole", options_.folder, fs::copy_options::recursive);
  }

  // The file of the database with that ending and the highest number; or that of that name.
  fs::path newest(const std::string& ending) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(options_.folder / "db")) {
      if (entry.path().filename().string().find(ending) == std::string::npos) continue;
      if (found.empty() || found < entry.path()) found = entry.path();
    }
    EXPECT_FALSE(found.empty()) << "no file " << ending;
    return found;
  }

  std::map<std::string, std::string> all_files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(options_.folder)) {
      if (entry.is_regular_file()) files[entry.path().string()] = read_file(entry.path());
    }
    return files;
  }

  // Opens what was damaged. Refused with what to do, or an error when read, or all of it is there.
  enum class Outcome { kRefused, kUnreadable, kWhole };
  Outcome judge() {
    const auto store = open_rocksdb_store(options_);
    if (!store) {
      EXPECT_EQ(store.error().problem, OpenProblem::kDamaged) << store.error().message;
      EXPECT_THAT(store.error().message, HasSubstr("buzzer store accept-loss"));
      return Outcome::kRefused;
    }
    if (!read_all(**store)) return Outcome::kUnreadable;
    EXPECT_TRUE(history_.recovered(**store));
    return Outcome::kWhole;
  }

  // How often each outcome came of flipping one bit, or cutting the file, at places all over it.
  std::map<Outcome, int> damage_everywhere(const std::string& ending, int places) {
    std::map<Outcome, int> outcomes;
    const std::string whole = read_file(newest(ending));
    for (int i = 0; i < places && !HasFailure(); ++i) {
      const std::size_t at = whole.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(places);
      for (const bool cut : {false, true}) {
        SCOPED_TRACE(ending + (cut ? " cut" : " flipped") + " at " + std::to_string(at));
        restore();
        std::string damaged = whole.substr(0, cut ? at : whole.size());
        if (!cut) damaged[at] = static_cast<char>(damaged[at] ^ (1 << (i % 8)));
        write_file(newest(ending), damaged);
        ++outcomes[judge()];
      }
    }
    return outcomes;
  }

  tests::TempFolder folder_;
  RocksDbStoreOptions options_;
  History history_{3};
};

TEST_F(RocksDbDamageTest, ADamagedLogIsRefused) {
  make_store();
  const auto outcomes = damage_everywhere(".log", 60);
  EXPECT_GT(outcomes.at(Outcome::kRefused), 100);
}

TEST_F(RocksDbDamageTest, ADamagedTableIsRefusedOrCannotBeRead) {
  make_store();
  auto outcomes = damage_everywhere(".sst", 60);
  EXPECT_GT(outcomes[Outcome::kRefused], 50);
  EXPECT_GT(outcomes[Outcome::kUnreadable] + outcomes[Outcome::kWhole], 0);
}

TEST_F(RocksDbDamageTest, ADamagedManifestIsRefusedOrRecovered) {
  make_store();
  auto outcomes = damage_everywhere("MANIFEST", 40);
  EXPECT_GT(outcomes[Outcome::kRefused], 20);
}

TEST_F(RocksDbDamageTest, ADamagedCurrentFileIsRefused) {
  make_store();
  auto outcomes = damage_everywhere("CURRENT", 17);
  EXPECT_GT(outcomes[Outcome::kRefused], 20);
}

// The end of the log behind the last sync is no damage: a crash leaves such.
TEST_F(RocksDbDamageTest, ATornEndBehindTheLastSyncIsRecovered) {
  make_store();
  const std::string log = read_file(newest(".log"));
  for (const std::size_t garbage : {1U, 6U, 7U, 100U}) {
    restore();
    write_file(newest(".log"), log + std::string(garbage, '\x55'));
    EXPECT_EQ(judge(), Outcome::kWhole);
  }
}

TEST_F(RocksDbDamageTest, ADeletedLogIsRefusedWithWhatIsMissing) {
  make_store();
  fs::remove(newest(".log"));
  const auto store = open_rocksdb_store(options_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().problem, OpenProblem::kDamaged);
  EXPECT_THAT(store.error().message, AllOf(HasSubstr("writes of sequences"), HasSubstr("not all there"),
                                           HasSubstr("buzzer store accept-loss " + options_.folder.string())));
}

// Likewise when a table was written from the log before it, after what was lost had been synced.
TEST_F(RocksDbDamageTest, ADeletedLogIsRefusedThoughATableIsNewer) {
  options_.write_buffer_bytes = 64UL << 10;
  const auto logs = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(options_.folder / "db"))
      count += entry.path().extension() == ".log";
    return count;
  };
  {
    const auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    while (logs() < 2) ASSERT_TRUE((*store)->write(history_.next()));  // until a table is being written
    ASSERT_TRUE((*store)->write(history_.next()));
    ASSERT_TRUE((*store)->sync());
    history_.all_synced();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (logs() > 1 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_EQ(logs(), 1U) << "the table was not written";
  }
  fs::remove(newest(".log"));
  EXPECT_EQ(judge(), Outcome::kRefused);
}

TEST_F(RocksDbDamageTest, AMissingDatabaseBesideItsWitnessIsRefused) {
  make_store();
  fs::remove_all(options_.folder / "db");
  const auto store = open_rocksdb_store(options_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().problem, OpenProblem::kDamaged);
  EXPECT_THAT(store.error().message, HasSubstr("all of it is missing"));
}

TEST_F(RocksDbDamageTest, AMissingOrCutWitnessIsRefused) {
  make_store();
  write_file(options_.folder / "synced", "1234567");
  EXPECT_EQ(judge(), Outcome::kRefused);
  fs::remove(options_.folder / "synced");
  EXPECT_EQ(judge(), Outcome::kRefused);
}

TEST_F(RocksDbDamageTest, AStoreThatIsRefusedIsLeftAsItWas) {
  make_store();
  std::string log = read_file(newest(".log"));
  log[log.size() / 2] ^= 1;
  write_file(newest(".log"), log);
  const auto before = all_files();
  EXPECT_EQ(judge(), Outcome::kRefused);
  EXPECT_TRUE(all_files() == before);
  options_.identity.nodes = 4;
  restore();
  const auto whole = all_files();
  EXPECT_FALSE(open_rocksdb_store(options_));
  EXPECT_TRUE(all_files() == whole);
}

TEST_F(RocksDbDamageTest, AnAcceptedLossGoesOnWithWhatIsLeft) {
  make_store();
  const std::string log = read_file(newest(".log"));
  for (const std::size_t at : {log.size() / 4, log.size() / 2}) {
    restore();
    std::string damaged = log;
    damaged[at] ^= 1;
    write_file(newest(".log"), damaged);
    ASSERT_EQ(judge(), Outcome::kRefused);
    options_.accept_loss = true;
    {
      const auto store = open_rocksdb_store(options_);
      ASSERT_TRUE(store) << store.error().message;
      const auto entries = read_all(**store);
      ASSERT_TRUE(entries);
      EXPECT_FALSE(entries->empty());
    }
    options_.accept_loss = false;
    EXPECT_TRUE(open_rocksdb_store(options_));
  }
}

TEST_F(RocksDbDamageTest, AnAcceptedLossOfEverythingBeginsAnew) {
  make_store();
  fs::remove_all(options_.folder / "db");
  options_.accept_loss = true;
  const auto store = open_rocksdb_store(options_);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(read_all(**store), Entries());
}

TEST_F(RocksDbDamageTest, AStoreIsOpenedByOneAtATime) {
  const auto store = open_rocksdb_store(options_);
  ASSERT_TRUE(store);
  const auto second = open_rocksdb_store(options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().problem, OpenProblem::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("another process"));
}

}  // namespace
}  // namespace buzzer::store
