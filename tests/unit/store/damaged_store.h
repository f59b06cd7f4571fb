// A RocksDB store on the real disk whose files a test damages; for TEST_F.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "node/store/rocksdb_store.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/store/history.h"

namespace buzzer::store {

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& content);

class DamagedStoreTest : public testing::Test {
 protected:
  DamagedStoreTest();

  // A store that was closed with all of its history synced, part of it in tables and part in the log.
  void make_store();
  // Undoes all damage since.
  void restore();

  // The file of the database with `ending` in its name and the highest number.
  std::filesystem::path newest(const std::string& ending);
  // One bit in the middle.
  void flip(const std::filesystem::path& path);
  // What is in the store's folder, by path.
  std::map<std::string, std::string> all_files();

  // Opens what was damaged. Refused with what to do, or an error when read, or all of it is there; anything else is a
  // failure of the test.
  enum class Outcome { kRefused, kUnreadable, kWhole };
  Outcome judge();

  tests::TempFolder folder_;
  RocksDbStoreOptions options_;
  History history_{3};
};

}  // namespace buzzer::store
