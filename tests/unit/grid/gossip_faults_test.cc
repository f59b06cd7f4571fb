// Gossip under faults drawn from a seed: links that end, lose frames or are full, disks that stall, shards that stop.
#include <array>
#include <random>

#include "tests/unit/grid/gossip_grid.h"

namespace buzzer::grid {
namespace {

class GossipFaultsTest : public GossipTest {
 protected:
  static constexpr std::array<base::ShardId, 5> kShards{kA, kB, kC, kX, kY};

  void begin(unsigned seed) {
    nodes_.clear();
    late_.clear();
    cut_.clear();
    loses_ = nullptr;
    random_.seed(seed);
    GossipOptions options;
    options.credit_bytes = 100U << draw(12);
    options.most_bytes_for_peer = 1000U << draw(12);
    start(options);
    for (const base::ShardId shard : kShards) serve(shard);
  }
  unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
  base::ShardId draw_shard() { return kShards.at(draw(kShards.size())); }
  bool is_served(base::ShardId shard) { return node_of(shard).shards.serves(shard); }

  void post_something() {
    const base::ShardId from = draw_shard();
    const base::ShardId to = draw_shard();
    if (from == to || !is_served(from)) return;
    for (unsigned left = 1 + draw(5); left > 0; --left) {
      post(from, to, {std::to_string(++posted_) + std::string(draw(3) == 0 ? draw(2000) : 5, 'x')});
    }
  }
  void fail_somehow() {
    switch (draw(8)) {
      case 0:
        return part();
      case 1:
        return all_alive();
      case 2: {
        const base::NodeId from(draw(2));
        cut_ = {{from, base::NodeId(1 - from.value())}};
        return;
      }
      case 3:
        return cut_.clear();
      case 4:
        nodes_[draw(2)]->full = draw(2) == 0;
        return;
      case 5:
        nodes_[draw(2)]->shards.sync = milliseconds(draw(10) == 0 ? 1500 : draw(20));
        return;
      case 6:
        loses_ = [this](const proto::Gossip&) { return draw(4) == 0; };
        return;
      default: {
        const base::ShardId shard = draw_shard();
        if (is_served(shard)) return stop(shard);
        return serve(shard);
      }
    }
  }
  void heal() {
    cut_.clear();
    loses_ = nullptr;
    for (const auto& node : nodes_) {
      node->full = false;
      node->shards.sync = milliseconds(1);
    }
    for (const base::ShardId shard : kShards) {
      if (!is_served(shard)) serve(shard);
    }
    all_alive();
    pass(seconds(20));
  }
  // A receiver's store is put back to an older copy of itself, which ends its node for a while.
  void restore() {
    const base::ShardId shard = draw_shard();
    if (!is_served(shard)) return;
    part();
    stop(shard);
    auto& fake = node_of(shard).shards.shards[shard];
    for (auto& [from, place] : fake.in) {
      place.number = place.number == 0 ? 0 : 1 + draw(static_cast<unsigned>(place.number));
      fake.taken[from].resize(place.number);
    }
    serve(shard);
    all_alive();
  }
  void expect_all_there(unsigned seed) {
    for (const base::ShardId from : kShards) {
      for (const auto& [to, stream] : node_of(from).shards.shards[from].out) {
        ASSERT_EQ(taken(from, to), stream.all)
            << "seed " << seed << ", from " << int{from.value()} << " to " << int{to.value()};
      }
    }
    for (const auto& node : nodes_) {
      EXPECT_TRUE(node->gossip->owed().empty()) << "seed " << seed;
      EXPECT_FALSE(node->shards.told_before_durable);
      node->sent.clear();
      node->loop.timers = 0;
    }
    pass(seconds(60));
    for (const auto& node : nodes_) EXPECT_TRUE(node->sent.empty() && node->loop.timers == 0) << "seed " << seed;
  }

  std::mt19937 random_;
  int posted_ = 0;
};

TEST_F(GossipFaultsTest, EachRowIsTakenOnceAndInOrderWhateverGetsLost) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    begin(seed);
    for (int step = 0; step < 150; ++step) {
      post_something();
      if (draw(4) == 0) fail_somehow();
      pass(milliseconds(draw(draw(10) == 0 ? 1500 : 15)));
    }
    heal();
    expect_all_there(seed);
    for (const auto& node : nodes_) ASSERT_EQ(node->shards.begun_anew, 0) << "no stream was broken; seed " << seed;
    if (HasFailure()) return;
  }
}

TEST_F(GossipFaultsTest, StreamsToStoresThatWerePutBackAreRepaired) {
  int begun_anew = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    begin(seed);
    for (int step = 0; step < 100; ++step) {
      post_something();
      if (draw(4) == 0) fail_somehow();
      if (draw(20) == 0) restore();
      pass(milliseconds(draw(draw(10) == 0 ? 1500 : 15)));
    }
    heal();
    expect_all_there(seed);
    for (const auto& node : nodes_) begun_anew += node->shards.begun_anew;
    if (HasFailure()) return;
  }
  EXPECT_GT(begun_anew, 200);
}

}  // namespace
}  // namespace buzzer::grid
