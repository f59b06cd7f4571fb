#include "node/grid/placement.h"

#include <set>

#include <gtest/gtest.h>

namespace buzzer::grid {
namespace {

// Stores on disk hold what these say: a change here loses everybody's data. Computed independently from the
// specification of XXH64.
TEST(PlacementTest, VectorsThatMustNeverChange) {
  EXPECT_EQ(shard_of_user("a").value(), 41);
  EXPECT_EQ(shard_of_user("alice").value(), 47);
  EXPECT_EQ(shard_of_user("bob").value(), 39);
  EXPECT_EQ(shard_of_user("taeber").value(), 36);
  EXPECT_EQ(shard_of_user("zz_9").value(), 40);
  EXPECT_EQ(shard_of_topic("go").value(), 53);
  EXPECT_EQ(shard_of_topic("été").value(), 27);
  EXPECT_EQ(shard_of_topic("東京").value(), 27);
  EXPECT_EQ(shard_of_topic("strasse").value(), 44);
}

TEST(PlacementTest, UserAndTopicOfOneNameAreDifferentThings) {
  int apart = 0;
  for (const char* name : {"go", "rust", "cpp", "java", "alice", "bob"}) {
    apart += shard_of_user(name) == shard_of_topic(name) ? 0 : 1;
  }
  EXPECT_GT(apart, 3);
}

TEST(PlacementTest, UsersSpreadOverAllShards) {
  std::set<std::uint8_t> shards;
  for (int i = 0; i < 1000; ++i) shards.insert(shard_of_user("user" + std::to_string(i)).value());
  EXPECT_EQ(shards.size(), base::kShardCount);
}

TEST(PlacementTest, ShardsAreDealtToTheNodesInTurn) {
  EXPECT_EQ(node_of_shard(base::ShardId(0), 3), base::NodeId(0));
  EXPECT_EQ(node_of_shard(base::ShardId(5), 3), base::NodeId(2));
  EXPECT_EQ(node_of_shard(base::ShardId(63), 64), base::NodeId(63));
  EXPECT_EQ(node_of_shard(base::ShardId(63), 1), base::NodeId(0));
}

}  // namespace
}  // namespace buzzer::grid
