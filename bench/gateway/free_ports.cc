#include "bench/gateway/free_ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"

namespace buzzer::bench {
namespace {

// Below those that the system gives to connections.
constexpr std::uint32_t kFirst = 24'000;
constexpr std::uint32_t kBlock = 64;
constexpr std::uint32_t kBlocks = 100;

bool is_free(std::uint32_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BUZZER_CHECK(descriptor >= 0);
  // As servers do: connections that have ended are no obstacle.
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return bound;
}

}  // namespace

std::uint16_t free_ports(std::size_t count) {
  BUZZER_CHECK(count <= kBlock);
  const auto own = static_cast<std::uint32_t>(::getpid());
  for (std::uint32_t i = 0; i < kBlocks; ++i) {
    const std::uint32_t first = kFirst + (own + i) % kBlocks * kBlock;
    std::uint32_t free = 0;
    while (free < count && is_free(first + free)) ++free;
    if (free == count) return static_cast<std::uint16_t>(first);
  }
  give_up("there are no free ports from 24000 on");
}

}  // namespace buzzer::bench
