#include "linkmgr/log_throttle.h"

#include <gtest/gtest.h>

namespace buzzer::linkmgr {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::MonotonicTime kStart{std::chrono::hours(1)};

TEST(LogThrottleTest, OneLinePerSubjectAndMinute) {
  LogThrottle throttle;
  EXPECT_TRUE(throttle.allows("a", kStart));
  EXPECT_FALSE(throttle.allows("a", kStart));
  EXPECT_FALSE(throttle.allows("a", kStart + seconds(59)));
  EXPECT_TRUE(throttle.allows("a", kStart + minutes(1)));
  EXPECT_FALSE(throttle.allows("a", kStart + seconds(119)));
}

TEST(LogThrottleTest, WhatIsHeldBackDoesNotProlongTheSilence) {
  LogThrottle throttle;
  int lines = 0;
  for (int second = 0; second < 600; ++second) {
    if (throttle.allows("a", kStart + seconds(second))) ++lines;
  }
  EXPECT_EQ(lines, 10);
}

TEST(LogThrottleTest, SubjectsDoNotSilenceEachOther) {
  LogThrottle throttle;
  EXPECT_TRUE(throttle.allows("a", kStart));
  EXPECT_TRUE(throttle.allows("b", kStart));
  EXPECT_FALSE(throttle.allows("a", kStart));
}

TEST(LogThrottleTest, NoMoreThan1024SubjectsAreLoggedInAMinute) {
  LogThrottle throttle;
  int lines = 0;
  for (int i = 0; i < 5000; ++i) {
    if (throttle.allows("stranger " + std::to_string(i), kStart)) ++lines;
  }
  EXPECT_EQ(lines, 1024);
  EXPECT_FALSE(throttle.allows("one more", kStart + seconds(59)));
  EXPECT_TRUE(throttle.allows("one more", kStart + minutes(1)));
}

TEST(LogThrottleTest, KnownSubjectComesBackThoughTheTableIsFull) {
  LogThrottle throttle;
  ASSERT_TRUE(throttle.allows("known", kStart));
  for (int i = 0; i < 1023; ++i) ASSERT_TRUE(throttle.allows(std::to_string(i), kStart + seconds(30)));
  EXPECT_FALSE(throttle.allows("new", kStart + seconds(59)));
  EXPECT_TRUE(throttle.allows("known", kStart + seconds(60)));
  EXPECT_FALSE(throttle.allows("new", kStart + seconds(61)));
}

}  // namespace
}  // namespace buzzer::linkmgr
