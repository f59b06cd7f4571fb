// Damage to the files of a RocksDB store: it is recovered from, or refused with what is missing; never silently wrong.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "node/store/key_schema.h"
#include "node/store/rocksdb_store.h"
#include "tests/unit/store/damaged_store.h"

namespace buzzer::store {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class RocksDbDamageTest : public DamagedStoreTest {
 protected:
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

// A node opened such a store again and again, for ever, and never said why nothing worked.
TEST_F(RocksDbDamageTest, DamageThatIsMetWhileTablesAreMergedIsTold) {
  std::mt19937 random(5);
  const auto write_some = [&](Store& store) {
    Batch batch;
    for (int i = 0; i < 50; ++i) {
      std::string value(1000, ' ');
      for (char& c : value) c = static_cast<char>(random());
      batch.put("key" + std::to_string(random()), value);
    }
    return store.write(batch) && store.sync();
  };
  for (int life = 0; life < 2; ++life) {  // the second finds the log and makes a table of it
    auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(write_some(**store));
  }
  flip(newest(".sst"));
  auto opened = open_rocksdb_store(options_);
  ASSERT_TRUE(opened) << "opening does not read that place: " << opened.error().message;
  Store& store = **opened;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!store.failed() && std::chrono::steady_clock::now() < deadline) static_cast<void>(write_some(store));
  EXPECT_THAT(store.damage(), HasSubstr("Corruption"));
}

// A node opened such a store again and again, for ever: it reads every shard's incarnation before anything else.
TEST_F(RocksDbDamageTest, DamageWhereTheIncarnationsAreIsRefused) {
  const std::string value = "\x93\x1f\xc4\x07\xe2\x5a\xb8\x6d";
  Batch batch;
  batch.put(meta_key(ShardId(5), ShardField::kIncarnation).bytes(), value);
  for (int life = 0; life < 2; ++life) {  // the second finds the log and makes a table of it
    const auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->write(batch));
    ASSERT_TRUE((*store)->sync());
  }
  std::string table = read_file(newest(".sst"));
  const std::size_t at = table.find(value);
  ASSERT_NE(at, std::string::npos);
  table[at] = static_cast<char>(table[at] ^ 1);
  write_file(newest(".sst"), table);
  fs::remove(newest(".log"));
  write_file(options_.folder / "synced", std::string(8, '\0'));
  const auto store = open_rocksdb_store(options_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().problem, OpenProblem::kDamaged);
  EXPECT_THAT(store.error().message, HasSubstr("Restore a backup"));
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

TEST_F(RocksDbDamageTest, ADeletedTableIsRefused) {
  make_store();
  fs::remove(newest(".sst"));
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
  flip(newest(".log"));
  const auto before = all_files();
  EXPECT_EQ(judge(), Outcome::kRefused);
  EXPECT_TRUE(all_files() == before);
  options_.identity.nodes = 4;
  restore();
  const auto whole = all_files();
  EXPECT_FALSE(open_rocksdb_store(options_));
  EXPECT_TRUE(all_files() == whole);
}

// A disk that fails once, when somebody asks for the size of a table for the `nth` time.
class UnmeasurableTable final : public rocksdb::FileSystemWrapper {
 public:
  explicit UnmeasurableTable(int nth) : FileSystemWrapper(rocksdb::FileSystem::Default()), left_(nth) {}
  [[nodiscard]] const char* Name() const override { return "UnmeasurableTable"; }
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* size,
                                rocksdb::IODebugContext* debug) override {
    if (path.ends_with(".sst") && --left_ == 0) return rocksdb::IOStatus::IOError("an error that a test has asked for");
    return target()->GetFileSize(path, options, size, debug);
  }

 private:
  std::atomic<int> left_;
};

// It was once called damage, because RocksDB says of such an error that the table were corrupt.
TEST_F(RocksDbDamageTest, ADiskThatFailsIsNoDamageAndNothingIsGivenUpForIt) {
  make_store();
  for (const bool accept_loss : {false, true}) {
    bool refused = true;
    int nth = 0;
    while (refused) {
      restore();
      options_.file_system = std::make_shared<UnmeasurableTable>(++nth);
      options_.accept_loss = accept_loss;
      {
        const auto store = open_rocksdb_store(options_);
        refused = !store;
        if (refused) {
          EXPECT_EQ(store.error().problem, OpenProblem::kUnavailable) << store.error().message;
        }
      }
      options_.file_system.reset();
      options_.accept_loss = false;
      EXPECT_EQ(judge(), Outcome::kWhole) << nth;
    }
    EXPECT_GT(nth, 4);
  }
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
