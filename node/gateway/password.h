// A password in memory that is wiped: between guard pages, kept out of swap and core files where the system allows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace buzzer::gateway {

class Password {
 public:
  Password() = default;
  // Wipes `text`, of which nothing is left there.
  explicit Password(std::string& text);
  ~Password();
  Password(Password&& other) noexcept;
  Password& operator=(Password&& other) noexcept;
  Password(const Password&) = delete;
  Password& operator=(const Password&) = delete;

  [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }

 private:
  void wipe();

  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace buzzer::gateway
