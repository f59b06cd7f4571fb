#include "linkmgr/liveness.h"

#include <deque>
#include <limits>

#include <gtest/gtest.h>

namespace buzzer::linkmgr {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kInterval{100};
constexpr milliseconds kTimeout{500};
constexpr base::MonotonicTime kStart{std::chrono::hours(5)};
// The other end's clock has nothing to do with this one's.
constexpr milliseconds kOtherClock{987'654'321};

// Two ends whose heartbeats take `delay` each way, or do not arrive while that way is cut.
class LivenessTest : public testing::Test {
 protected:
  struct End {
    [[nodiscard]] base::MonotonicTime clock() const { return now + offset; }
    base::Duration offset;
    Liveness liveness{kTimeout, kStart + offset};
    std::deque<std::pair<base::MonotonicTime, proto::Heartbeat>> arriving;  // by the test's time
    bool hears = true;
    std::optional<milliseconds> down_after{};
    const base::MonotonicTime& now;
  };

  void run_for(milliseconds duration) {
    const base::MonotonicTime until = now_ + duration;
    for (; now_ < until; now_ += milliseconds(1)) {
      for (auto [from, to] : {std::pair(&a_, &b_), std::pair(&b_, &a_)}) {
        while (!to->arriving.empty() && to->arriving.front().first <= now_) {
          to->liveness.heartbeat_arrived(to->arriving.front().second, to->clock());
          to->arriving.pop_front();
        }
        if ((now_ - kStart) % kInterval == base::Duration::zero()) {
          proto::Heartbeat heartbeat;
          from->liveness.fill_heartbeat(heartbeat, from->clock());
          if (to->hears) to->arriving.emplace_back(now_ + delay_, heartbeat);
        }
        if (!from->down_after && from->liveness.timed_out(from->clock())) {
          from->down_after = std::chrono::duration_cast<milliseconds>(now_ - cut_at_);
        }
      }
    }
  }

  void cut(bool a_hears, bool b_hears) {
    a_.hears = a_hears;
    b_.hears = b_hears;
    cut_at_ = now_;
  }

