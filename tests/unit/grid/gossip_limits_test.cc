// How much gossip has under way, and what it does with peers that do not keep to it.
#include <algorithm>

#include "linkmgr/frame_codec.h"
#include "tests/unit/grid/gossip_grid.h"

namespace buzzer::grid {
namespace {

class GossipLimitsTest : public GossipTest {};

TEST_F(GossipLimitsTest, NoMoreThanTheCreditIsUnderWay) {
  GossipOptions options;
  options.credit_bytes = 10'000;
  start(options);
  serve_all();
  cut_.insert({kThere, kHere});  // no acknowledgement
  pass(milliseconds(50));
  cut_.clear();
  Texts texts(40, std::string(1000, 'x'));
  post(kA, kX, {"first"});
  pass(milliseconds(50));
  nodes_[0]->sent.clear();
  cut_.insert({kThere, kHere});
  post(kA, kX, texts);
  pass(milliseconds(100));
  EXPECT_LE(nodes_[0]->sent_rows(), 9);
  EXPECT_GE(nodes_[0]->sent_rows(), 5);
  cut_.clear();
  pass(seconds(5));
  EXPECT_EQ(taken(kA, kX).size(), 41U);
}

TEST_F(GossipLimitsTest, RowLargerThanTheCreditGoesAlone) {
  GossipOptions options;
  options.credit_bytes = 1'000;
  start(options);
  serve_all();
  const Texts texts{"small", std::string(5'000, 'x'), "small again", std::string(300'000, 'y'), "last"};
  post(kA, kX, texts);
  post(kA, kB, texts);
  pass(seconds(1));
  EXPECT_EQ(taken(kA, kX), texts);
  EXPECT_EQ(taken(kA, kB), texts);
  for (const proto::Gossip& gossip : nodes_[0]->sent) {
    for (const proto::StreamRows& rows : gossip.rows()) {
      EXPECT_TRUE(rows.rows_size() == 1 || rows.ByteSizeLong() <= 1'100);
    }
  }
}

TEST_F(GossipLimitsTest, StreamsToANodeShareItsRoomAndTakeTurns) {
  GossipOptions options;
  options.most_bytes_for_peer = 70'000;
  start(options);
  serve_all();
  for (const base::ShardId from : {kA, kB, kC}) post(from, kX, {"first"});
  pass(milliseconds(50));
  nodes_[0]->sent.clear();
  for (const base::ShardId from : {kA, kB, kC}) post(from, kX, Texts(200, std::string(2'000, 'x')));
  pass(kDelay);
  EXPECT_LE(nodes_[0]->sent_rows(), 35);
  EXPECT_GT(nodes_[0]->sent_rows(), 20);
  // When one has all its rows over, the others are not far behind.
  std::size_t least = 0;
  while (least < 201) {
    pass(milliseconds(5));
    std::vector<std::size_t> sizes;
    for (const base::ShardId from : {kA, kB, kC}) sizes.push_back(taken(from, kX).size());
    std::sort(sizes.begin(), sizes.end());
    EXPECT_LE(sizes.back() - sizes.front(), 100U);
    ASSERT_GE(sizes.front(), least);
    least = sizes.front();
    ASSERT_LT(loop_.now().time_since_epoch(), std::chrono::hours(1) + seconds(10));
  }
}

TEST_F(GossipLimitsTest, FramesStayFarBelowWhatALinkTakes) {
  GossipOptions options;
  options.credit_bytes = 4U << 20;
  options.most_bytes_for_peer = 16U << 20;
  start(options);
  serve_all();
  for (const base::ShardId from : {kA, kB, kC}) {
    for (const base::ShardId to : {kX, kY}) post(from, to, Texts(300, std::string(5'000, 'x')));
  }
  pass(seconds(3));
  EXPECT_LE(nodes_[0]->largest, linkmgr::kMostPayload / 2);
  EXPECT_GT(nodes_[0]->largest, 64U << 10) << "but several streams share one";
  EXPECT_TRUE(nodes_[0]->gossip->owed().empty());
}

TEST_F(GossipLimitsTest, NodeThatSendsMoreThanItMayIsNotTakenAtItsWord) {
  GossipOptions options;
  options.most_bytes_for_peer = 10'000;
  start(options);
  serve_all();
  nodes_[0]->shards.sync = seconds(1);
  proto::LinkFrame frame;
  auto& rows = *frame.mutable_gossip()->add_rows();
  rows.set_from(kX.value());
  rows.set_to(kA.value());
  rows.set_generation(5);
  rows.add_rows()->mutable_buzz()->set_text(std::string(5'000, 'x'));
  for (std::uint64_t i = 1; i <= 100; ++i) {
    rows.set_first(i);
    nodes_[0]->gossip->frame_arrived(kThere, frame);
  }
  pass(milliseconds(900));
  EXPECT_EQ(taken(kX, kA).size(), 3U) << "twice what it may";
  pass(seconds(5));
  rows.set_first(4);
  nodes_[0]->gossip->frame_arrived(kThere, frame);
  EXPECT_EQ(taken(kX, kA).size(), 4U) << "those that were taken do not count any more";
}

TEST_F(GossipLimitsTest, NonsenseIsIgnored) {
  start();
  serve_all();
  nodes_[0]->sent.clear();
  for (const std::uint32_t from : {0U, 1U, 63U, 64U, 257U, 0xFFFFFFFFU}) {
    for (const std::uint32_t to : {1U, 2U, 5U, 64U, 256U, 0xFFFFFFFFU}) {
      proto::LinkFrame frame;
      auto& gossip = *frame.mutable_gossip();
      if (from != 1) gossip.add_serves()->set_shard(from);
      for (const bool question : {true, false}) {
        auto& asked = *gossip.add_questions();
        asked.set_from(question ? from : to);
        asked.set_to(question ? to : from);
      }
      auto& state = *gossip.add_states();
      state.set_from(from);
      state.set_to(to);
      state.set_number(9);
      auto& rows = *gossip.add_rows();
      rows.set_from(from == 1 ? 3 : from);
      rows.set_to(to == 2 ? 6 : to);
      rows.add_rows()->mutable_buzz()->set_text("nonsense");
      nodes_[0]->gossip->frame_arrived(kThere, frame);
      nodes_[0]->gossip->frame_arrived(kHere, frame);
      nodes_[0]->gossip->frame_arrived(base::NodeId(7), frame);
    }
  }
  pass(seconds(5));
  for (auto& [shard, fake] : nodes_[0]->shards.shards) {
    for (auto& [from, texts] : fake.taken) EXPECT_TRUE(texts.empty());
  }
  EXPECT_EQ(nodes_[0]->shards.begun_anew, 0);
  EXPECT_GE(nodes_[0]->log.lines, 1);
  EXPECT_LE(nodes_[0]->log.lines, 2) << "once a minute";
  post(kA, kX, {"sense"});
  pass(seconds(1));
  EXPECT_EQ(taken(kA, kX), Texts{"sense"});
}

}  // namespace
}  // namespace buzzer::grid
