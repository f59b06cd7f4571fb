// Whole meshes under random faults, each drawn from one seed: crashes, lost power, frozen processes, cuts of both kinds
// and clock steps, while every node broadcasts. A failing seed is replayed by the command that it prints.
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/simulation/simulated_grid.h"

namespace buzzer::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration kStep = 10ms;
constexpr Duration kDownBySilence = 700ms;  // any fault takes a pair apart within this
constexpr Duration kUpAgain = 3s;           // and this long after the last fault it is together
constexpr Duration kRun = 40s;

class RandomFaults {
 public:
  explicit RandomFaults(std::uint64_t seed)
      : draw_(seed + 1'000'003),
        grid_(GridOptions{static_cast<std::uint32_t>(2 + seed % 6),
                          seed,
                          {},
                          seed % 3 == 0 ? linkmgr::LinkEncryption::kAlways : linkmgr::LinkEncryption::kOffLoopback}),
        size_(grid_.options().size) {
    grid_.start_all();
    const MonotonicTime now = grid_.now();
    for (std::uint32_t a = 0; a < size_; ++a) {
      for (std::uint32_t b = 0; b < size_; ++b) since_[{a, b}] = {true, now};
    }
  }

  // Faults and checks in turn, then all is healed and must be whole.
  void run() {
    const MonotonicTime until = grid_.now() + kRun;
    MonotonicTime next_fault = grid_.now() + 2s;
    while (grid_.now() < until && !testing::Test::HasFailure()) {
      if (grid_.now() >= next_fault) {
        fault();
        next_fault = grid_.now() + std::chrono::milliseconds(draw(1500));
      }
      const std::uint32_t speaker = draw(size_);
      if (awake(speaker)) grid_.broadcast(speaker);
      grid_.run_for(kStep);
      check();
    }
    if (testing::Test::HasFailure()) return;
    heal_everything();
    grid_.run_for(kUpAgain);
    EXPECT_TRUE(grid_.whole());
    check_last_words();
  }

  [[nodiscard]] const SimulatedGrid& grid() const { return grid_; }