  base::MonotonicTime now_ = kStart;
  base::MonotonicTime cut_at_ = kStart;
  base::Duration delay_ = milliseconds(3);
  End a_{.offset = base::Duration::zero(), .arriving = {}, .now = now_};
  End b_{.offset = kOtherClock, .arriving = {}, .now = now_};
};

TEST_F(LivenessTest, HealthyPeersStayUpForever) {
  run_for(std::chrono::seconds(20));
  EXPECT_FALSE(a_.down_after || b_.down_after);
  EXPECT_TRUE(a_.liveness.heard_both_ways());
  EXPECT_TRUE(b_.liveness.heard_both_ways());
}

TEST_F(LivenessTest, NothingIsKnownBeforeTheFirstHeartbeat) {
  EXPECT_FALSE(a_.liveness.heard_both_ways());
  EXPECT_EQ(a_.liveness.round_trip(), std::nullopt);
  EXPECT_EQ(a_.liveness.last_heard(), kStart);
}

TEST_F(LivenessTest, HearingThePeerIsNotYetBeingHeard) {
  proto::Heartbeat first;
  b_.liveness.fill_heartbeat(first, b_.clock());
  EXPECT_EQ(first.heard_sent_at_us(), 0U);
  a_.liveness.heartbeat_arrived(first, a_.clock());
  EXPECT_FALSE(a_.liveness.heard_both_ways());

  proto::Heartbeat answer;
  a_.liveness.fill_heartbeat(answer, a_.clock());
  b_.liveness.heartbeat_arrived(answer, b_.clock());
  EXPECT_TRUE(b_.liveness.heard_both_ways());
}

TEST_F(LivenessTest, SilentPeerGoesDownAfterTheTimeoutAndNotBefore) {
  run_for(milliseconds(1050));
  cut(false, false);
  run_for(milliseconds(1000));
  for (const End* end : {&a_, &b_}) {
    ASSERT_TRUE(end->down_after);
    EXPECT_GT(*end->down_after, kTimeout - 2 * kInterval);
    EXPECT_LT(*end->down_after, kTimeout + kInterval);
  }
}

TEST_F(LivenessTest, OneWayCutTakesTheOtherDownAtBothEnds) {
  run_for(milliseconds(1050));
  cut(true, false);  // b no longer hears a, a still hears b
  run_for(milliseconds(1000));
  ASSERT_TRUE(b_.down_after);
  ASSERT_TRUE(a_.down_after);
  EXPECT_LT(*b_.down_after, milliseconds(700));
  EXPECT_LT(*a_.down_after, milliseconds(700));
  EXPECT_LT(now_ - (a_.liveness.last_heard()), kInterval + delay_ + milliseconds(1));
}

TEST_F(LivenessTest, LinkThatNeverWorkedOneWayGoesDownAfterTheTimeout) {
  cut(true, false);
  run_for(milliseconds(1000));
  ASSERT_TRUE(a_.down_after && b_.down_after);
  EXPECT_EQ(*a_.down_after, kTimeout + milliseconds(1));
  EXPECT_EQ(*b_.down_after, kTimeout + milliseconds(1));
}

// Three intervals less than the timeout: one until a heartbeat is sent, one until the answer that mentions it, and one
// until the first after the gap.
TEST_F(LivenessTest, GapShorterThanTheTimeoutLessThreeIntervalsIsForgiven) {
  run_for(milliseconds(1050));
  cut(false, false);
  run_for(milliseconds(190));
  cut(true, true);
  run_for(milliseconds(2000));
  EXPECT_FALSE(a_.down_after || b_.down_after);
}

TEST_F(LivenessTest, ExactlyTheTimeoutIsNotTooLong) {
  EXPECT_FALSE(a_.liveness.timed_out(kStart + kTimeout));
  EXPECT_TRUE(a_.liveness.timed_out(kStart + kTimeout + base::Duration(1)));
}

TEST_F(LivenessTest, AnyFrameIsASignOfLifeButNoProofOfBeingHeard) {
  const base::MonotonicTime later = kStart + milliseconds(400);
  a_.liveness.frame_arrived(later);
  EXPECT_EQ(a_.liveness.last_heard(), later);
  EXPECT_TRUE(a_.liveness.timed_out(kStart + kTimeout + milliseconds(1)));
}

TEST_F(LivenessTest, RoundTripLeavesOutHowLongThePeerWaited) {
  delay_ = milliseconds(7);
  run_for(milliseconds(1000));
  ASSERT_TRUE(a_.liveness.round_trip() && b_.liveness.round_trip());
  EXPECT_EQ(*a_.liveness.round_trip(), milliseconds(14));
  EXPECT_EQ(*b_.liveness.round_trip(), milliseconds(14));
}

TEST_F(LivenessTest, RoundTripIsNeverNegativeWhateverThePeerSays) {
  proto::Heartbeat heartbeat;
  heartbeat.set_sent_at_us(1);
  heartbeat.set_heard_sent_at_us(
      static_cast<std::uint64_t>(std::chrono::duration_cast<microseconds>(kStart.time_since_epoch()).count()));
  heartbeat.set_heard_ago_us(std::numeric_limits<std::uint32_t>::max());
  a_.liveness.heartbeat_arrived(heartbeat, kStart + milliseconds(1));
  EXPECT_EQ(a_.liveness.round_trip(), base::Duration::zero());
}

TEST_F(LivenessTest, PeerThatClaimsToHaveHeardTheFutureProvesNothing) {
  for (const std::uint64_t nonsense : {std::numeric_limits<std::uint64_t>::max(), std::uint64_t{1} << 63,
                                       static_cast<std::uint64_t>(kStart.time_since_epoch() / microseconds(1)) + 1}) {
    proto::Heartbeat heartbeat;
    heartbeat.set_sent_at_us(1);
    heartbeat.set_heard_sent_at_us(nonsense);
    a_.liveness.heartbeat_arrived(heartbeat, kStart);
    EXPECT_FALSE(a_.liveness.heard_both_ways()) << nonsense;
    EXPECT_FALSE(a_.liveness.round_trip()) << nonsense;
    EXPECT_TRUE(a_.liveness.timed_out(kStart + kTimeout + milliseconds(1))) << nonsense;
  }
}

TEST_F(LivenessTest, OldNewsDoesNotUndoNewer) {
  const auto heard = [](base::MonotonicTime sent) {
    proto::Heartbeat heartbeat;
    heartbeat.set_heard_sent_at_us(static_cast<std::uint64_t>(sent.time_since_epoch() / microseconds(1)));
    return heartbeat;
  };
  a_.liveness.heartbeat_arrived(heard(kStart + milliseconds(400)), kStart + milliseconds(450));
  a_.liveness.heartbeat_arrived(heard(kStart + milliseconds(10)), kStart + milliseconds(480));
  a_.liveness.heartbeat_arrived(heard(kStart + milliseconds(400)), kStart + milliseconds(490));
  EXPECT_FALSE(a_.liveness.timed_out(kStart + milliseconds(950)));
  EXPECT_TRUE(a_.liveness.timed_out(kStart + milliseconds(951)));
}

}  // namespace
}  // namespace buzzer::linkmgr
