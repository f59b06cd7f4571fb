// Under which grid, size and schema a store opens, and what it says when it does not.
#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/store/key_schema.h"
#include "tests/unit/store/store_under_test.h"

namespace buzzer::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kKey = "\x01key";

class IdentityTest : public StoreTest {
 protected:
  OpenError refusal(const OpenWith& with) {
    const auto opened = disk_->open(with);
    if (!opened) return opened.error();
    ADD_FAILURE() << "it should not have opened";
    return {};
  }

  void put(Store& store, std::string_view value) {
    Batch batch;
    batch.put(kKey, value);
    ASSERT_TRUE(store.write(batch));
    ASSERT_TRUE(store.sync());
  }
  std::string get(const Store& store) {
    std::string value;
    EXPECT_EQ(store.get(kKey, value), true);
    return value;
  }
};
FOR_ALL_STORES(IdentityTest);

TEST_P(IdentityTest, OpensAgainUnderTheSameIdentity) {
  disk_->opened().reset();
  EXPECT_TRUE(disk_->opened());
}

TEST_P(IdentityTest, RefusesAnotherGrid) {
  disk_->opened().reset();
  OpenWith with;
  with.identity.grid_id = "b-grid";
  const OpenError error = refusal(with);
  EXPECT_EQ(error.problem, OpenProblem::kOtherGrid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("\"a-grid\""), HasSubstr("\"b-grid\""), HasSubstr("--grid")));
}

TEST_P(IdentityTest, RefusesAnotherNumberOfNodesAndSaysWhatToDo) {
  disk_->opened().reset();
  OpenWith with;
  with.identity.nodes = 5;
  const OpenError error = refusal(with);
  EXPECT_EQ(error.problem, OpenProblem::kOtherGrid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("3 nodes"), HasSubstr("start the grid with 3 nodes again")));
}

TEST_P(IdentityTest, RefusesAnotherNode) {
  disk_->opened().reset();
  OpenWith with;
  with.identity.node = base::NodeId(2);
  const OpenError error = refusal(with);
  EXPECT_EQ(error.problem, OpenProblem::kOtherGrid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("node 1"), HasSubstr("node 2"), HasSubstr("--id")));
}

TEST_P(IdentityTest, RefusesAnotherNumberOfShards) {
  disk_->opened().reset();
  OpenWith with;
  with.identity.shards = 32;
  const OpenError error = refusal(with);
  EXPECT_EQ(error.problem, OpenProblem::kOtherGrid);
  EXPECT_THAT(error.message, HasSubstr("64 shards"));
}

TEST_P(IdentityTest, RefusesANewerSchema) {
  OpenWith newer;
  newer.schema.version = present_schema().version + 1;
  disk_->opened(newer).reset();
  const OpenError error = refusal({});
  EXPECT_EQ(error.problem, OpenProblem::kOtherSchema);
  EXPECT_THAT(error.message, HasSubstr("newer release"));
}

// A schema two versions on: the first step doubles the value, the second puts "!" behind it.
Schema two_steps_on(int& runs) {
  const std::uint64_t present = present_schema().version;
  Schema schema{present + 2, {}};
  schema.migrations.push_back({present, [&runs](Store& store, Batch& last) -> base::Result<void> {
                                 ++runs;
                                 std::string value;
                                 const auto found = store.get(kKey, value);
                                 if (!found) return tl::unexpected(found.error());
                                 last.put(kKey, value + value);
                                 return {};
                               }});
  schema.migrations.push_back({present + 1, [](Store& store, Batch& last) -> base::Result<void> {
                                 std::string value;
                                 const auto found = store.get(kKey, value);
                                 if (!found) return tl::unexpected(found.error());
                                 last.put(kKey, value + "!");
                                 return {};
                               }});
  return schema;
}

// The first schema had no follows and no gossip, the second no passwords and sessions.
TEST_P(IdentityTest, StoreOfTheFirstSchemaIsTakenAsItIs) {
  OpenWith first;
  first.schema = Schema{1, {}};
  put(*disk_->opened(first), "ab");
  EXPECT_EQ(get(*disk_->opened()), "ab");
  EXPECT_EQ(refusal(first).problem, OpenProblem::kOtherSchema);
}

TEST_P(IdentityTest, StoreOfTheSecondSchemaIsTakenAsItIs) {
  OpenWith second;
  second.schema = Schema{2, {}};
  put(*disk_->opened(second), "ab");
  EXPECT_EQ(get(*disk_->opened()), "ab");
  EXPECT_EQ(refusal(second).problem, OpenProblem::kOtherSchema);
}

TEST_P(IdentityTest, MigratesAnOlderSchemaOnce) {
  put(*disk_->opened(), "ab");
  int runs = 0;
  OpenWith with;
  with.schema = two_steps_on(runs);
  EXPECT_EQ(get(*disk_->opened(with)), "abab!");
  EXPECT_EQ(get(*disk_->opened(with)), "abab!");
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(refusal({}).problem, OpenProblem::kOtherSchema);
}

TEST_P(IdentityTest, AMigrationCutOffAnywhereIsFinishedLater) {
  int runs = 0;
  OpenWith with;
  with.schema = two_steps_on(runs);
  bool fired = true;
  for (std::uint64_t nth = 1; fired; ++nth) {
    const auto disk = GetParam().make();
    put(*disk->opened(), "ab");
    disk->faults().fail_call(nth, true);
    auto opened = disk->open(with);
    fired = disk->faults().fired();
    disk->faults().heal();
    disk->crash(opened ? *std::move(opened) : nullptr, Survival::kNone, random_);
    const auto store = disk->opened(with);
    ASSERT_TRUE(store);
    ASSERT_EQ(get(*store), "abab!") << "after an error at call " << nth;
  }
}

TEST_P(IdentityTest, RefusesASchemaThatNoStepLeadsFrom) {
  disk_->opened().reset();
  int runs = 0;
  OpenWith with;
  with.schema = two_steps_on(runs);
  with.schema.migrations.erase(with.schema.migrations.begin());
  const OpenError error = refusal(with);
  EXPECT_EQ(error.problem, OpenProblem::kOtherSchema);
  EXPECT_THAT(error.message, HasSubstr("too old"));
}

TEST_P(IdentityTest, AcceptingALossForgetsEveryIncarnation) {
  const std::string key(meta_key(ShardId(63), ShardField::kIncarnation).bytes());
  Batch batch;
  batch.put(key, "a number");
  auto store = disk_->opened();
  ASSERT_TRUE(store->write(batch));
  ASSERT_TRUE(store->sync());
  store.reset();
  OpenWith with;
  with.accept_loss = true;
  std::string value;
  EXPECT_EQ(disk_->opened(with)->get(key, value), false);
  EXPECT_EQ(disk_->opened()->get(key, value), false);
}

}  // namespace
}  // namespace buzzer::store
