#include <functional>

#include <gtest/gtest.h>

#include "node/room/pacing.h"

namespace buzzer::room {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Duration kTick = milliseconds(10);

class PacingTest : public testing::Test {
 protected:
  void pass(base::Duration time) { now_ += time; }
  [[nodiscard]] bool waits() const { return pacing_.must_wait(); }

  void look(const std::vector<Pace*>& paces, bool hurried = false) {
    pacing_.look(now_, hurried);
    for (Pace* pace : paces) static_cast<void>(pacing_.lose_patience(*pace, now_));
  }

  // For so long, looked at every 10 ms, as the room does, after `each`. How much of that the room would wait.
  base::Duration waited_for(base::Duration time, const std::vector<Pace*>& paces, const std::function<void()>& each) {
    base::Duration waited{0};
    for (base::Duration done{0}; done < time; done += kTick) {
      each();
      look(paces);
      if (waits()) waited += kTick;
      pass(kTick);
    }
    return waited;
  }

  // Reads, so that it takes something each time, but is `long_` behind whenever it is, and that at once again.
  std::function<void()> slow(Pace& pace, base::Duration long_) {
    return [this, &pace, long_] {
      pacing_.took_some(pace, now_);
      if (pace.behind && now_ - pace.since >= long_) pacing_.caught_up(pace, now_);
      pacing_.fell_behind(pace, now_);
    };
  }

