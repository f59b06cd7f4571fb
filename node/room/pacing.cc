#include "node/room/pacing.h"

#include <algorithm>
#include <utility>

namespace buzzer::room {

void Pacing::fell_behind(Pace& pace, base::MonotonicTime now) {
  if (pace.behind) return;
  pace.behind = true;
  pace.since = now;
  pace.taken = now;
  if (!is_trusted(pace, now)) return;
  pace.allowance = std::min(kMostForOne, pace.allowance + (now - pace.reckoned) / kWaitingShare);
  pace.reckoned = now;
  pace.awaited = true;
  ++awaited_;
}

void Pacing::caught_up(Pace& pace, base::MonotonicTime now) {
  if (std::exchange(pace.behind, false)) pace.newcomer = false;
  forget(pace, now);
}

void Pacing::look(base::MonotonicTime now, bool hurried) {
  reckon(now);
  hurried_ = hurried;
}

bool Pacing::lose_patience(Pace& pace, base::MonotonicTime now) {
  if (!pace.awaited) return false;
  const base::Duration waited = now - pace.since;
  const bool is_long = waited > kShortWait;
  if (is_long) waits_long_ = true;
  const bool spent = waited >= pace.allowance || allowance_ == base::Duration::zero() || hurried_;
  const bool silent = now - pace.taken >= (pace.newcomer ? most_silence_ : kMostSilence);
  if (!silent && !(is_long && spent)) return false;
  forget(pace, now);
  if (silent) most_silence_ = std::max(kLeastSilence, most_silence_ / 2);
  pace.trusted_from = now + kDistrust;
  return true;
}

void Pacing::forget(Pace& pace, base::MonotonicTime now) {
  if (!pace.awaited) return;
  pace.awaited = false;
  const base::Duration waited = now - pace.since;
  if (waited > kShortWait) pace.allowance = std::max(base::Duration::zero(), pace.allowance - waited);
  pace.reckoned = now;
  if (--awaited_ == 0) reckon(now);
}

void Pacing::reckon(base::MonotonicTime now) {
  const base::Duration passed = now - reckoned_;
  reckoned_ = now;
  allowance_ =
      std::clamp(allowance_ + (waits_long_ ? -passed : passed / kWaitingShare), base::Duration::zero(), kMostForAll);
  waits_long_ = false;
  most_silence_ = std::min(kMostSilence, most_silence_ + passed / (kDistrust / kMostSilence));
}

}  // namespace buzzer::room
