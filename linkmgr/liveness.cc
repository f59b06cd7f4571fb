#include "linkmgr/liveness.h"

#include <algorithm>
#include <limits>

namespace buzzer::linkmgr {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

std::uint64_t to_us(base::MonotonicTime time) {
  return static_cast<std::uint64_t>(duration_cast<microseconds>(time.time_since_epoch()).count());
}

}  // namespace

Liveness::Liveness(base::Duration timeout, base::MonotonicTime proven_at)
    : timeout_(timeout), last_heard_(proven_at), last_got_through_(proven_at), peer_heard_at_(proven_at) {}

void Liveness::heartbeat_arrived(const proto::Heartbeat& heartbeat, base::MonotonicTime now) {
  frame_arrived(now);
  peer_sent_at_us_ = heartbeat.sent_at_us();
  peer_heard_at_ = now;
  const std::uint64_t own_us = heartbeat.heard_sent_at_us();
  // A peer cannot have heard what is not sent yet; such a number is nonsense and proves nothing.
  if (own_us == 0 || own_us > to_us(now)) return;
  heard_both_ways_ = true;
  const base::MonotonicTime sent_at{microseconds(own_us)};
  // Only a heartbeat that was not known yet to have arrived is news. Counted from now, not from when it was sent: a
  // peer that is slow to answer is no worse than one that is slow to speak.
  if (own_us > newest_echo_us_) {
    newest_echo_us_ = own_us;
    last_got_through_ = now;
  }
  round_trip_ = std::max(base::Duration::zero(), now - sent_at - microseconds(heartbeat.heard_ago_us()));
}

void Liveness::fill_heartbeat(proto::Heartbeat& heartbeat, base::MonotonicTime now) const {
  heartbeat.set_sent_at_us(to_us(now));
  heartbeat.set_heard_sent_at_us(peer_sent_at_us_);
  const std::uint64_t ago = to_us(now) - to_us(peer_heard_at_);
  heartbeat.set_heard_ago_us(
      static_cast<std::uint32_t>(std::min<std::uint64_t>(ago, std::numeric_limits<std::uint32_t>::max())));
}

bool Liveness::timed_out(base::MonotonicTime now) const {
  return now - last_heard_ > timeout_ || now - last_got_through_ > timeout_;
}

}  // namespace buzzer::linkmgr
