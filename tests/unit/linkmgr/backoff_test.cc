#include "linkmgr/backoff.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace buzzer::linkmgr {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeast{20};
constexpr milliseconds kMost{1000};

TEST(BackoffTest, EveryWaitIsBetweenHalfTheCeilingAndAllOfIt) {
  base::SeededRandom random(1);
  for (int round = 0; round < 1000; ++round) {
    Backoff backoff(kLeast, kMost, random);
    for (const int ceiling : {20, 40, 80, 160, 320, 640, 1000, 1000, 1000}) {
      const base::Duration wait = backoff.next();
      EXPECT_GE(wait, milliseconds(ceiling) / 2);
      EXPECT_LE(wait, milliseconds(ceiling));
    }
  }
}

TEST(BackoffTest, WaitsOfPeersThatFailedTogetherAreSpread) {
  base::SeededRandom random(1);
  base::Duration shortest = base::Duration::max();
  base::Duration longest = base::Duration::zero();
  for (int peer = 0; peer < 1000; ++peer) {
    const base::Duration wait = Backoff(kLeast, kMost, random).next();
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
  }
  EXPECT_LT(shortest, milliseconds(11));
  EXPECT_GT(longest, milliseconds(19));
}

TEST(BackoffTest, AfterASuccessTheNextWaitIsShortAgain) {
  base::SeededRandom random(1);
  Backoff backoff(kLeast, kMost, random);
  for (int i = 0; i < 10; ++i) EXPECT_GT(backoff.next(), base::Duration::zero());
  backoff.reset();
  EXPECT_LE(backoff.next(), kLeast);
  EXPECT_GT(backoff.next(), kLeast - milliseconds(1));
}

TEST(BackoffTest, NeverPassesTheMostHoweverOftenItFails) {
  base::SeededRandom random(1);
  Backoff backoff(kLeast, kMost, random);
  for (int i = 0; i < 10'000; ++i) {
    const base::Duration wait = backoff.next();
    ASSERT_LE(wait, kMost);
    ASSERT_GT(wait, base::Duration::zero());
  }
}

}  // namespace
}  // namespace buzzer::linkmgr
