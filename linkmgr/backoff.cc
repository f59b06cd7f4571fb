#include "linkmgr/backoff.h"

#include <algorithm>

namespace buzzer::linkmgr {

base::Duration Backoff::next() {
  const base::Duration ceiling = ceiling_;
  ceiling_ = std::min(2 * ceiling_, most_);
  const auto half = ceiling / 2;
  return half +
         base::Duration(static_cast<base::Duration::rep>(static_cast<double>(half.count()) * random_.fraction()));
}

}  // namespace buzzer::linkmgr
