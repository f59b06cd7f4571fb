// How long to wait before dialling again: doubling, with jitter, so that peers which failed together do not come back
// together ("equal jitter": half of the wait is fixed, half drawn; Brooker, "Exponential Backoff And Jitter", 2015).
#pragma once

#include "base/event_loop.h"
#include "base/random.h"

namespace buzzer::linkmgr {

class Backoff {
 public:
  Backoff(base::Duration least, base::Duration most, base::Random& random)
      : least_(least), most_(most), random_(random), ceiling_(least) {}

  // The wait before the next attempt: between half the present ceiling and all of it. The ceiling doubles up to `most`.
  [[nodiscard]] base::Duration next();

  // After a success: the next wait is short again.
  void reset() { ceiling_ = least_; }

 private:
  const base::Duration least_;
  const base::Duration most_;
  base::Random& random_;
  base::Duration ceiling_;
};

}  // namespace buzzer::linkmgr
