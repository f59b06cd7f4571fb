#include "tests/unit/grid/gossip_grid.h"

namespace buzzer::grid {
namespace {

TEST_F(GossipTest, RowsReachShardsOfThisAndOfOtherNodesOnceAndInOrder) {
  start();
  serve_all();
  for (const base::ShardId to : {kB, kX, kY}) post(kA, to, numbered("a", 50));
  post(kX, kA, numbered("x", 50));
  EXPECT_EQ(owed(kA, kX), 50U);
  pass(milliseconds(200));
  for (const base::ShardId to : {kB, kX, kY}) EXPECT_EQ(taken(kA, to), numbered("a", 50));
  EXPECT_EQ(taken(kX, kA), numbered("x", 50));
  for (const auto& node : nodes_) EXPECT_TRUE(node->gossip->owed().empty());
  EXPECT_EQ(refused(), 0);
}

TEST_F(GossipTest, ShardsOfTheSameNodeNeedNoMesh) {
  start();
  nodes_[0]->full = true;
  serve_all();
  post(kA, kB, {"one", "two"});
  pass(milliseconds(50));
  EXPECT_EQ(taken(kA, kB), (Texts{"one", "two"}));
}

TEST_F(GossipTest, NothingLeavesBeforeItIsDurable) {
  start();
  serve_all();
  post(kA, kB, {"first"});
  post(kA, kX, {"first"});
  pass(milliseconds(50));
  nodes_[0]->shards.sync = seconds(3);  // it stalls
  post(kA, kB, {"second"});
  post(kA, kX, {"second"});
  pass(milliseconds(2900));
  EXPECT_EQ(taken(kA, kB), Texts{"first"});
  EXPECT_EQ(nodes_[0]->sent_rows(), 1);
  EXPECT_EQ(owed(kA, kB), 1U);
  pass(seconds(10));
  EXPECT_EQ(taken(kA, kB), (Texts{"first", "second"}));
  EXPECT_EQ(taken(kA, kX), (Texts{"first", "second"}));
  EXPECT_FALSE(nodes_[0]->shards.told_before_durable);
}

TEST_F(GossipTest, RowOfAQuietStreamLeavesAsSoonAsItIsDurable) {
  start();
  serve_all();
  post(kA, kX, {"first"});
  pass(milliseconds(50));
  nodes_[0]->sent.clear();
  post(kA, kX, {"second"});
  EXPECT_EQ(nodes_[0]->sent_rows(), 0) << "rows are only noted within the shard";
  pass(nodes_[0]->shards.sync);
  EXPECT_EQ(nodes_[0]->sent_rows(), 1);
}

TEST_F(GossipTest, WhatOneTurnMakesForANodeIsOneFrame) {
  start();
  serve_all();
  for (const base::ShardId to : {kX, kY}) post(kA, to, {"first"});
  post(kB, kX, {"first"});
  pass(milliseconds(50));
  nodes_[0]->sent.clear();
  for (const base::ShardId to : {kX, kY}) post(kA, to, {"second"});
  post(kB, kX, {"second"});
  pass(kDelay);
  ASSERT_EQ(nodes_[0]->sent.size(), 1U);
  EXPECT_EQ(nodes_[0]->sent[0].rows_size(), 3);
}

TEST_F(GossipTest, RowsThatAreLostOnTheWayAreSentAgain) {
  start();
  serve_all();
  post(kA, kX, {"one"});
  pass(milliseconds(50));
  cut_.insert({kHere, kThere});
  post(kA, kX, {"two"});
  pass(milliseconds(50));
  cut_.clear();
  post(kA, kX, {"three"});  // is refused: one is missing
  pass(milliseconds(900));
  EXPECT_EQ(taken(kA, kX), Texts{"one"});
  EXPECT_EQ(owed(kA, kX), 2U);
  pass(milliseconds(200));
  EXPECT_EQ(taken(kA, kX), (Texts{"one", "two", "three"}));
  EXPECT_EQ(owed(kA, kX), 0U);
}

TEST_F(GossipTest, AcknowledgementsThatAreLostAreAskedForAndNothingIsTakenTwice) {
  start();
  serve_all();
  cut_.insert({kThere, kHere});
  post(kA, kX, numbered("a", 3));
  pass(milliseconds(2500));
  cut_.clear();
  pass(seconds(2));
  EXPECT_EQ(taken(kA, kX), numbered("a", 3));
  EXPECT_EQ(owed(kA, kX), 0U);
}

TEST_F(GossipTest, FullWayDelaysButLosesNothing) {
  start();
  nodes_[0]->full = true;
  serve_all();
  post(kA, kX, numbered("a", 3));
  post(kX, kA, numbered("x", 3));
  pass(milliseconds(300));
  nodes_[0]->full = false;
  pass(seconds(3));
  EXPECT_EQ(taken(kA, kX), numbered("a", 3));
  EXPECT_EQ(taken(kX, kA), numbered("x", 3)) << "the announcements of the first node were not taken at first";
}

// The frame was taken, and lost after all: its sender never hears of that.
TEST_F(GossipTest, LostAnnouncementDoesNotKeepRowsFromAShard) {
  start();
  loses_ = [](const proto::Gossip& gossip) { return gossip.serves_size() > 0; };
  serve_all();
  loses_ = nullptr;
  post(kA, kX, {"one"});
  pass(seconds(2));
  EXPECT_EQ(taken(kA, kX), Texts{"one"});
  EXPECT_EQ(nodes_[0]->shards.shards[kB].peers[kX], 101U) << "its answer announces it";
}

TEST_F(GossipTest, NodeThatIsAwayIsSentNothingAndGetsWhatItIsOwedWhenItComesBack) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 3));
  pass(milliseconds(50));
  part();
  nodes_[0]->sent.clear();
  nodes_[0]->shards.reads.clear();
  post(kA, kX, numbered("b", 100));
  post(kB, kX, numbered("b", 100));
  pass(seconds(60));
  EXPECT_TRUE(nodes_[0]->sent.empty());
  EXPECT_TRUE(nodes_[0]->shards.reads.empty()) << "what is owed stays in the store";
  EXPECT_EQ(owed(kA, kX), 100U);
  all_alive();
  pass(milliseconds(300));
  EXPECT_EQ(taken(kA, kX).size(), 103U);
  EXPECT_EQ(taken(kB, kX), numbered("b", 100));
  EXPECT_EQ(refused(), 0);
  EXPECT_TRUE(nodes_[0]->gossip->owed().empty());
}

