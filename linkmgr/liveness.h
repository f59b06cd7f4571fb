// When a proven link is up: while each end hears itself heard.
//
// Every heartbeat says when it was sent and which heartbeat of the other end was the newest to arrive. So one end
// learns when it last got through, and a cut in one direction silences both: the end that hears nothing, and the end
// whose words come back older and older. Pure: times are passed in.
#pragma once

#include <cstdint>
#include <optional>

#include "base/event_loop.h"
#include "proto/link.pb.h"

namespace buzzer::linkmgr {

class Liveness {
 public:
  // `proven_at`: both directions count as heard then, and have `timeout` to show themselves.
  Liveness(base::Duration timeout, base::MonotonicTime proven_at);

  // Any frame is a sign of life.
  void frame_arrived(base::MonotonicTime now) { last_heard_ = now; }

  void heartbeat_arrived(const proto::Heartbeat& heartbeat, base::MonotonicTime now);

  // The times for the next heartbeat to send.
  void fill_heartbeat(proto::Heartbeat& heartbeat, base::MonotonicTime now) const;

  // Whether a heartbeat of this end has ever come back.
  [[nodiscard]] bool heard_both_ways() const { return heard_both_ways_; }

  // Whether the peer, or this end's words at the peer, have been silent for longer than the timeout.
  [[nodiscard]] bool timed_out(base::MonotonicTime now) const;

  // Of the newest heartbeat that came back; none before the first.
  [[nodiscard]] std::optional<base::Duration> round_trip() const { return round_trip_; }
  [[nodiscard]] base::MonotonicTime last_heard() const { return last_heard_; }

 private:
  const base::Duration timeout_;
  base::MonotonicTime last_heard_;        // when something of the peer last arrived
  base::MonotonicTime last_got_through_;  // when it was last learnt that a further heartbeat had reached the peer
  std::uint64_t newest_echo_us_ = 0;      // when that one was sent, by this end's clock
  std::uint64_t peer_sent_at_us_ = 0;     // of the newest heartbeat heard, by the peer's clock
  base::MonotonicTime peer_heard_at_;     // when that one arrived
  std::optional<base::Duration> round_trip_;
  bool heard_both_ways_ = false;
};

}  // namespace buzzer::linkmgr
