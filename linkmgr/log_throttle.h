// What strangers can cause is logged at most once per peer and minute, so that nobody fills a disk from outside.
#pragma once

#include <string>
#include <unordered_map>

#include "base/event_loop.h"

namespace buzzer::linkmgr {

class LogThrottle {
 public:
  // Whether to log about `subject` (a peer and a kind of trouble) now. Bounded: with 1,024 subjects within a minute,
  // further ones are not logged.
  [[nodiscard]] bool allows(const std::string& subject, base::MonotonicTime now) {
    if (const auto found = last_.find(subject); found != last_.end() && now - found->second < kEvery) return false;
    if (last_.size() >= kMostSubjects) {
      std::erase_if(last_, [&](const auto& entry) { return now - entry.second >= kEvery; });
      if (last_.size() >= kMostSubjects) return false;
    }
    last_[subject] = now;
    return true;
  }

 private:
  static constexpr std::size_t kMostSubjects = 1024;
  static constexpr base::Duration kEvery = std::chrono::minutes(1);
  std::unordered_map<std::string, base::MonotonicTime> last_;
};

}  // namespace buzzer::linkmgr
