#include "node/gateway/grid_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/grid/homes.h"
#include "node/grid/mesh_sender.h"
#include "tests/support/manual_loop.h"

namespace buzzer::gateway {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using proto::v1::Grid;
using testing::IsEmpty;
using testing::SizeIs;

GridViewOptions node_1_of_3() { return {NodeId(1), 3, {{NodeId(0), "ws://a/ws"}, {NodeId(1), "ws://b/ws"}}}; }

NodeFacts facts() {
  NodeFacts known;
  known.alive = {NodeId(0), NodeId(1)};
  known.links = {{NodeId(0), true, 1234567ns, 0, 0}, {NodeId(2), false, std::nullopt, 0, 0}};
  return known;
}

void owe(proto::Answer& answer, std::uint32_t from, std::uint32_t to, std::uint64_t rows) {
  proto::Owed& owed = *answer.add_owed();
  owed.set_from(from);
  owed.set_to(to);
  owed.set_rows(rows);
}

TEST(MakeGridTest, NodesLinksAndUrlsAreAsThisNodeKnowsThem) {
  const Grid grid = make_grid(node_1_of_3(), facts(), {});
  EXPECT_EQ(grid.node, 1U);
  ASSERT_THAT(grid.nodes, SizeIs(3));
  EXPECT_TRUE(grid.nodes[0].alive && grid.nodes[1].alive);
  EXPECT_FALSE(grid.nodes[2].alive);
  EXPECT_EQ(grid.nodes[1].url, "ws://b/ws");
  EXPECT_EQ(grid.nodes[2].url, std::nullopt);
  ASSERT_THAT(grid.links, SizeIs(2));
  EXPECT_EQ(grid.links[0].from, 1U);
  EXPECT_EQ(grid.links[0].to, 0U);
  EXPECT_TRUE(grid.links[0].up);
  EXPECT_EQ(grid.links[0].round_trip_ms, 1.235) << "microseconds are enough";
  EXPECT_EQ(grid.links[1].to, 2U);
  EXPECT_FALSE(grid.links[1].up);
  EXPECT_EQ(grid.links[1].round_trip_ms, std::nullopt);
  EXPECT_FALSE(grid.partial);
}

TEST(MakeGridTest, ADownLinkTellsNoRoundTrip) {
  NodeFacts known = facts();
  known.links[0].up = false;
  EXPECT_EQ(make_grid(node_1_of_3(), known, {}).links[0].round_trip_ms, std::nullopt);
}

TEST(MakeGridTest, LinksBetweenOthersAreToldOnceEach) {
  NodeFacts known;
  known.far_links = {
      {NodeId(2), NodeId(0), true, 2ms},  {NodeId(2), NodeId(3), true, 3ms},
      {NodeId(0), NodeId(2), true, 1ms},  {NodeId(3), NodeId(2), true, 4ms},
      {NodeId(0), NodeId(4), true, 5ms},  {NodeId(4), NodeId(0), false, std::nullopt},
      {NodeId(4), NodeId(2), false, 9ms},
  };
  const Grid grid = make_grid({NodeId(1), 5, {}}, known, {});
  const auto told = [&](std::size_t index) {
    const auto& link = grid.links.at(index);
    return std::tuple(link.from, link.to, link.up, link.round_trip_ms);
  };
  using Told = std::tuple<std::uint32_t, std::uint32_t, bool, std::optional<double>>;
  ASSERT_THAT(grid.links, SizeIs(4));
  EXPECT_EQ(told(0), Told(0, 2, true, 1)) << "as the lower end says";
  EXPECT_EQ(told(1), Told(0, 4, false, std::nullopt)) << "one end does not hear the other";
  EXPECT_EQ(told(2), Told(2, 3, true, 3));
  EXPECT_EQ(told(3), Told(4, 2, false, std::nullopt)) << "the other end says nothing";
}

TEST(PublicPartTest, AnybodyLearnsWhoIsThereAndNoFigures) {
  proto::Answer owed;
  owe(owed, 0, 1, 5);
  Grid grid = make_grid(node_1_of_3(), facts(), owed);
  grid.rates = {1, 2, 3};
  const Grid part = public_part(grid);
  EXPECT_EQ(part.node, 1U);
  ASSERT_THAT(part.nodes, SizeIs(3));
  EXPECT_EQ(part.nodes[0].url, "ws://a/ws");
  EXPECT_TRUE(part.nodes[0].alive);
  ASSERT_THAT(part.links, SizeIs(2));
  EXPECT_TRUE(part.links[0].up);
  EXPECT_EQ(part.links[0].round_trip_ms, std::nullopt);
  EXPECT_THAT(part.owed, IsEmpty());
  EXPECT_TRUE(part.partial) << "nothing is told, which is not that nothing is owed";
  EXPECT_EQ(part.rates, std::nullopt);
}

TEST(MakeGridTest, WhatShardsOweIsAddedUpByNodes) {
  proto::Answer owed;
  owe(owed, 0, 1, 5);
  owe(owed, 3, 4, 7);  // shards of the same two nodes
  owe(owed, 0, 3, 1);  // to the same node
  owe(owed, 1, 2, 0);  // nothing
  owe(owed, 63, 1, 2);
  const Grid grid = make_grid(node_1_of_3(), facts(), owed);
  ASSERT_THAT(grid.owed, SizeIs(2));
  EXPECT_EQ(grid.owed[0].from_node, 0U);
  EXPECT_EQ(grid.owed[0].to_node, 0U);
  EXPECT_EQ(grid.owed[0].rows, 1U);
  EXPECT_EQ(grid.owed[1].from_node, 0U);
  EXPECT_EQ(grid.owed[1].to_node, 1U);
  EXPECT_EQ(grid.owed[1].rows, 14U) << "5, 7, and 2 of shard 63, which is node 0's";
}

TEST(MakeGridTest, ItIsPartialWhileANodeDoesNotSayWhatItOwes) {
  proto::Answer silent;
  silent.set_partial(true);
  EXPECT_TRUE(make_grid(node_1_of_3(), facts(), silent).partial);
  proto::Answer failed;
  failed.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  EXPECT_TRUE(make_grid(node_1_of_3(), facts(), failed).partial);
}

TEST(GridNewsTest, WhatAPersonWouldCallAChangeIsNews) {
  proto::Answer owed;
  owe(owed, 0, 1, 5);
  const Grid grid = make_grid(node_1_of_3(), facts(), owed);
  EXPECT_FALSE(is_news(grid, grid));
  const auto changed = [&](auto change) {
    Grid other = grid;
    change(other);
    return is_news(grid, other) && is_news(other, grid);
  };
  EXPECT_TRUE(changed([](Grid& other) { other.nodes[2].alive = true; }));
  EXPECT_TRUE(changed([](Grid& other) { other.nodes[2].url = "ws://c/ws"; }));
  EXPECT_TRUE(changed([](Grid& other) { other.links[1].up = true; }));
  EXPECT_TRUE(changed([](Grid& other) { other.links.pop_back(); }));
  EXPECT_TRUE(changed([](Grid& other) { other.links[0].from = 2; }));
  EXPECT_TRUE(changed([](Grid& other) { other.links[0].round_trip_ms = std::nullopt; }));
  EXPECT_TRUE(changed([](Grid& other) { other.owed[0].rows = 6; }));
  EXPECT_TRUE(changed([](Grid& other) { other.owed.clear(); }));
  EXPECT_TRUE(changed([](Grid& other) { other.partial = true; }));
  EXPECT_TRUE(changed([](Grid& other) { other.home = 2; }));
  EXPECT_TRUE(changed([](Grid& other) { other.rates = {1, 0, 0}; }));
}

TEST(GridNewsTest, ARoundTripIsNewsOnlyWhenItIsAnotherKindOfRoundTrip) {
  const auto is_told = [](double before, double now) {
    Grid one = make_grid(node_1_of_3(), facts(), {});
    Grid other = one;
    one.links[0].round_trip_ms = before;
    other.links[0].round_trip_ms = now;
    return is_news(one, other);
  };
  EXPECT_FALSE(is_told(0.1, 0.9)) << "what a busy machine does";
  EXPECT_FALSE(is_told(100, 150));
  EXPECT_TRUE(is_told(0.1, 1.2));
  EXPECT_TRUE(is_told(80, 20));
}

TEST(GridNewsTest, NothingDoneIsTheSameAsNoRates) {
  const Grid without = make_grid(node_1_of_3(), facts(), {});
  Grid with = without;
  with.rates = proto::v1::GridRates{};
  EXPECT_FALSE(is_news(without, with));
}

// A grid of one node.
struct Home final : grid::Homes, grid::MeshSender {
  void execute(base::ShardId /*shard*/, const proto::Command& /*command*/, ReplyCallback /*callback*/) override {}
  void query(base::ShardId /*shard*/, const proto::Query& /*query*/, AnswerCallback /*callback*/) override {}
  void query_all(const proto::Query& /*query*/, AnswerCallback /*callback*/) override {}
  [[nodiscard]] proto::Answer owed() const override { return {}; }
  bool send_to(NodeId /*peer*/, proto::EncodedFrame /*frame*/) override { return false; }
};

class GridViewTest : public testing::Test, private GridSource {
 protected:
  void get() {
    view_->get([this](const std::shared_ptr<const Grid>& grid) { told_.push_back(grid); });
  }

