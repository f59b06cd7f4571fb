// What a test makes go wrong with a disk: an error at a chosen call, or no space left. Shared by the simulated disk of
// MemoryStore and by FaultyFileSystem, so that both stores are tested with the same words.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>

namespace buzzer::store {

enum class DiskOutcome { kOk, kError, kFull };

// How much of what was not synced outlives a crash.
enum class Survival {
  kAll,        // the process died, the machine did not
  kNone,       // the unsynced bytes are gone
  kTorn,       // a beginning of them is there, cut anywhere
  kReordered,  // some of their pieces are there, others not: a later one without an earlier one
};

inline constexpr Survival kSurvivals[] = {Survival::kAll, Survival::kNone, Survival::kTorn, Survival::kReordered};

// Any thread.
class DiskFaults {
 public:
  // Lets the `nth` call from now on fail (1: the next one), and with `for_good` all that follow it too.
  void fail_call(std::uint64_t nth, bool for_good) {
    const std::lock_guard lock(mutex_);
    fail_at_ = calls_ + nth;
    for_good_ = for_good;
    fired_ = false;
  }

  // Writes of that many bytes more succeed, then the disk is full. Nothing gives space back but another call of this.
  void set_free_bytes(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    free_ = bytes;
  }

  // No faults from now on.
  void heal() {
    const std::lock_guard lock(mutex_);
    fail_at_ = kNever;
    free_ = kNever;
  }

  // Whether the call chosen last has come and failed.
  [[nodiscard]] bool fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
  }

  // Every call to the disk begins with this; `bytes` is what it is about to write.
  [[nodiscard]] DiskOutcome call(std::uint64_t bytes = 0) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    if (calls_ == fail_at_ || (for_good_ && calls_ > fail_at_)) {
      fired_ = true;
      return DiskOutcome::kError;
    }
    if (free_ == kNever) return DiskOutcome::kOk;
    if (bytes > free_) return DiskOutcome::kFull;
    free_ -= bytes;
    return DiskOutcome::kOk;
  }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  mutable std::mutex mutex_;
  std::uint64_t calls_ = 0;
  std::uint64_t fail_at_ = kNever;
  std::uint64_t free_ = kNever;
  bool for_good_ = false;
  bool fired_ = false;
};

}  // namespace buzzer::store