TEST_F(GossipTest, RowsUnderWayWhenALinkEndsArriveOverTheNextOne) {
  start();
  serve_all();
  for (int i = 0; i < 50; ++i) {
    post(kA, kX, {"a" + std::to_string(i)});
    post(kX, kA, {"x" + std::to_string(i)});
    pass(milliseconds(i % 13));
    if (i % 5 == 0) {
      part();
      all_alive();
    }
  }
  pass(milliseconds(500));
  for (std::size_t i = 0; i < 50; ++i) {
    ASSERT_EQ(taken(kA, kX).at(i), "a" + std::to_string(i));
    ASSERT_EQ(taken(kX, kA).at(i), "x" + std::to_string(i));
  }
  EXPECT_EQ(taken(kA, kX).size(), 50U);
}

TEST_F(GossipTest, QuietGridSendsNothingAndWantsNoTimer) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 3));
  post(kA, kB, numbered("a", 3));
  pass(seconds(5));
  for (const auto& node : nodes_) {
    node->sent.clear();
    node->loop.timers = 0;
  }
  pass(std::chrono::hours(1));
  for (const auto& node : nodes_) {
    EXPECT_TRUE(node->sent.empty());
    EXPECT_EQ(node->loop.timers, 0);
  }
}

TEST_F(GossipTest, BrokenStreamBeginsAnew) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 5));
  pass(milliseconds(50));
  part();
  auto& receiver = nodes_[1]->shards.shards[kX];
  receiver.in[kA].number = 2;  // an older copy of its store
  receiver.taken[kA].clear();
  all_alive();
  pass(milliseconds(100));
  EXPECT_EQ(nodes_[0]->shards.begun_anew, 1);
  EXPECT_EQ(taken(kA, kX), numbered("a", 5));
  EXPECT_EQ(owed(kA, kX), 0U);
}

TEST_F(GossipTest, ShardOfANewIncarnationIsMadeKnownAndItsStreamsAreAskedFor) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 5));
  post(kX, kA, numbered("x", 5));
  post(kA, kB, numbered("a", 5));
  pass(milliseconds(50));
  for (const base::ShardId wiped : {kX, kB}) {
    stop(wiped);
    node_of(wiped).shards.shards[wiped] = {};
    serve(wiped, 777);
  }
  pass(milliseconds(100));
  EXPECT_EQ(nodes_[0]->shards.shards[kA].peers[kX], 777U);
  EXPECT_EQ(nodes_[0]->shards.shards[kA].peers[kB], 777U);
  EXPECT_EQ(nodes_[1]->shards.shards[kX].peers[kA], 100U) << "and it hears of those that serve";
  EXPECT_EQ(taken(kA, kX), numbered("a", 5));
  EXPECT_EQ(taken(kA, kB), numbered("a", 5));
  EXPECT_TRUE(nodes_[0]->gossip->owed().empty());
}