  tests::ManualLoop loop_;
  Home home_;
  grid::Router router_{{NodeId(0), 1}, loop_, home_, home_};
  CoreCounts counts_;
  int looks_ = 0;
  std::vector<std::shared_ptr<const Grid>> told_;
  std::unique_ptr<GridView> view_ = std::make_unique<GridView>(GridViewOptions{NodeId(0), 1, {}}, loop_, router_,
                                                               static_cast<GridSource&>(*this), counts_);

 private:
  void look(std::function<void(NodeFacts)> callback) override {
    ++looks_;
    loop_.post([callback = std::move(callback)] {
      NodeFacts known;
      known.alive = {NodeId(0)};
      callback(known);
    });
  }
};

TEST_F(GridViewTest, HoweverManyAskThereIsOneLookASecond) {
  for (int i = 0; i < 1000; ++i) get();
  EXPECT_THAT(told_, IsEmpty());
  loop_.settle();
  EXPECT_THAT(told_, SizeIs(1000));
  loop_.advance(999ms);
  for (int i = 0; i < 1000; ++i) get();
  EXPECT_THAT(told_, SizeIs(2000));
  EXPECT_EQ(looks_, 1);
  EXPECT_EQ(told_.front(), told_.back());
  loop_.advance(1ms);
  get();
  loop_.settle();
  EXPECT_EQ(looks_, 2);
  EXPECT_NE(told_.front(), told_.back());
  EXPECT_TRUE(told_.back()->nodes[0].alive);
}

TEST_F(GridViewTest, RatesAreOfTheTimeBetweenTwoLooks) {
  counts_.commands.done = 1000;
  get();
  loop_.settle();
  EXPECT_FALSE(told_.back()->rates) << "one look says nothing of a rate";
  loop_.advance(2s);
  counts_.commands.done += 30;
  counts_.commands.refused += 2;
  counts_.reads.unknown += 8;
  counts_.posts += 5;
  counts_.pushes += 101;
  get();
  loop_.settle();
  ASSERT_TRUE(told_.back()->rates);
  EXPECT_EQ(told_.back()->rates->requests_per_s, 20);
  EXPECT_EQ(told_.back()->rates->posts_per_s, 2.5);
  EXPECT_EQ(told_.back()->rates->pushes_per_s, 50.5);
  loop_.advance(1min);
  get();
  loop_.settle();
  EXPECT_FALSE(told_.back()->rates) << "a minute is not the last second or so";
}

TEST_F(GridViewTest, ALookThatOutlivesTheViewIsNobodys) {
  get();
  view_.reset();
  loop_.settle();
  EXPECT_THAT(told_, IsEmpty());
}

}  // namespace
}  // namespace buzzer::gateway