 private:
  struct Condition {
    bool healthy;
    MonotonicTime since;
  };

  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(draw_.next() % below); }
  [[nodiscard]] bool awake(std::uint32_t id) const { return grid_.runs(id) && !grid_.frozen(id); }

  [[nodiscard]] bool healthy(std::uint32_t a, std::uint32_t b) {
    return awake(a) && awake(b) && !grid_.network().is_cut(a, b) && !grid_.network().is_cut(b, a);
  }

  void fault() {
    const std::uint32_t a = draw(size_);
    const std::uint32_t b = (a + 1 + draw(size_ - 1)) % size_;
    switch (draw(9)) {
      case 0:
        return grid_.runs(a) ? grid_.crash(a) : grid_.start(a);
      case 1:
        return grid_.runs(a) ? grid_.lose_power(a) : grid_.start(a);
      case 2:
        if (grid_.runs(a)) return grid_.frozen(a) ? grid_.thaw(a) : grid_.freeze(a);
        return;
      case 3:
        return grid_.step_clock(a, std::chrono::seconds(static_cast<int>(draw(7200)) - 3600));
      case 4:
        cut(b, a);
        [[fallthrough]];
      case 5:
        return cut(a, b);
      default:
        for (std::uint32_t peer = 0; peer < size_; ++peer) {
          if (peer != a) mend(a, peer);
        }
    }
  }

  void cut(std::uint32_t from, std::uint32_t to) {
    grid_.note("cut " + std::to_string(from) + " > " + std::to_string(to));
    grid_.network().cut(from, to);
  }
  void mend(std::uint32_t a, std::uint32_t b) {
    if (!grid_.network().is_cut(a, b) && !grid_.network().is_cut(b, a)) return;
    grid_.note("heal " + std::to_string(a) + " - " + std::to_string(b));
    grid_.network().heal(a, b);
    grid_.network().heal(b, a);
  }

  void heal_everything() {
    for (std::uint32_t a = 0; a < size_; ++a) {
      if (!grid_.runs(a)) grid_.start(a);
      if (grid_.frozen(a)) grid_.thaw(a);
      for (std::uint32_t b = 0; b < a; ++b) mend(a, b);
    }
  }

  void check() {
    const MonotonicTime now = grid_.now();
    for (std::uint32_t a = 0; a < size_; ++a) {
      if (!awake(a)) asleep_until_[a] = now;
      for (std::uint32_t b = 0; b < size_; ++b) {
        if (a == b) continue;
        Condition& condition = since_[{a, b}];
        if (condition.healthy != healthy(a, b)) condition = {!condition.healthy, now};
        if (!awake(a)) continue;
        // Who was frozen believes what it last knew until it has looked again.
        const Duration lasted = now - std::max(condition.since, asleep_until_[a]);
        if (condition.healthy && lasted > kUpAgain) {
          EXPECT_TRUE(grid_.sees(a, b)) << a << " does not see " << b << ", healthy for " << lasted.count() << " ns";
        }
        if (!condition.healthy && lasted > kDownBySilence + kStep) {
          EXPECT_FALSE(grid_.sees(a, b)) << a << " still sees " << b << " after " << lasted.count() << " ns";
        }
        if (grid_.runs(a)) check_order(a, b);
      }
    }
  }

  // Each line at most once, in its sender's order, and nothing of an earlier life after a later one's.
  void check_order(std::uint32_t at, std::uint32_t from) {
    const auto& lines = grid_.received(at, from);
    std::size_t& checked = checked_[{at, from}];
    if (checked > lines.size()) checked = 0;  // the receiver began anew
    for (; checked < lines.size(); ++checked) {
      if (checked == 0) continue;
      EXPECT_LT(lines[checked - 1], lines[checked]) << "at " << at << " from " << from;
    }
  }

  void check_last_words() {
    for (std::uint32_t a = 0; a < size_; ++a) {
      std::map<std::uint32_t, std::size_t> before;
      for (std::uint32_t b = 0; b < size_; ++b) before[b] = grid_.received(b, a).size();
      grid_.broadcast(a);
      grid_.run_for(100ms);
      for (std::uint32_t b = 0; b < size_; ++b) {
        EXPECT_EQ(grid_.received(b, a).size(), before[b] + (a == b ? 0 : 1)) << "at " << b << " from " << a;
      }
    }
  }

  base::SeededRandom draw_;
  SimulatedGrid grid_;
  const std::uint32_t size_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Condition> since_;
  std::map<std::uint32_t, MonotonicTime> asleep_until_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> checked_;
};

void run_seed(std::uint64_t seed) {
  RandomFaults faults(seed);
  faults.run();
  if (testing::Test::HasFailure()) {
    std::cerr << faults.grid().trace() << "Replay this run: BUZZER_SEED=" << seed
              << " build/release/tests/simulation/simulation_test --gtest_filter=MeshSeedTest.*\n";
  }
}

class MeshRandomTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MeshRandomTest, AliveSetsAndOrderHoldUnderRandomFaults) { run_seed(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Seed, MeshRandomTest, testing::Range<std::uint64_t>(1, 25));

TEST(MeshSeedTest, ManySeedsOrTheOneInBuzzerSeed) {
  if (const char* seed = std::getenv("BUZZER_SEED")) return run_seed(std::strtoull(seed, nullptr, 10));
  const std::uint64_t seeds = std::getenv("BUZZER_TEST_FULL") != nullptr ? 2000 : 50;
  for (std::uint64_t seed = 1000; seed < 1000 + seeds && !HasFailure(); ++seed) run_seed(seed);
}

TEST(MeshSeedTest, SameSeedIsTheSameRunToTheLastByte) {
  RandomFaults first(42);
  first.run();
  RandomFaults again(42);
  again.run();
  RandomFaults other(43);
  other.run();
  EXPECT_EQ(first.grid().trace(), again.grid().trace());
  EXPECT_NE(first.grid().trace(), other.grid().trace());
}

}  // namespace
}  // namespace buzzer::simulation
