// A connected socket that belongs to nobody's loop: on its way from one thread's transport to another's.
#pragma once

#include <utility>

namespace buzzer::base {

// Closes the socket when destroyed, unless it was taken.
class OwnedSocket {
 public:
  OwnedSocket() = default;
  // Takes the descriptor over; a negative one is none.
  explicit OwnedSocket(int descriptor) : descriptor_(descriptor) {}
  OwnedSocket(OwnedSocket&& other) noexcept : descriptor_(other.take()) {}
  OwnedSocket& operator=(OwnedSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  OwnedSocket(const OwnedSocket&) = delete;
  OwnedSocket& operator=(const OwnedSocket&) = delete;
  ~OwnedSocket();

  [[nodiscard]] bool is_there() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // The descriptor, which the caller has to close from now on.
  [[nodiscard]] int take() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

}  // namespace buzzer::base
