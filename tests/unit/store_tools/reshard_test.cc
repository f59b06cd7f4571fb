#include "node/store_tools/reshard.h"

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/grid/placement.h"
#include "node/store/key_schema.h"
#include "node/store/rocksdb_store.h"
#include "node/store_tools/disk_space.h"
#include "node/store_tools/reshard_journal.h"
#include "tests/support/temp_folder.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;
using base::NodeId;
using base::ShardId;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kNever = 1 << 30;

ShardId shard_number(std::uint32_t number) { return ShardId(static_cast<std::uint8_t>(number)); }

// A stopped grid of three, in which every shard has entries of its own.
class ReshardTest : public testing::Test {
 protected:
  using Entries = std::map<std::string, std::string>;

  ReshardTest() {
    fs::create_directories(grid_);
    for (std::uint32_t node = 0; node < 3; ++node) {
      fs::create_directories(folder(node));
      const auto made = open(node, 3);
      store::Batch batch;
      for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
        const ShardId shard = shard_number(number);
        if (grid::node_of_shard(shard, 3) != NodeId(node)) continue;
        put(batch, store::meta_key(shard, store::ShardField::kIncarnation), std::string(8, 'i'));
        for (int i = 0; i < 3; ++i) {
          put(batch, store::account_key(shard, "user" + std::to_string(i)), std::to_string(number * 1000));
        }
        put(batch, store::account_key(shard, "empty"), "");
        // So that a table has several blocks.
        put(batch, store::account_key(shard, "large"), std::string(2000, static_cast<char>('a' + number % 26)));
      }
      EXPECT_TRUE(made->write(batch) && made->sync());
    }
  }

  void put(store::Batch& batch, const store::Key& key, const std::string& value) {
    batch.put(key.bytes(), value);
    all_[std::string(key.bytes())] = value;
  }

  fs::path folder(std::uint32_t node) const { return node_folder(grid_, NodeId(node)); }

  std::unique_ptr<store::Store> open(std::uint32_t node, std::uint32_t nodes) const {
    store::RocksDbStoreOptions options;
    options.folder = present_store(folder(node));
    options.identity = {"a-grid", NodeId(node), nodes, store::kShardCount};
    auto opened = store::open_rocksdb_store(options);
    if (opened) return *std::move(opened);
    ADD_FAILURE() << opened.error().message;
    return nullptr;
  }

  // Ends before its change number `changes`, as a kill would.
  ToolResult<ReshardReport> run(std::uint32_t to, int changes = kNever, bool plan = false) {
    changes_ = 0;
    const auto hold = [this](const fs::path& run_folder) -> base::Result<void> {
      if (run_folder == running_) return base::fail("it runs");
      fs::create_directories(run_folder);
      return {};
    };
    const auto progress = [](std::string_view, std::uint64_t, std::uint64_t) {};
    return reshard({grid_, to, plan}, {hold, progress, [&](std::string_view) { return changes_++ < changes; }});
  }
  std::string refusal(std::uint32_t to) {
    const auto report = run(to);
    EXPECT_FALSE(report) << "it should have been refused";
    return report ? "" : report.error().message;
  }

  // Every entry is in the store of its own node, once, and nothing else is there; nodes may start.
  void expect_whole(std::uint32_t nodes) const {
    Entries found;
    for (std::uint32_t node = 0; node < nodes; ++node) {
      EXPECT_EQ(unfinished_reshard(folder(node)), std::nullopt);
      const auto opened = open(node, nodes);
      ASSERT_TRUE(opened);
      const auto read = store::for_each_entry(
          *opened, {{}, store::Key().byte(0xFF).bytes()}, store::Direction::kForward, [&](auto key, auto value) {
            EXPECT_EQ(grid::node_of_shard(ShardId(static_cast<std::uint8_t>(key[0])), nodes), NodeId(node));
            EXPECT_TRUE(found.emplace(key, value).second);
            return true;
          });
      EXPECT_TRUE(read);
    }
    EXPECT_TRUE(found == all_) << found.size() << " of " << all_.size();
    for (std::uint32_t node = nodes; node < base::kMaxGridSize; ++node) {
      EXPECT_FALSE(fs::exists(present_store(folder(node)))) << node;
    }
    for (const auto& entry : fs::recursive_directory_iterator(grid_)) {
      EXPECT_THAT(entry.path().filename().string(), Not(AnyOf("store.resharding", "store.replaced", "resharding")));
    }
  }

  const tests::TempFolder temporary_;
  const fs::path grid_ = temporary_ / "local";
  Entries all_;
  int changes_ = 0;   // of the last run
  fs::path running_;  // the folder of a node that runs
};

