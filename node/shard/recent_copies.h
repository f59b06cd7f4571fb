// The newest copies of one author, or all there are: the first ids of a feed without a look at the store. Says nothing
// of the store: its owner tells it of every copy that comes and goes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>

#include "base/ids.h"

namespace buzzer::shard {

class RecentCopies {
 public:
  static constexpr std::size_t kMost = 7;

  // Of those that are stored, from the newest on: false once it wants no more.
  bool load(base::BuzzId id) {
    if (count_ == kMost) return all_ = false;
    ids_.at(count_++) = id;
    return true;
  }

  // Newest first.
  [[nodiscard]] const base::BuzzId* begin() const { return ids_.data(); }
  [[nodiscard]] const base::BuzzId* end() const { return ids_.data() + count_; }
  // Whether there are no older ones.
  [[nodiscard]] bool all() const { return all_; }
  // Otherwise there may be some, but it has none left, and has to be loaded anew.
  [[nodiscard]] bool knows_newest() const { return all_ || count_ > 0; }

  void put(base::BuzzId id) {
    base::BuzzId* const place = std::lower_bound(ids_.data(), ids_.data() + count_, id, std::greater<>());
    if (place != end() && *place == id) return;
    if (place == end() && !all_) return;  // among the older ones
    if (count_ == kMost) all_ = false;
    if (place == ids_.data() + kMost) return;
    count_ = std::min(count_ + 1, kMost);
    std::copy_backward(place, ids_.data() + count_ - 1, ids_.data() + count_);
    *place = id;
  }

  void erase(base::BuzzId id) {
    base::BuzzId* const last = std::remove(ids_.data(), ids_.data() + count_, id);
    count_ = static_cast<std::size_t>(last - ids_.data());
  }

 private:
  std::array<base::BuzzId, kMost> ids_{};
  std::size_t count_ = 0;
  bool all_ = true;
};

}  // namespace buzzer::shard
