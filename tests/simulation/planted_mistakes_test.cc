// The simulation finds mistakes: each of these, made on purpose in a build of its own (base/planted_mistakes.h), is
// found within a few seeds. A mistake that is not found means that faults or checker are too weak.
#include "base/planted_mistakes.h"

#include <iostream>

#include <gtest/gtest.h>

#include "tests/simulation/grid_run.h"
#include "tests/simulation/replicated_run.h"

namespace buzzer::simulation {
namespace {

using base::Mistake;

constexpr std::uint64_t kMostSeeds = 1000;

struct Planted {
  const char* name;
  Mistake mistake;
  RunResult (*run)(const RunOptions&) = run_grid;
};

class PlantedMistakeTest : public testing::TestWithParam<Planted> {
 protected:
  void SetUp() override { base::planted_mistake = GetParam().mistake; }
  void TearDown() override { base::planted_mistake = Mistake::kNone; }
};

TEST_P(PlantedMistakeTest, IsFound) {
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    RunOptions options;
    options.seed = seed;
    const RunResult result = GetParam().run(options);
    if (result.problems.empty()) continue;
    std::cout << "found with seed " << seed << ": " << result.problems.front() << '\n';
    RecordProperty("seeds", static_cast<int>(seed));
    return;
  }
  FAIL() << "not found within " << kMostSeeds << " seeds";
}

INSTANTIATE_TEST_SUITE_P(
    Each, PlantedMistakeTest,
    testing::Values(Planted{"AcknowledgeBeforeSync", Mistake::kAcknowledgeBeforeSync},
                    Planted{"ReadBeforeSync", Mistake::kReadBeforeSync},
                    Planted{"KeyNotInBatch", Mistake::kKeyNotInBatch},
                    Planted{"RefusedAppendStays", Mistake::kRefusedAppendStays, run_replicated_shard},
                    Planted{"WitnessBeforeSync", Mistake::kWitnessBeforeSync},
                    Planted{"KeyForgottenEarly", Mistake::kKeyForgottenEarly}, Planted{"IdReused", Mistake::kIdReused},
                    Planted{"OldConnectionExecuted", Mistake::kOldConnectionExecuted},
                    Planted{"UnknownOutcomeIsDefinite", Mistake::kUnknownOutcomeIsDefinite},
                    Planted{"RefusalForgotten", Mistake::kRefusalForgotten},
                    Planted{"HandOverBeforeSync", Mistake::kHandOverBeforeSync},
                    Planted{"WatermarkOutsideBatch", Mistake::kWatermarkOutsideBatch},
                    Planted{"WatermarkSkips", Mistake::kWatermarkSkips},
                    Planted{"RowDroppedAtResend", Mistake::kRowDroppedAtResend},
                    Planted{"AckBeforeEffect", Mistake::kAckBeforeEffect},
                    Planted{"InterestLost", Mistake::kInterestLost},
                    Planted{"BackfillBeforeEdge", Mistake::kBackfillBeforeEdge},
                    Planted{"DeleteToPresentInterestOnly", Mistake::kDeleteToPresentInterestOnly},
                    Planted{"OlderVersionOverNewer", Mistake::kOlderVersionOverNewer},
                    Planted{"DeliveryNotTold", Mistake::kDeliveryNotTold},
                    Planted{"MentionEditedAway", Mistake::kMentionEditedAway},
                    Planted{"WipedStreamNotBroken", Mistake::kWipedStreamNotBroken},
                    Planted{"RestoredPositionsReused", Mistake::kRestoredPositionsReused},
                    Planted{"SubscriptionLostAtRestart", Mistake::kSubscriptionLostAtRestart},
                    Planted{"FilterAtTodaysEdges", Mistake::kFilterAtTodaysEdges}),
    [](const auto& tested) { return tested.param.name; });

TEST(NothingPlantedTest, FindsNothingInTheSameBuild) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RunOptions options;
    options.seed = seed;
    EXPECT_TRUE(run_grid(options).problems.empty()) << seed;
    EXPECT_TRUE(run_replicated_shard(options).problems.empty()) << seed;
  }
}

}  // namespace
}  // namespace buzzer::simulation
