#include "client/crowd_socket.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace buzzer::client {
namespace {

// Beyond those of the crowd, for whatever else the process opens meanwhile.
constexpr std::size_t kSpareDescriptors = 64;

std::size_t open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::size_t count = 0;
  while (::readdir(folder) != nullptr) ++count;  // with ".", ".." and the folder's own: three too many
  ::closedir(folder);
  return count;
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

base::Result<Address> address_of(const base::Endpoint& server) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, server.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(server.port);
    address.size = sizeof(v4);
    std::memcpy(&address.storage, &v4, sizeof(v4));
  } else if (::inet_pton(AF_INET6, server.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(server.port);
    address.size = sizeof(v6);
    std::memcpy(&address.storage, &v6, sizeof(v6));
  } else {
    return base::fail("\"" + server.host + "\" is no address");
  }
  return address;
}

}  // namespace

std::string reason_of(int error) { return std::system_category().message(error); }

base::Result<void> allow_descriptors(std::size_t more) {
  const rlim_t needed = open_descriptors() + more + kSpareDescriptors;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return base::fail("no limit of descriptors: " + reason_of(errno));
  if (limit.rlim_cur >= needed) return {};
  if (limit.rlim_max < needed) {
    return base::fail(std::to_string(more) + " clients need " + std::to_string(needed) +
                      " descriptors in all; this process may have " + std::to_string(limit.rlim_max) + " (ulimit -Hn)");
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return base::fail("the limit of descriptors cannot be raised to " + std::to_string(needed) + ": " +
                      reason_of(errno));
  }
  return {};
}

base::Result<base::OwnedSocket> begin_connecting(const base::Endpoint& server, int receive_buffer) {
  const auto address = address_of(server);
  if (!address) return tl::unexpected(address.error());
  const int descriptor = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) return base::fail(reason_of(errno));
  base::OwnedSocket socket(descriptor);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (receive_buffer > 0) {
    // Before it is connected: the window's scale is agreed upon then.
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  const auto* const to = reinterpret_cast<const sockaddr*>(&address->storage);
  if (::connect(descriptor, to, address->size) != 0 && errno != EINPROGRESS) return base::fail(reason_of(errno));
  return socket;
}

}  // namespace buzzer::client
