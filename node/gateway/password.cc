#include "node/gateway/password.h"

#include <cstring>
#include <utility>

#include <sodium.h>

#include "base/check.h"

namespace buzzer::gateway {

Password::Password(std::string& text) : size_(text.size()) {
  BUZZER_CHECK(sodium_init() >= 0);
  if (size_ > 0) {
    bytes_ = static_cast<char*>(sodium_malloc(size_));
    BUZZER_CHECK(bytes_ != nullptr);
    std::memcpy(bytes_, text.data(), size_);
  }
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Password::~Password() { wipe(); }

Password::Password(Password&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Password& Password::operator=(Password&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::exchange(other.bytes_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

// sodium_free overwrites what it frees.
void Password::wipe() {
  sodium_free(bytes_);
  bytes_ = nullptr;
  size_ = 0;
}

}  // namespace buzzer::gateway