  base::MonotonicTime now_{seconds(1000)};
  Pacing pacing_{now_};
  Pace pace_;
};

TEST_F(PacingTest, NobodyIsWaitedForWhoIsNotBehind) {
  EXPECT_FALSE(waits());
  pacing_.fell_behind(pace_, now_);
  EXPECT_TRUE(waits());
  pacing_.caught_up(pace_, now_);
  EXPECT_FALSE(waits());
}

TEST_F(PacingTest, WhoTakesSomethingNowAndThenIsWaitedFor) {
  pacing_.fell_behind(pace_, now_);
  for (int i = 0; i < 10; ++i) {
    pass(kMostSilence - milliseconds(1));
    EXPECT_FALSE(pacing_.lose_patience(pace_, now_));
    EXPECT_TRUE(waits());
    pacing_.took_some(pace_, now_);
  }
}

TEST_F(PacingTest, WhoTakesNothingIsNotWaitedForUntilItHasCaughtUpAndBeenGoodForAWhile) {
  pacing_.fell_behind(pace_, now_);
  pass(kMostSilence);
  EXPECT_TRUE(pacing_.lose_patience(pace_, now_));
  EXPECT_FALSE(waits());
  pass(2 * kDistrust);
  pacing_.fell_behind(pace_, now_);
  EXPECT_FALSE(waits()) << "still behind";
  pacing_.caught_up(pace_, now_);
  pacing_.fell_behind(pace_, now_);
  EXPECT_TRUE(waits());
  pass(kMostSilence);
  EXPECT_TRUE(pacing_.lose_patience(pace_, now_));
  pacing_.caught_up(pace_, now_);
  pass(kDistrust - milliseconds(1));
  pacing_.fell_behind(pace_, now_);
  EXPECT_FALSE(waits()) << "too soon";
}

TEST_F(PacingTest, OneOfManyIsEnoughToWaitFor) {
  Pace other;
  pacing_.fell_behind(pace_, now_);
  pacing_.fell_behind(other, now_);
  pacing_.fell_behind(other, now_);
  pacing_.caught_up(other, now_);
  pacing_.caught_up(other, now_);
  EXPECT_TRUE(waits());
  pacing_.caught_up(pace_, now_);
  EXPECT_FALSE(waits());
}

TEST_F(PacingTest, WhoStallsNowAndThenTakesATwentiethOfTheTimeAtMost) {
  const base::Duration waited = waited_for(seconds(60), {&pace_}, [&] {
    if (!pace_.awaited) pacing_.caught_up(pace_, now_);  // as soon as nobody waits
    pacing_.fell_behind(pace_, now_);
  });
  EXPECT_GT(waited, seconds(0));
  EXPECT_LE(waited, seconds(60) / 20 + 2 * kMostSilence);
}

TEST_F(PacingTest, StrangersWhoStallOneAfterTheOtherTakeLittleOfTheTime) {
  std::vector<Pace> strangers(480);
  std::vector<Pace*> all;
  for (Pace& each : strangers) all.push_back(&each);
  std::size_t came = 0;
  base::Duration passed{0};
  const base::Duration waited = waited_for(seconds(60), all, [&] {  // eight new ones each second
    if (passed % milliseconds(120) == base::Duration::zero() && came < strangers.size()) {
      pacing_.fell_behind(strangers[came++], now_);
    }
    passed += kTick;
  });
  EXPECT_LE(waited, seconds(60) / 4);
}

TEST_F(PacingTest, WhoHasCaughtUpBeforeDoesNotPayForStrangers) {
  pacing_.fell_behind(pace_, now_);
  pacing_.caught_up(pace_, now_);
  Pace stranger;
  pacing_.fell_behind(stranger, now_);
  pass(kMostSilence);
  look({&stranger});
  pacing_.fell_behind(pace_, now_);
  pass(kMostSilence - kTick);
  look({&pace_});
  EXPECT_TRUE(waits());
}

TEST_F(PacingTest, PatienceComesBack) {
  Pace other;
  pacing_.fell_behind(other, now_);
  pass(kMostSilence);
  look({&other});
  pacing_.fell_behind(pace_, now_);
  pass(kMostSilence / 2 + kTick);
  look({&pace_});
  EXPECT_FALSE(waits()) << "half as much as before";
  pass(kDistrust);
  Pace later;
  pacing_.fell_behind(later, now_);
  pass(kMostSilence - kTick);
  look({&later});
  EXPECT_TRUE(waits());
}

TEST_F(PacingTest, WhoIsBehindForAMomentIsWaitedForAsOftenAsNeedBe) {
  const auto quick = slow(pace_, kShortWait);
  EXPECT_EQ(waited_for(seconds(100), {&pace_}, quick), seconds(100));
}

TEST_F(PacingTest, ASlowOneIsWaitedForUntilItsAllowanceIsSpentAndATenthOfTheTimeInTheLongRun) {
  const auto reads_slowly = slow(pace_, milliseconds(500));
  const base::Duration at_first = waited_for(kMostForOne, {&pace_}, reads_slowly);
  EXPECT_GE(at_first, kMostForOne - 2 * kTick);
  EXPECT_LE(waited_for(seconds(100), {&pace_}, reads_slowly), seconds(100) / kWaitingShare + milliseconds(500));
}

TEST_F(PacingTest, ASlowOneDoesNotCostAHealthyOneItsWaiting) {
  Pace healthy;
  const auto reads_slowly = slow(pace_, seconds(1));
  waited_for(seconds(60), {&pace_, &healthy}, reads_slowly);
  EXPECT_FALSE(pace_.awaited) << "its allowance is spent";
  pacing_.fell_behind(healthy, now_);
  pass(kShortWait);
  look({&pace_, &healthy});
  EXPECT_TRUE(waits());
}

TEST_F(PacingTest, ManySlowOnesTogetherAreWaitedForATenthOfTheTimeInTheLongRun) {
  std::vector<Pace> many(20);
  std::size_t next = 0;
  std::vector<Pace*> paces;
  for (Pace& pace : many) paces.push_back(&pace);
  const auto one_after_the_other = [&] {
    Pace& slow_one = many[next];
    pacing_.fell_behind(slow_one, now_);
    pacing_.took_some(slow_one, now_);
    if (slow_one.awaited) return;
    pacing_.caught_up(slow_one, now_);
    next = (next + 1) % many.size();
  };
  EXPECT_GE(waited_for(kMostForAll, paces, one_after_the_other), kMostForAll - milliseconds(100));
  waited_for(seconds(10), paces, one_after_the_other);
  // Each of them has its short wait, be the allowance of all spent or not.
  const base::Duration short_waits = 100 / 5 * many.size() * (kShortWait + 2 * kTick);
  EXPECT_LE(waited_for(seconds(100), paces, one_after_the_other), seconds(100) / kWaitingShare + short_waits);
}

TEST_F(PacingTest, ItWaitsAgainForLongAfterAQuietTime) {
  waited_for(2 * kMostForOne, {&pace_}, slow(pace_, seconds(1)));
  pacing_.caught_up(pace_, now_);
  pass(kMostForOne * kWaitingShare);
  EXPECT_GE(waited_for(kMostForOne, {&pace_}, slow(pace_, seconds(1))), kMostForOne - 2 * kTick);
}

TEST_F(PacingTest, InAHurryNobodyIsWaitedForForLong) {
  pacing_.fell_behind(pace_, now_);
  pass(kShortWait);
  look({&pace_}, true);
  EXPECT_TRUE(waits());
  pass(kTick);
  look({&pace_}, true);
  EXPECT_FALSE(waits());
}

}  // namespace
}  // namespace buzzer::room
