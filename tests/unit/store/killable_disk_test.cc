// What a kill takes from a store on the disk of killable_disk.h: played by copying the folder as it is at one moment,
// which is all that a killed process leaves.
#include "node/store/killable_disk.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "node/store/faulty_file_system.h"
#include "node/store/unsynced_names.h"
#include "tests/support/temp_folder.h"

namespace buzzer::store {
namespace {

namespace fs = std::filesystem;
using Contents = std::map<std::string, std::string>;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class KillableDiskTest : public testing::Test {
 protected:
  KillableDiskTest() { fs::create_directories(store()); }

  [[nodiscard]] fs::path store() const { return folder_.path() / "store"; }
  [[nodiscard]] std::string path(const std::string& name) const { return (store() / name).string(); }

  // A new process begins.
  void start(std::uint64_t seed) { files_ = make_killable_disk(store(), seed); }

  void write(const std::string& name, const std::string& content, bool sync = true) {
    ASSERT_TRUE(rocksdb::WriteStringToFile(files_.get(), content, path(name), sync).ok());
  }
  void rename(const std::string& from, const std::string& to) {
    ASSERT_TRUE(files_->RenameFile(path(from), path(to), {}, nullptr).ok());
  }
  void sync_folder() {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    ASSERT_TRUE(files_->NewDirectory(store().string(), {}, &folder, nullptr).ok());
    ASSERT_TRUE(folder->FsyncWithDirOptions({}, nullptr, {}).ok());
  }

  [[nodiscard]] Contents contents() const {
    Contents found;
    for (const auto& entry : fs::directory_iterator(store())) {
      found[entry.path().filename().string()] = read_file(entry.path());
    }
    return found;
  }

  // What there may be after a kill at this moment.
  std::set<Contents> after_kills() {
    const fs::path now = folder_.path() / "now";
    std::set<Contents> found;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      fs::remove_all(now);
      fs::create_directories(now);
      for (const char* name : {"store", "unsynced-names"}) {
        fs::copy(folder_.path() / name, now / name, fs::copy_options::recursive);
      }
      start(seed);
      found.insert(contents());
      for (const char* name : {"store", "unsynced-names"}) {
        fs::remove_all(folder_.path() / name);
        fs::copy(now / name, folder_.path() / name, fs::copy_options::recursive);
      }
    }
    return found;
  }

  tests::TempFolder folder_;
  std::shared_ptr<rocksdb::FileSystem> files_;
};

TEST_F(KillableDiskTest, UnsyncedBytesAreGone) {
  start(1);
  write("a", "synced");
  write("b", "not synced", false);
  sync_folder();
  EXPECT_EQ(after_kills(), (std::set<Contents>{{{"a", "synced"}, {"b", ""}}}));
}

TEST_F(KillableDiskTest, SomeOfTheNewestNamesAreUndone) {
  start(1);
  write("CURRENT", "old");
  write("log", "1");
  sync_folder();
  write("new", "new");
  rename("new", "CURRENT");
  ASSERT_TRUE(files_->DeleteFile(path("log"), {}, nullptr).ok());
  EXPECT_EQ(contents(), (Contents{{"CURRENT", "new"}})) << "nothing is undone while the process lives";
  EXPECT_EQ(after_kills(), (std::set<Contents>{
                               {{"CURRENT", "old"}, {"log", "1"}},
                               {{"CURRENT", "old"}, {"log", "1"}, {"new", "new"}},
                               {{"CURRENT", "new"}, {"log", "1"}},
                               {{"CURRENT", "new"}},
                           }));
}

TEST_F(KillableDiskTest, WhatAFolderWasSyncedWithStays) {
  start(1);
  write("new", "new");
  rename("new", "CURRENT");
  sync_folder();
  write("later", "");
  EXPECT_EQ(after_kills(), (std::set<Contents>{{{"CURRENT", "new"}}, {{"CURRENT", "new"}, {"later", ""}}}));
}

TEST_F(KillableDiskTest, AKillWhileNamesAreUndoneChangesNothingOfWhatIsLeft) {
  start(1);
  write("CURRENT", "old");
  sync_folder();
  write("new", "new");
  rename("new", "CURRENT");
  // As a process leaves it that was killed in the middle of undoing the rename, having drawn that one change stays.
  fs::rename(path("CURRENT"), path("new"));
  std::ofstream(folder_.path() / "unsynced-names" / "stay") << "1\n";
  EXPECT_EQ(after_kills(), (std::set<Contents>{{{"CURRENT", "old"}, {"new", "new"}}}));
}

// So a kill within a sync leaves what a power cut may leave.
TEST(SlowSyncTest, SomeOfTheBytesAreOnDiskBeforeTheOthers) {
  const tests::TempFolder folder;
  FaultyFileSystem files(rocksdb::FileSystem::Default());
  files.sync_slowly(std::chrono::milliseconds(20), 1);
  std::set<std::string> seen;
  for (int i = 0; i < 100 && seen.size() < 3; ++i) {
    const std::string path = (folder.path() / std::to_string(i)).string();
    std::unique_ptr<rocksdb::FSWritableFile> file;
    ASSERT_TRUE(files.NewWritableFile(path, {}, &file, nullptr).ok());
    const std::string whole(1000, 'x');
    ASSERT_TRUE(file->Append(whole, {}, nullptr).ok());
    ASSERT_EQ(read_file(path), "");
    std::thread syncing([&] { EXPECT_TRUE(file->Sync({}, nullptr).ok()); });
    std::string now;
    while (now.size() < whole.size() || now.find('\0') != std::string::npos) {
      now = read_file(path);
      if (now.find('\0') != std::string::npos) {
        seen.insert("sectors");
      } else if (!now.empty() && now.size() < whole.size()) {
        seen.insert("a beginning");
      } else {
        seen.insert("all or nothing");
      }
      std::this_thread::yield();
    }
    syncing.join();
    EXPECT_EQ(read_file(path), whole);
  }
  EXPECT_EQ(seen.size(), 3U);
}

}  // namespace
}  // namespace buzzer::store
