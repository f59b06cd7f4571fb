// When the room waits for clients that are behind, and when it goes on without them. Pure.
//
// A client that reads, but is slower than a sender, must not lose lines in a burst; one that does not read must not
// hold up the others. From outside both look alike at first: the client is *behind*, some of what it was given waits.
// So the room waits for who has been keeping up: it takes no further line from any sender (who then find that they
// cannot write: nothing is lost), until everybody that it waits for has caught up. But
//   - a client that has taken nothing for kMostSilence is not waited for any more. Each time that happens, newcomers,
//     who have never caught up yet, have half as long, down to kLeastSilence, and within kDistrust as long as before:
//     so strangers who come one after the other and never read do not hold up the others either;
//   - who catches up within kShortWait, as healthy readers do, is waited for as often as need be. A longer wait is
//     taken from the client's own allowance, kMostForOne, and from that of all together, kMostForAll; a tenth of the
//     time comes back to both. When one of them is spent, or there is no time, who takes so long is not waited for.
// Who is not waited for has its queue, and loses what does not fit in it. It is waited for again once it has caught up
// and kDistrust has passed. So slow readers cost the others a tenth of their time in the long run, and never the lines
// of those who keep up.
//
// "Taken" means that the system had room again in the client's send buffer, which it tells when a third of that is
// free: a reader that dribbles takes nothing for seconds.
//
// The other nodes of the grid are waited for likewise, as if they were one client.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/event_loop.h"

namespace buzzer::room {

inline constexpr base::Duration kMostSilence = std::chrono::milliseconds(250);
inline constexpr base::Duration kLeastSilence = std::chrono::milliseconds(10);
inline constexpr base::Duration kShortWait = std::chrono::milliseconds(100);
inline constexpr base::Duration kMostForOne = std::chrono::seconds(3);
inline constexpr base::Duration kMostForAll = std::chrono::seconds(10);
inline constexpr int kWaitingShare = 10;  // one tenth
inline constexpr base::Duration kDistrust = std::chrono::seconds(5);

// One client, as the pacing sees it; lies with the client.
struct Pace {
  bool behind = false;
  bool awaited = false;
  bool newcomer = true;              // has never caught up
  base::MonotonicTime since;         // behind
  base::MonotonicTime taken;         // when it last took something while behind
  base::MonotonicTime trusted_from;  // not waited for before
  base::Duration allowance = kMostForOne;
  base::MonotonicTime reckoned;  // when the allowance was that
};

class Pacing {
 public:
  explicit Pacing(base::MonotonicTime now) : reckoned_(now) {}

  void fell_behind(Pace& pace, base::MonotonicTime now);
  void took_some(Pace& pace, base::MonotonicTime now) { pace.taken = now; }
  // Or left. Harmless if it was not behind.
  void caught_up(Pace& pace, base::MonotonicTime now);

  // Every ten milliseconds or so while the room waits: begins a look at all clients, each by lose_patience().
  // `hurried`: who takes longer than kShortWait is not waited for.
  void look(base::MonotonicTime now, bool hurried);
  // True if the room does not wait for it any more.
  [[nodiscard]] bool lose_patience(Pace& pace, base::MonotonicTime now);

  // Whether one that fell behind now would be waited for.
  [[nodiscard]] static bool is_trusted(const Pace& pace, base::MonotonicTime now) { return now >= pace.trusted_from; }
  [[nodiscard]] bool must_wait() const { return awaited_ > 0; }

 private:
  void forget(Pace& pace, base::MonotonicTime now);
  void reckon(base::MonotonicTime now);

  std::size_t awaited_ = 0;  // clients
  bool waits_long_ = false;  // since reckoned_, for one of them at least
  bool hurried_ = false;
  base::Duration allowance_ = kMostForAll;
  base::Duration most_silence_ = kMostSilence;  // of newcomers
  base::MonotonicTime reckoned_;                // when these two were that
};

}  // namespace buzzer::room
