// What of one stream is under way: sent, and not acknowledged yet. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace buzzer::grid {

// Bounded by the receiver's credit, in bytes; what is larger than all of it goes alone.
class StreamWindow {
 public:
  // Nothing is under way; `next` is sent next. Generation 0: whichever the rows are of.
  void open(std::uint64_t generation, std::uint64_t next, std::size_t credit) {
    *this = StreamWindow();
    generation_ = generation;
    next_ = next;
    credit_ = credit;
  }

  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::size_t credit() const { return credit_; }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }
  [[nodiscard]] bool has_room_for(std::size_t bytes) const { return under_way_ == 0 || under_way_ + bytes <= credit_; }

  // So many rows, from next() on.
  void sent(std::uint64_t generation, std::size_t rows, std::size_t bytes) {
    generation_ = generation;
    next_ += rows;
    under_way_ += bytes;
    parts_.push_back({next_ - 1, bytes});
  }

  // All up to that row has arrived: the bytes that this frees. What was sent together is free together.
  std::size_t acknowledged(std::uint64_t number, std::size_t credit) {
    credit_ = credit;
    std::size_t freed = 0;
    auto at = parts_.begin();
    for (; at != parts_.end() && at->last <= number; ++at) freed += at->bytes;
    parts_.erase(parts_.begin(), at);
    under_way_ -= freed;
    return freed;
  }

 private:
  struct Part {
    std::uint64_t last;  // row
    std::size_t bytes;
  };

  std::uint64_t generation_ = 0;
  std::uint64_t next_ = 1;
  std::size_t credit_ = 0;
  std::size_t under_way_ = 0;
  std::vector<Part> parts_;  // oldest first
};

}  // namespace buzzer::grid
