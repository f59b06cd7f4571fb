// Where things are kept, found by a hash of their name: open addressing, at most half full, no memory after it is made.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace buzzer::bench {

class Index {
 public:
  explicit Index(std::size_t most) : most_(most), slots_(std::bit_ceil(2 * most + 1)), mask_(slots_.size() - 1) {}

  static constexpr std::size_t kNowhere = SIZE_MAX;

  // `is_it(place)` tells things of the same hash apart.
  template <class IsIt>
  [[nodiscard]] std::size_t find(std::uint64_t hash, const IsIt& is_it) const {
    for (std::size_t at = hash & mask_; slots_[at].place != kNowhere; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash && is_it(slots_[at].place)) return slots_[at].place;
    }
    return kNowhere;
  }

  // It is not in here yet.
  void add(std::uint64_t hash, std::size_t place) {
    BUZZER_CHECK(++used_ <= most_);
    std::size_t at = hash & mask_;
    while (slots_[at].place != kNowhere) at = (at + 1) & mask_;
    slots_[at] = {hash, place};
  }

  // It is in here.
  void remove(std::uint64_t hash, std::size_t place) {
    --used_;
    std::size_t hole = hash & mask_;
    while (slots_[hole].place != place) hole = (hole + 1) & mask_;
    // What follows moves up, unless it would come to stand before where its search begins.
    for (std::size_t at = (hole + 1) & mask_; slots_[at].place != kNowhere; at = (at + 1) & mask_) {
      const std::size_t wanted = slots_[at].hash & mask_;
      if (((at - wanted) & mask_) < ((at - hole) & mask_)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::size_t place = kNowhere;
  };

  const std::size_t most_;
  std::size_t used_ = 0;
  std::vector<Slot> slots_;
  const std::size_t mask_;
};

}  // namespace buzzer::bench
