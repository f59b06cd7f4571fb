#include "base/descriptors.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace buzzer::base {

bool has_spare_descriptors(std::size_t count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return true;
  const int lowest_free = ::eventfd(0, EFD_CLOEXEC);
  if (lowest_free < 0) return false;
  ::close(lowest_free);
  return static_cast<rlim_t>(lowest_free) + std::min<rlim_t>(count, limit.rlim_cur / 4) < limit.rlim_cur;
}

void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace buzzer::base
