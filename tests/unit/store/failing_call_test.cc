// What every store does when its disk fails: an error at every call in turn.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/store/history.h"
#include "tests/unit/store/store_under_test.h"

namespace buzzer::store {
namespace {

enum class Fails { kOnce, kForGood };

// What the store is doing while its disk fails.
struct Situation {
  std::string name;
  int batches_before;  // in an earlier life, which ended without a crash of the machine
  std::size_t most_value_bytes;
  Survival survival;   // of the crash after the error
  std::uint64_t step;  // from one call that fails to the next one that is tried
};
std::ostream& operator<<(std::ostream& out, const Situation& situation) { return out << situation.name; }

// The calls are dealt to several tests, each of which takes seconds also under sanitizers.
constexpr std::uint64_t kParts = 3;

using Case = std::tuple<StoreKind, Situation, Fails, std::uint64_t>;  // the last: the part, from 1

class FailingCallTest : public testing::TestWithParam<Case> {
 protected:
  // The nth call to the disk fails, and perhaps all later ones; then the disk is well again, and the store must open
  // and have lost nothing. False once there was no nth call.
  bool fail_call(std::uint64_t nth) {
    SCOPED_TRACE("call " + std::to_string(nth));
    const auto& [kind, situation, fails, part] = GetParam();
    const auto disk = kind.make();
    base::SeededRandom random(nth);
    History history(nth, situation.most_value_bytes);
    if (situation.batches_before > 0) {
      auto store = disk->opened();
      EXPECT_TRUE(history.run(*store, situation.batches_before));
      disk->crash(std::move(store), Survival::kAll, random);
    }

    disk->faults().fail_call(nth, fails == Fails::kForGood);
    auto opened = disk->open({});
    if (opened) {
      // Reading may be what fails. Then it is done again, because the history goes on from where the store stands.
      const bool known = history.recovered(**opened) || history.recovered(**opened);
      EXPECT_TRUE(known || disk->faults().fired());
      if (known && !history.run(**opened, 60)) {
        EXPECT_TRUE((*opened)->failed());
        EXPECT_FALSE((*opened)->sync());
      }
    } else {
      EXPECT_EQ(opened.error().problem, OpenProblem::kUnavailable) << opened.error().message;
    }
    const bool fired = disk->faults().fired();
    disk->faults().heal();
    disk->crash(opened ? *std::move(opened) : nullptr, situation.survival, random);

    if (const auto store = disk->opened()) {
      EXPECT_TRUE(history.recovered(*store));
      EXPECT_TRUE(history.run(*store, 10));
    }
    return fired;
  }
};

std::vector<Situation> situations() {
  return {{"ofANewStore", 0, 100, Survival::kTorn, 1},
          {"ofAStoreThatRecovers", 30, 100, Survival::kTorn, 1},
          {"whileTablesAreWritten", 60, 4000, Survival::kNone, std::getenv("BUZZER_TEST_FULL") != nullptr ? 1U : 3U}};
}
std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  const auto& [kind, situation, fails, part] = info.param;
  return kind.name + "_" + situation.name + (fails == Fails::kOnce ? "_once_" : "_forGood_") + std::to_string(part);
}
INSTANTIATE_TEST_SUITE_P(Stores, FailingCallTest,
                         testing::Combine(testing::ValuesIn(all_stores()), testing::ValuesIn(situations()),
                                          testing::Values(Fails::kOnce, Fails::kForGood),
                                          testing::Range<std::uint64_t>(1, kParts + 1)),
                         name_of_case);

TEST_P(FailingCallTest, LosesNothing) {
  const std::uint64_t step = std::get<Situation>(GetParam()).step;
  std::uint64_t nth = 1 + (std::get<std::uint64_t>(GetParam()) - 1) * step;
  while (!HasFailure() && fail_call(nth)) nth += kParts * step;
  EXPECT_GT(nth, 10U) << "so few calls to the disk?";
}

}  // namespace
}  // namespace buzzer::store