TEST_F(GossipTest, ShardThatStopsIsSentAgainWhatItHadNotTaken) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 3));
  post(kA, kB, numbered("a", 3));
  pass(milliseconds(50));
  for (const base::ShardId receiver : {kX, kB}) stop(receiver);
  post(kA, kX, {"late"});
  post(kA, kB, {"late"});
  pass(seconds(3));
  EXPECT_EQ(owed(kA, kB), 1U);
  for (const base::ShardId receiver : {kX, kB}) serve(receiver);
  pass(milliseconds(100));
  EXPECT_EQ(taken(kA, kX), (Texts{"a1", "a2", "a3", "late"}));
  EXPECT_EQ(taken(kA, kB), (Texts{"a1", "a2", "a3", "late"}));
}

TEST_F(GossipTest, SenderThatStopsAndServesAgainGoesOnWhereItWas) {
  start();
  serve_all();
  post(kA, kX, numbered("a", 3));
  pass(milliseconds(50));
  nodes_[0]->shards.sync = milliseconds(50);
  post(kA, kX, {"while it reads"});
  pass(milliseconds(1));
  stop(kA);  // what it was asked to read it never tells
  EXPECT_TRUE(nodes_[0]->gossip->owed().empty()) << "nobody knows";
  serve(kA);
  pass(milliseconds(300));
  EXPECT_EQ(taken(kA, kX), (Texts{"a1", "a2", "a3", "while it reads"}));
}

// The shard found that it could not read, and its node stopped it from within the call.
TEST_F(GossipTest, ShardMayStopFromWithinAnyCall) {
  for (int calls = 1; calls < 30; ++calls) {
    nodes_.clear();
    late_.clear();
    start();
    int left = calls;
    for (const auto& node : nodes_) {
      node->shards.before_call = [this, &left](base::ShardId shard) {
        if (--left == 0) stop(shard);
      };
    }
    serve_all();
    post(kA, kX, numbered("a", 3));
    post(kA, kB, numbered("a", 3));
    post(kX, kA, numbered("x", 3));
    pass(milliseconds(300));
    for (const base::ShardId shard : {kA, kB, kC, kX, kY}) {
      if (!node_of(shard).shards.serves(shard)) serve(shard);
    }
    pass(seconds(3));
    EXPECT_EQ(taken(kA, kX), numbered("a", 3)) << calls;
    EXPECT_EQ(taken(kA, kB), numbered("a", 3)) << calls;
    EXPECT_EQ(taken(kX, kA), numbered("x", 3)) << calls;
  }
}

TEST_F(GossipTest, RowsThatCannotBeReadAreTriedAgain) {
  start();
  serve_all();
  nodes_[0]->shards.readable = false;
  post(kA, kX, {"one"});
  pass(milliseconds(100));
  nodes_[0]->shards.readable = true;
  pass(seconds(2));
  EXPECT_EQ(taken(kA, kX), Texts{"one"});
  const int reads = nodes_[0]->shards.reads[std::pair(kA, kX)];
  EXPECT_LE(reads, 3);
}

TEST_F(GossipTest, ReceiverThatIsSlowToAnswerIsAskedButItsAnswerCounts) {
  start();
  serve_all();
  nodes_[1]->shards.sync = milliseconds(2500);  // more than twice the time after which it is asked again
  post(kA, kX, numbered("a", 3));
  pass(seconds(12));
  EXPECT_EQ(taken(kA, kX), numbered("a", 3));
  EXPECT_EQ(owed(kA, kX), 0U);
  EXPECT_EQ(nodes_[0]->sent_rows(), 3) << "nothing was sent twice";
}

TEST_F(GossipTest, WhatIsStillCalledBackWhenItIsGoneFindsNobody) {
  start();
  serve_all();
  post(kA, kB, numbered("a", 3));
  post(kA, kX, numbered("a", 3));
  post(kX, kA, numbered("x", 3));
  for (int i = 0; i < 12; ++i) {
    auto& node = *nodes_[0];
    pass(milliseconds(i));
    post(kA, kB, {"more"});
    late_.clear();
    node.gossip.reset();
    nodes_[1]->gossip->alive_changed({kThere});
    pass(milliseconds(i));
    GossipOptions options;
    options.nodes = kNodes;
    node.start(options);
    for (const base::ShardId shard : {kA, kB, kC}) serve(shard);
    all_alive();
  }
  pass(seconds(2));
  EXPECT_EQ(taken(kA, kX), numbered("a", 3));
  EXPECT_EQ(taken(kX, kA), numbered("x", 3));
  EXPECT_EQ(taken(kA, kB).size(), 15U);
}

}  // namespace
}  // namespace buzzer::grid
