// The times that the mesh promises, on virtual time: exact, whatever the machine is doing.
#include <gtest/gtest.h>

#include "tests/simulation/simulated_grid.h"

namespace buzzer::simulation {
namespace {

using namespace std::chrono_literals;
using Alive = std::vector<std::uint32_t>;

constexpr Duration kDownAtOnce = 100ms;     // after a crash
constexpr Duration kDownBySilence = 700ms;  // after anything that says nothing
constexpr Duration kUpSoon = 2s;

SimulatedGrid whole_grid(std::uint32_t size) {
  return SimulatedGrid(GridOptions{size, 1, {}, linkmgr::LinkEncryption::kOffLoopback});
}

class MeshTimingTest : public testing::Test {
 protected:
  void SetUp() override {
    grid_.start_all();
    ASSERT_TRUE(grid_.run_until([&] { return grid_.whole(); }, kUpSoon)) << grid_.trace();
    grid_.run_for(1s);
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << grid_.trace();
  }
  // That the two drop each other from their alive sets within `most`, and everybody else stays.
  void expect_parted(std::uint32_t left, std::uint32_t right, Duration most) {
    EXPECT_TRUE(grid_.run_until([&] { return !grid_.sees(left, right) && !grid_.sees(right, left); }, most));
    grid_.run_for(2s);
    EXPECT_FALSE(grid_.sees(left, right));
    EXPECT_FALSE(grid_.sees(right, left));
  }
  void expect_whole_within(Duration most) {
    EXPECT_TRUE(grid_.run_until([&] { return grid_.whole(); }, most));
  }

