#include "node/grid_key.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/secret.h"
#include "tests/support/temp_folder.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kDigits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

class GridKeyTest : public testing::Test {
 protected:
  void write(const std::string& content) const { ASSERT_TRUE(base::write_private_file(path_, content)); }
  [[nodiscard]] std::string error() const {
    const auto key = load_grid_key(path_);
    return key ? "(none)" : key.error().message;
  }

  tests::TempFolder folder_;
  const fs::path path_ = folder_ / "grid.key";
  base::SeededRandom random_{1};
};

TEST_F(GridKeyTest, KeyIs64HexadecimalDigits) {
  write(kDigits);
  const auto key = load_grid_key(path_);
  ASSERT_TRUE(key);
  EXPECT_EQ(base::to_hex(*key), kDigits);
}

TEST_F(GridKeyTest, EndOfTheLineDoesNotMatter) {
  for (const char* end : {"\n", "\r\n", "\n\n"}) {
    write(kDigits + end);
    EXPECT_TRUE(load_grid_key(path_));
  }
}

TEST_F(GridKeyTest, OtherContentIsNoKeyAndIsNotRepeated) {
  for (const std::string& content :
       {std::string(), kDigits.substr(1), kDigits + "0", " " + kDigits, kDigits + " ", "g" + kDigits.substr(1)}) {
    write(content);
    EXPECT_THAT(error(), HasSubstr(path_.string()));
    EXPECT_THAT(error(), HasSubstr("64 hexadecimal digits"));
    EXPECT_THAT(error(), testing::Not(HasSubstr("0102030405")));
  }
}

TEST_F(GridKeyTest, KeyThatOthersCanReadIsRefused) {
  write(kDigits);
  for (const fs::perms others : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write | others);
    EXPECT_THAT(error(), HasSubstr("chmod 600"));
  }
}

TEST_F(GridKeyTest, MissingFileIsNamedAndNotMade) {
  EXPECT_THAT(error(), HasSubstr(path_.string()));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(GridKeyTest, FirstStartMakesTheKeyAndLaterOnesFindIt) {
  const auto made = load_or_make_grid_key(path_, random_);
  ASSERT_TRUE(made);
  EXPECT_EQ(load_or_make_grid_key(path_, random_), *made);
  EXPECT_EQ(load_grid_key(path_), *made);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(GridKeyTest, EachGridHasAnotherKey) {
  const auto one = load_or_make_grid_key(folder_ / "one.key", random_);
  const auto other = load_or_make_grid_key(folder_ / "other.key", random_);
  ASSERT_TRUE(one && other);
  EXPECT_NE(*one, *other);
}

TEST_F(GridKeyTest, BrokenKeyIsNotReplaced) {
  write("not a key");
  EXPECT_FALSE(load_or_make_grid_key(path_, random_));
  EXPECT_EQ(base::read_small_file(path_), "not a key");
}

TEST_F(GridKeyTest, FolderThatIsNotThereIsNamed) {
  const auto key = load_or_make_grid_key(folder_ / "no-such" / "grid.key", random_);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr("no-such/grid.key"));
}

}  // namespace
}  // namespace buzzer::node
