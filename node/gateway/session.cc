#include "node/gateway/session.h"

#include <array>

namespace buzzer::gateway {

CommandKey make_key(base::Random& random, const base::EventLoop& loop) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  CommandKey made{{}, loop.wall_now().time_since_epoch()};
  for (const std::uint8_t byte : bytes) {
    made.key.push_back(kDigits[byte >> 4U]);
    made.key.push_back(kDigits[byte & 0xfU]);
  }
  return made;
}

}  // namespace buzzer::gateway