TEST_F(ReshardTest, UpAndDownAgainEveryShardIsWhereItBelongs) {
  for (const std::uint32_t to : {5U, 2U, 1U, 7U, 3U}) {
    const auto report = run(to);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->outcome, ReshardOutcome::kDone);
    EXPECT_EQ(report->to, to);
    EXPECT_EQ(report->entries(), all_.size());
    expect_whole(to);
  }
}

TEST_F(ReshardTest, CutOffAnywhereItIsFinishedAndNoNodeStartsBefore) {
  ASSERT_TRUE(run(1));
  int finished = 0;
  for (int changes = 0;; ++changes) {
    const std::uint32_t from = changes % 2 == 0 ? 1 : 2;
    const std::uint32_t to = 3 - from;
    const auto cut_off = run(to, changes);
    if (cut_off) break;
    if (changes > 0) {
      for (std::uint32_t node = 0; node < 2; ++node) {
        EXPECT_THAT(unfinished_reshard(folder(node)).value_or(""),
                    AllOf(HasSubstr("run `buzzer reshard"), HasSubstr("--to " + std::to_string(to))))
            << node << " after " << changes;
      }
    }
    const auto report = run(to);
    ASSERT_TRUE(report) << changes << ": " << report.error().message;
    if (report->outcome == ReshardOutcome::kFinished) ++finished;
    EXPECT_EQ(report->from, from);
    expect_whole(to);
  }
  EXPECT_GT(changes_, 12);
  EXPECT_GE(finished, 6) << "those that had come to the switch";
}

TEST_F(ReshardTest, CutOffTwiceItIsFinishedAllTheSame) {
  ASSERT_TRUE(run(1));
  for (int first = 2; first < 16; ++first) {
    const std::uint32_t to = first % 2 == 0 ? 2 : 1;
    static_cast<void>(run(to, first));
    static_cast<void>(run(to, 2));
    const auto report = run(to);
    ASSERT_TRUE(report) << first << ": " << report.error().message;
    expect_whole(to);
  }
}

TEST_F(ReshardTest, UntilTheSwitchItCanBeGivenUpOrBegunWithAnotherSize) {
  ASSERT_FALSE(run(5, 6));
  EXPECT_THAT(unfinished_reshard(folder(0)).value_or(""), HasSubstr("--to 3` to leave the grid as it was"));
  const auto given_up = run(3);
  ASSERT_TRUE(given_up);
  EXPECT_EQ(given_up->outcome, ReshardOutcome::kGivenUp);
  expect_whole(3);

  ASSERT_FALSE(run(5, 6));
  ASSERT_TRUE(run(2));
  expect_whole(2);
}

TEST_F(ReshardTest, ANodeThatIsStartedByAnotherPathDoesNotStartEither) {
  ASSERT_FALSE(run(5, 6));
  const fs::path link = temporary_ / "link";
  fs::create_directory_symlink(folder(0), link);
  EXPECT_THAT(unfinished_reshard(link).value_or(""), HasSubstr("is being resharded from 3 to 5 nodes"));
  EXPECT_THAT(unfinished_reshard(folder(0) / "").value_or(""), HasSubstr("is being resharded from 3 to 5 nodes"));
  fs::rename(folder(0), temporary_ / "elsewhere");
  EXPECT_THAT(unfinished_reshard(temporary_ / "elsewhere").value_or(""), HasSubstr("was left by a reshard"));
  EXPECT_EQ(unfinished_reshard(temporary_ / "new"), std::nullopt);
}

TEST_F(ReshardTest, AJournalThatMakesNoSenseStopsEverything) {
  std::ofstream(journal_path(grid_)) << "halfway 3 5 a-grid";
  EXPECT_THAT(refusal(5), HasSubstr("makes no sense"));
  EXPECT_THAT(unfinished_reshard(folder(0)).value_or(""), HasSubstr("makes no sense"));
  fs::remove(journal_path(grid_));
  expect_whole(3);
}

