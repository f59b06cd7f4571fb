#include "linkmgr/clock_watch.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace buzzer::linkmgr {
namespace {

using std::chrono::milliseconds;

std::optional<milliseconds> median_of(const std::vector<int>& offsets) {
  std::vector<milliseconds> durations;
  durations.reserve(offsets.size());
  for (const int offset : offsets) durations.emplace_back(offset);
  return median_offset(std::move(durations));
}

TEST(ClockWatchTest, WithoutPeersThereIsNoOffset) { EXPECT_EQ(median_of({}), std::nullopt); }

TEST(ClockWatchTest, OnePeersOffsetIsTheMedian) { EXPECT_EQ(median_of({-1500}), milliseconds(-1500)); }

TEST(ClockWatchTest, TheMiddleOfAnOddNumberCounts) {
  EXPECT_EQ(median_of({5, -2000, 7}), milliseconds(5));
  EXPECT_EQ(median_of({9, 1, 5, 90'000, -3}), milliseconds(5));
}

TEST(ClockWatchTest, WithTwoPeersOneWrongClockAccusesNoRightOne) {
  EXPECT_EQ(median_of({2, 60'000}), milliseconds(2));
  EXPECT_EQ(median_of({2, -60'000}), milliseconds(2));
}

TEST(ClockWatchTest, OfTheMiddleTwoTheOneNearerToZeroCounts) {
  EXPECT_EQ(median_of({-10, 3, 8, 100}), milliseconds(3));
  EXPECT_EQ(median_of({-100, -8, -3, 10}), milliseconds(-3));
  EXPECT_EQ(median_of({-100, -8, 9, 100}), milliseconds(-8));
}

TEST(ClockWatchTest, OwnWrongClockIsSeenAgainstAllPeers) {
  EXPECT_EQ(median_of({4000, 4002, 4001, 3999}), milliseconds(4000));
}

TEST(ClockWatchTest, TheOrderOfPeersDoesNotMatter) {
  std::vector<int> offsets{-7, 0, 3, 12};
  do {
    EXPECT_EQ(median_of(offsets), milliseconds(0));
  } while (std::next_permutation(offsets.begin(), offsets.end()));
}

}  // namespace
}  // namespace buzzer::linkmgr
