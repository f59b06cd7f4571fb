// Whole grids through every kind of fault, each drawn from one seed: nothing acknowledged is lost, nothing happens
// twice, nothing refused happens, everybody sees what they should, and all that is well serves. A failing seed prints
// the command that replays it.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/simulation/grid_run.h"
#include "tests/simulation/replicated_run.h"

namespace buzzer::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::uint64_t kSeedsPerGroup = 3;
constexpr std::uint64_t kSeedsPerGroupInFull = 30;
#else
constexpr std::uint64_t kSeedsPerGroup = 50;
constexpr std::uint64_t kSeedsPerGroupInFull = 500;
#endif
constexpr std::uint64_t kGroups = 10;

using RunOne = RunResult (*)(const RunOptions&);

RunResult run_seed(RunOne run, std::uint64_t seed, bool trace = false) {
  RunOptions options;
  options.seed = seed;
  options.trace = trace;
  return run(options);
}

void expect_good_runs(RunOne run, const char* kind, std::uint64_t group) {
  const std::uint64_t seeds = std::getenv("BUZZER_TEST_FULL") != nullptr ? kSeedsPerGroupInFull : kSeedsPerGroup;
  std::size_t done = 0;
  std::size_t given = 0;
  std::uint64_t faults = 0;
  for (std::uint64_t seed = 1 + group * seeds; seed <= (group + 1) * seeds; ++seed) {
    const RunResult result = run_seed(run, seed);
    done += result.done;
    given += result.given;
    faults += result.faults;
    for (const std::string& problem : result.problems) ADD_FAILURE() << problem;
    if (!result.problems.empty()) {
      std::cerr << "Replay this run: scripts/simulate.sh --replay " << seed << kind << '\n';
      break;
    }
  }
  // A run in which nothing happens finds nothing. A few seeds may by chance all be short.
  EXPECT_GT(done, (seeds < 50 ? 5 : 20) * seeds);
  EXPECT_GT(faults, 2 * seeds);
  if (run == run_grid) {
    EXPECT_GT(given, seeds);
  }
}

class WholeGridTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WholeGridTest, KeepsItsPromisesThroughRandomFaults) { expect_good_runs(run_grid, "", GetParam()); }

INSTANTIATE_TEST_SUITE_P(Seeds, WholeGridTest, testing::Range<std::uint64_t>(0, kGroups));

class ReplicatedShardTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ReplicatedShardTest, KeepsItsPromisesThroughRandomFaults) {
  expect_good_runs(run_replicated_shard, " --replicated", GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplicatedShardTest, testing::Range<std::uint64_t>(0, 4));

class ReplayTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ReplayTest, SameSeedIsTheSameRunToTheLastByte) {
  for (const RunOne run : {run_grid, run_replicated_shard}) {
    const RunResult first = run_seed(run, GetParam(), true);
    const RunResult again = run_seed(run, GetParam(), true);
    const RunResult other = run_seed(run, GetParam() + 1000, true);
    EXPECT_GT(first.trace.size(), 10'000U);
    EXPECT_TRUE(first.trace == again.trace);
    EXPECT_FALSE(first.trace == other.trace);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplayTest, testing::Values(1, 2, 3));

TEST(ReplayTest, ARunIsTheSameWithAndWithoutATrace) {
  const RunResult with = run_seed(run_grid, 5, true);
  const RunResult without = run_seed(run_grid, 5, false);
  EXPECT_EQ(with.done, without.done);
  EXPECT_EQ(with.simulated, without.simulated);
  EXPECT_TRUE(without.trace.empty());
}

}  // namespace
}  // namespace buzzer::simulation
