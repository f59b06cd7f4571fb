// Remembers the first failure of a store.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "base/status.h"

namespace buzzer::store {

// Any thread.
class FailureLatch {
 public:
  // Returns the failure to be told now: the first one ever set. Later calls tell error().
  tl::unexpected<base::Error> set(std::string message) {
    const std::lock_guard lock(mutex_);
    if (!failed_.load(std::memory_order_relaxed)) {
      message_ = std::move(message);
      failed_.store(true, std::memory_order_release);
    }
    return base::fail(message_);
  }

  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }

  // What was set; empty if nothing was.
  [[nodiscard]] std::string message() const {
    const std::lock_guard lock(mutex_);
    return message_;
  }

  // Of a latch that has failed.
  [[nodiscard]] tl::unexpected<base::Error> error() const {
    const std::lock_guard lock(mutex_);
    return base::fail("the store must be opened again, because it failed: " + message_);
  }

 private:
  std::atomic<bool> failed_ = false;
  mutable std::mutex mutex_;
  std::string message_;
};

}  // namespace buzzer::store
