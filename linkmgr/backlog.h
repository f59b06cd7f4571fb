// How many bytes wait to be sent to each peer, for threads that would rather send less than have frames refused.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "base/ids.h"

namespace buzzer::linkmgr {

// By the peer's number. Written on the mesh thread, read on any; each by itself.
using Backlogs = std::array<std::atomic<std::size_t>, base::kMaxGridSize>;

// What one queue adds to its peer's. A peer may have two for a moment, while a new link replaces an old one.
class BacklogShare {
 public:
  BacklogShare() = default;
  BacklogShare(const BacklogShare&) = delete;
  BacklogShare& operator=(const BacklogShare&) = delete;
  ~BacklogShare() { leave(); }

  // `total` outlives it or leave().
  void join(std::atomic<std::size_t>& total) { total_ = &total; }
  void leave() {
    set(0);
    total_ = nullptr;
  }

  void set(std::size_t bytes) {
    if (total_ == nullptr || bytes == added_) return;
    total_->fetch_add(bytes - added_, std::memory_order_relaxed);  // wraps around to the difference
    added_ = bytes;
  }

 private:
  std::atomic<std::size_t>* total_ = nullptr;
  std::size_t added_ = 0;
};

}  // namespace buzzer::linkmgr
