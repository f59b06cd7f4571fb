// The newest so many of what has been added; the memory of the oldest serves the next.
#pragma once

#include <cstddef>
#include <vector>

namespace buzzer::bench {

template <class T>
class Ring {
 public:
  explicit Ring(std::size_t capacity) : places_(capacity) {}

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t capacity() const { return places_.size(); }

  // From the oldest, 0, to the newest, size() - 1.
  [[nodiscard]] const T& operator[](std::size_t at) const { return places_[place(at)]; }
  [[nodiscard]] T& operator[](std::size_t at) { return places_[place(at)]; }

  // Of the first, in an ascending ring, that is not below.
  template <class Below>
  [[nodiscard]] std::size_t lower_bound(const Below& below) const {
    std::size_t begin = 0;
    for (std::size_t end = used_; begin < end;) {
      const std::size_t middle = begin + (end - begin) / 2;
      if (below((*this)[middle])) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  // What still stands in the place that it returns is to be overwritten.
  [[nodiscard]] T& add() {
    if (used_ == places_.size()) drop_oldest();
    return places_[place(used_++)];
  }
  void drop_oldest() {
    first_ = place(1);
    --used_;
  }

  // Where it is kept: the same for as long as it is in here, and below the capacity.
  [[nodiscard]] std::size_t place(std::size_t at) const {
    const std::size_t sum = first_ + at;
    return sum < places_.size() ? sum : sum - places_.size();
  }
  [[nodiscard]] const T& at_place(std::size_t place) const { return places_[place]; }
  [[nodiscard]] T& at_place(std::size_t place) { return places_[place]; }

 private:
  std::vector<T> places_;
  std::size_t first_ = 0;
  std::size_t used_ = 0;
};

}  // namespace buzzer::bench