  SimulatedGrid grid_{whole_grid(3)};
};

TEST_F(MeshTimingTest, KilledNodeLeavesWithin100Milliseconds) {
  grid_.crash(1);
  EXPECT_TRUE(grid_.run_until([&] { return grid_.whole(); }, kDownAtOnce));
  EXPECT_EQ(grid_.alive(0), (Alive{0, 2}));
}

TEST_F(MeshTimingTest, FrozenNodeLeavesWithin700MillisecondsAndComesBack) {
  grid_.freeze(1);
  const auto without = [&] { return !grid_.sees(0, 1) && !grid_.sees(2, 1); };
  EXPECT_TRUE(grid_.run_until(without, kDownBySilence));
  EXPECT_TRUE(grid_.sees(0, 2));
  grid_.run_for(3s);
  grid_.thaw(1);
  expect_whole_within(kUpSoon);
}

TEST_F(MeshTimingTest, NodeThatLostItsPowerLeavesWithin700Milliseconds) {
  grid_.lose_power(2);
  EXPECT_TRUE(grid_.run_until([&] { return grid_.whole(); }, kDownBySilence));
  grid_.start(2);
  expect_whole_within(kUpSoon);
}

TEST_F(MeshTimingTest, CutPairPartsWithin700Milliseconds) {
  grid_.network().cut(0, 1);
  grid_.network().cut(1, 0);
  expect_parted(0, 1, kDownBySilence);
  EXPECT_EQ(grid_.alive(2), (Alive{0, 1, 2}));
  grid_.network().heal(0, 1);
  grid_.network().heal(1, 0);
  expect_whole_within(kUpSoon);
}

// Whichever end dialled the link, and whichever direction is cut, both ends drop each other.
TEST_F(MeshTimingTest, OneWayCutTakesBothEndsOffEachOther) {
  for (const auto& [from, to] : {std::pair{0U, 1U}, std::pair{1U, 0U}}) {
    grid_.network().cut(from, to);
    expect_parted(0, 1, kDownBySilence);
    grid_.network().heal(from, to);
    expect_whole_within(kUpSoon);
    grid_.run_for(1s);
  }
}

TEST_F(MeshTimingTest, BlockAtOneEndPartsBothAndUnblockMendsAtOnce) {
  for (const linkmgr::Block block :
       {linkmgr::Block{true, true}, linkmgr::Block{true, false}, linkmgr::Block{false, true}}) {
    for (const auto& [at, peer] : {std::pair{0U, 1U}, std::pair{1U, 0U}}) {
      grid_.block(at, peer, block);
      expect_parted(0, 1, kDownBySilence);
      grid_.unblock(at, peer);
      expect_whole_within(200ms);
      grid_.run_for(1s);
    }
  }
}

TEST_F(MeshTimingTest, BlockAtBothEndsMendsWhicheverIsLiftedFirst) {
  for (const auto& [first, second] : {std::pair{0U, 1U}, std::pair{1U, 0U}}) {
    grid_.block(0, 1, {true, true});
    grid_.block(1, 0, {true, true});
    expect_parted(0, 1, kDownBySilence);
    grid_.unblock(first, second);
    grid_.run_for(2s);
    EXPECT_FALSE(grid_.sees(0, 1));
    grid_.unblock(second, first);
    expect_whole_within(200ms);
    grid_.run_for(1s);
  }
}

TEST_F(MeshTimingTest, ShortBlockIsNotNoticed) {
  grid_.block(0, 1, {true, true});
  grid_.run_for(200ms);
  grid_.broadcast(1);
  EXPECT_TRUE(grid_.sees(0, 1));
  grid_.unblock(0, 1);
  grid_.run_for(1s);
  EXPECT_TRUE(grid_.whole());
  EXPECT_EQ(grid_.received(0, 1).size(), 1U) << "what TCP holds back during a short cut arrives afterwards";
}

TEST_F(MeshTimingTest, RestartedNodeIsSeenAtOnceWhoeverDials) {
  for (const std::uint32_t id : {0U, 1U, 2U}) {
    grid_.crash(id);
    grid_.run_for(20s);  // the back-off of those who dial it has grown to its most
    grid_.start(id);
    expect_whole_within(200ms);
  }
}

TEST_F(MeshTimingTest, ClockStepsDisturbNobodyAndAreShown) {
  const std::size_t before = grid_.trace().size();
  grid_.step_clock(1, 1h);
  grid_.run_for(5s);
  grid_.step_clock(1, -2h);
  grid_.run_for(5s);
  EXPECT_EQ(grid_.trace().find("alive", before), std::string::npos) << "an alive set changed";
  EXPECT_NE(grid_.trace().find("node=1 mesh: this node's clock differs", before), std::string::npos);
  EXPECT_EQ(grid_.trace().find("node=0 mesh: this node's clock", before), std::string::npos);
  const auto offset = grid_.status(1).clock_offset;
  ASSERT_TRUE(offset.has_value());
  EXPECT_NEAR(static_cast<double>(offset->count()), 3'600'000.0, 50.0);
}

TEST_F(MeshTimingTest, RoundTripIsMeasured) {
  const auto round_trip = grid_.status(0).peers.front().round_trip;
  ASSERT_TRUE(round_trip.has_value());
  EXPECT_GE(*round_trip, 2 * grid_.network().options().least_delay);
  EXPECT_LE(*round_trip, 4 * grid_.network().options().most_delay);
}

TEST_F(MeshTimingTest, PeersTellTheirOwnLinksWithinTheSamePromise) {
  // What node 2 has heard from node `from` of its link to `to`; none: nothing.
  const auto told = [&](std::size_t from, std::size_t to) -> std::optional<std::uint32_t> {
    const auto links = grid_.status(2).peers.at(from).links_us;
    return links.empty() ? std::nullopt : std::optional(links.at(to));
  };
  ASSERT_TRUE(told(0, 1) && told(1, 0));
  const auto least = std::chrono::duration_cast<std::chrono::microseconds>(2 * grid_.network().options().least_delay);
  EXPECT_GE(*told(0, 1), least.count());
  EXPECT_GE(*told(1, 0), least.count());
  EXPECT_EQ(told(0, 0), 0U) << "no node has a link to itself";
  grid_.network().cut(0, 1);
  EXPECT_TRUE(grid_.run_until([&] { return told(0, 1) == 0U && told(1, 0) == 0U; }, kDownBySilence + kDownAtOnce));
  EXPECT_GT(*told(0, 2), 0U);
  grid_.network().heal(0, 1);
  EXPECT_TRUE(grid_.run_until([&] { return *told(0, 1) > 0 && *told(1, 0) > 0; }, kUpSoon));
  grid_.crash(1);
  EXPECT_TRUE(grid_.run_until([&] { return !told(1, 0) && told(0, 1) == 0U; }, kDownAtOnce + kDownAtOnce));
}

// A node that was itself held up must read what its peers have sent meanwhile before it judges them: as long as they
// still believe in it, nobody is suspected.
TEST(MeshHeldUpTest, NodeThatWasHeldUpForLessThanTheTimeoutSuspectsNobody) {
  int believed = 0;
  for (int offset = 0; offset < 100; offset += 5) {
    SimulatedGrid grid = whole_grid(3);
    for (std::uint32_t id = 0; id < 3; ++id) {
      grid.start(id);
      grid.run_for(id == 0 ? 70ms : 20ms);  // heartbeats of different nodes at different moments
    }
    grid.run_for(1s + std::chrono::milliseconds(offset));
    ASSERT_TRUE(grid.whole());
    const std::size_t before = grid.trace().size();
    grid.freeze(0);
    grid.run_for(430ms);
    grid.thaw(0);
    grid.run_for(30ms);
    if (!grid.sees(1, 0) || !grid.sees(2, 0)) continue;
    ++believed;
    grid.run_for(1s);
    EXPECT_EQ(grid.trace().find(" alive ", before), std::string::npos) << grid.trace().substr(before);
  }
  EXPECT_GT(believed, 0);
}

class MeshStartTest : public testing::TestWithParam<linkmgr::LinkEncryption> {};

TEST_P(MeshStartTest, SixteenNodesHaveEveryLinkUpWithinTwoSecondsOfTheLastStart) {
  SimulatedGrid grid(GridOptions{16, 3, {}, GetParam()});
  for (std::uint32_t i = 0; i < 16; ++i) {
    grid.start((i * 7) % 16);  // in no particular order
    grid.run_for(300ms);
  }
  EXPECT_TRUE(grid.run_until([&] { return grid.whole(); }, kUpSoon)) << grid.trace();
  for (const auto& peer : grid.status(0).peers) {
    EXPECT_EQ(peer.encrypted, GetParam() == linkmgr::LinkEncryption::kAlways);
  }
  grid.broadcast(5);
  grid.run_for(100ms);
  for (std::uint32_t id = 0; id < 16; ++id) EXPECT_EQ(grid.received(id, 5).size(), id == 5 ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(Encryption, MeshStartTest,
                         testing::Values(linkmgr::LinkEncryption::kOffLoopback, linkmgr::LinkEncryption::kAlways),
                         [](const auto& param) {
                           return param.param == linkmgr::LinkEncryption::kAlways ? "Encrypted" : "InTheClear";
                         });

}  // namespace
}  // namespace buzzer::simulation
