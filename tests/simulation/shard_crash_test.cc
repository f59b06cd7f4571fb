// Nothing acknowledged is lost and nothing happens twice, whatever becomes of the process and of its disk's unsynced
// bytes. A failing seed is printed; the checker is itself checked, by mistakes made on purpose.
#include <gtest/gtest.h>

#include "tests/simulation/simulated_home.h"

namespace buzzer::simulation {
namespace {

using namespace std::chrono_literals;

class ShardCrashTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ShardCrashTest, AcknowledgedCommandsTakeEffectOnceThroughCrashesAndDiskErrors) {
  SimulatedHome home(GetParam(), PlantedMistake::kNone);
  home.run(10s);
  EXPECT_GT(home.acknowledged(), 100U);
  EXPECT_GT(home.crashes(), 20U);
  for (const std::string& problem : home.problems()) ADD_FAILURE() << problem;
  if (HasFailure()) std::cerr << home.trace() << "seed " << GetParam() << '\n';
}

INSTANTIATE_TEST_SUITE_P(Seed, ShardCrashTest, testing::Range<std::uint64_t>(1, 16));

class PlantedMistakeTest : public testing::TestWithParam<PlantedMistake> {};

TEST_P(PlantedMistakeTest, IsFoundWithinTwentySeeds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedHome home(seed, GetParam());
    home.run(10s);
    if (!home.problems().empty()) return;
  }
  FAIL() << "no seed found it";
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedMistakeTest,
                         testing::Values(PlantedMistake::kAcknowledgeBeforeSync, PlantedMistake::kForgetKeysAtOnce));

TEST(ShardReplayTest, SameSeedIsTheSameRun) {
  SimulatedHome first(7, PlantedMistake::kNone);
  first.run(5s);
  SimulatedHome again(7, PlantedMistake::kNone);
  again.run(5s);
  EXPECT_EQ(first.trace(), again.trace());
}

}  // namespace
}  // namespace buzzer::simulation
