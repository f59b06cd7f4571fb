#include "tests/unit/store/damaged_store.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

namespace buzzer::store {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

DamagedStoreTest::DamagedStoreTest() {
  options_.folder = folder_ / "store";
  options_.identity = {"a-grid", base::NodeId(1), 3, kShardCount};
}

void DamagedStoreTest::make_store() {
  for (const int batches : {60, 60}) {
    auto store = open_rocksdb_store(options_);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(history_.run(**store, batches));
    ASSERT_TRUE((*store)->sync());
    history_.all_synced();
  }
  fs::copy(options_.folder, folder_ / "whole", fs::copy_options::recursive);
}

void DamagedStoreTest::restore() {
  fs::remove_all(options_.folder);
  fs::copy(folder_ / "whole", options_.folder, fs::copy_options::recursive);
}

fs::path DamagedStoreTest::newest(const std::string& ending) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(options_.folder / "db")) {
    if (entry.path().filename().string().find(ending) == std::string::npos) continue;
    if (found.empty() || found < entry.path()) found = entry.path();
  }
  EXPECT_FALSE(found.empty()) << "no file " << ending;
  return found;
}

void DamagedStoreTest::flip(const fs::path& path) {
  std::string content = read_file(path);
  content.at(content.size() / 2) ^= 1;
  write_file(path, content);
}

std::map<std::string, std::string> DamagedStoreTest::all_files() {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(options_.folder)) {
    if (entry.is_regular_file()) files[entry.path().string()] = read_file(entry.path());
  }
  return files;
}

DamagedStoreTest::Outcome DamagedStoreTest::judge() {
  const auto store = open_rocksdb_store(options_);
  if (!store) {
    EXPECT_EQ(store.error().problem, OpenProblem::kDamaged) << store.error().message;
    EXPECT_THAT(store.error().message, testing::HasSubstr("buzzer store accept-loss"));
    return Outcome::kRefused;
  }
  if (!read_all(**store)) return Outcome::kUnreadable;
  EXPECT_TRUE(history_.recovered(**store));
  return Outcome::kWhole;
}

}  // namespace buzzer::store
