// A store that was left with two logs, as by a kill while a table was being written, opens without a word of loss.
#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "tests/unit/store/damaged_store.h"

namespace buzzer::store {
namespace {

// A disk on which no table can be made.
class NoTables final : public rocksdb::FileSystemWrapper {
 public:
  NoTables() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "NoTables"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (path.ends_with(".sst")) return rocksdb::IOStatus::IOError("an error that a test has asked for");
    return target()->NewWritableFile(path, options, file, debug);
  }
};

class Words final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view message, base::LogFields fields) override {
    said_ += message;
    for (const base::LogField& field : fields) said_ += " " + field.value;
    said_ += '\n';
  }
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  std::string said_;
};

class TwoLogsTest : public DamagedStoreTest {
 protected:
  [[nodiscard]] std::size_t logs() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(options_.folder / "db")) {
      if (entry.path().extension() == ".log") ++count;
    }
    return count;
  }
};

TEST_F(TwoLogsTest, AreReadWithoutAWordOfLoss) {
  options_.write_buffer_bytes = 64UL << 10;
  options_.file_system = std::make_shared<NoTables>();
  {
    const auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    while (logs() < 2) {
      ASSERT_TRUE((*store)->write(history_.next()));
      ASSERT_TRUE((*store)->sync());
      history_.all_synced();
    }
  }
  ASSERT_EQ(logs(), 2U);
  Words words;
  options_.log = &words;
  options_.file_system = nullptr;
  EXPECT_EQ(judge(), Outcome::kWhole);
  EXPECT_EQ(words.said(), "");
}

}  // namespace
}  // namespace buzzer::store