TEST_F(ReshardTest, FromTheSwitchOnItOnlyGoesForward) {
  ASSERT_TRUE(run(5));
  const int all = changes_;
  ASSERT_FALSE(run(3, all / 2 + 8));
  ASSERT_THAT(unfinished_reshard(folder(0)).value_or(""), Not(HasSubstr("as it was"))) << "it has switched";
  EXPECT_THAT(refusal(5), AllOf(HasSubstr("must be finished first"), HasSubstr("--to 3`")));
  ASSERT_TRUE(run(3));
  expect_whole(3);
}

TEST_F(ReshardTest, APlanAndTheSizeThatItHasChangeNothing) {
  const auto plan = run(5, 0, true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->outcome, ReshardOutcome::kPlanned);
  EXPECT_GT(plan->needed_bytes, 0U);
  const auto nothing = run(3, 0);
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_EQ(nothing->outcome, ReshardOutcome::kNothing);
  expect_whole(3);
}

TEST_F(ReshardTest, WhileANodeRunsItIsRefused) {
  running_ = folder(1);
  EXPECT_THAT(refusal(5), HasSubstr("it runs"));
  running_.clear();
  const auto somebody = open(1, 3);
  EXPECT_THAT(refusal(5), HasSubstr("is another process using it?"));
}

TEST_F(ReshardTest, AMissingAForeignAndAnExtraStoreAreRefusedByName) {
  fs::rename(present_store(folder(2)), grid_ / "away");
  EXPECT_THAT(refusal(5), HasSubstr("there is no store in " + present_store(folder(2)).string()));
  fs::copy(present_store(folder(1)), present_store(folder(2)), fs::copy_options::recursive);
  EXPECT_THAT(refusal(5), HasSubstr("belongs to node 1 of grid \"a-grid\" with 3 nodes, not to node 2"));
  fs::remove_all(present_store(folder(2)));
  fs::rename(grid_ / "away", present_store(folder(2)));
  fs::create_directories(present_store(folder(7)));
  EXPECT_THAT(refusal(5), HasSubstr("but there is also " + present_store(folder(7)).string()));
  fs::remove_all(present_store(folder(7)));
  expect_whole(3);
}

TEST_F(ReshardTest, AStoreThatHasLostSomethingIsRefused) {
  for (const auto& entry : fs::directory_iterator(present_store(folder(1)) / "db")) {
    if (entry.path().extension() == ".log") fs::resize_file(entry.path(), entry.file_size() / 2);
  }
  const auto report = run(5);
  ASSERT_FALSE(report);
  EXPECT_TRUE(report.error().is_wrong) << report.error().message;
  EXPECT_EQ(unfinished_reshard(folder(0)), std::nullopt);
}

// Found while it is copied; nothing has changed then.
TEST_F(ReshardTest, DamageInATableIsFoundAndTheGridStaysAsItWas) {
  open(1, 3).reset();  // what the log held is in a table now
  fs::path table;
  for (const auto& entry : fs::directory_iterator(present_store(folder(1)) / "db")) {
    if (entry.path().extension() == ".sst") table = entry.path();
  }
  std::fstream file(table, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);
  file.write("damage", 6);
  file.close();
  EXPECT_THAT(refusal(5), AllOf(HasSubstr("Corruption"), HasSubstr("The grid is as it was")));
  EXPECT_EQ(unfinished_reshard(folder(0)), std::nullopt);
  EXPECT_FALSE(fs::exists(built_store(folder(0))));
}

TEST_F(ReshardTest, AGridThatHasKeptNothingHasNothingToMove) {
  for (std::uint32_t node = 0; node < 3; ++node) fs::remove_all(present_store(folder(node)));
  EXPECT_THAT(refusal(5), HasSubstr("An --ephemeral one keeps nothing"));
}

TEST(NeededByNodeTest, EachNodeNeedsTwiceWhatItsShardsHaveAndItsLog) {
  constexpr std::uint64_t kMiB = 1UL << 20;
  EXPECT_EQ(needed_by_node({64 * kMiB}, 1), std::vector<std::uint64_t>{3 * 64 * kMiB + kMiB});
  EXPECT_EQ(needed_by_node({32 * kMiB, 32 * kMiB}, 1), std::vector<std::uint64_t>{3 * 64 * kMiB + kMiB});
  EXPECT_EQ(needed_by_node({6400 * kMiB}, 2),
            (std::vector<std::uint64_t>{(2 * 3200 + 80 + 1) * kMiB, (2 * 3200 + 80 + 1) * kMiB}));
}

}  // namespace
}  // namespace buzzer::store_tools
