#include "bench/control_line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/check.h"

namespace buzzer::bench {

bool ControlLine::connect() {
  if (socket_ >= 0) return true;
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BUZZER_CHECK(socket_ >= 0);
  const timeval patience{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int yes = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::string ControlLine::ask(std::string_view question) {
  const std::string line = std::string(question) + "\n";
  if (!connect() || ::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
    close();
    return {};
  }
  std::string answer;
  while (answer.empty() || answer.back() != '\n') {
    char bytes[4096];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      close();
      return {};
    }
    answer.append(bytes, static_cast<std::size_t>(count));
  }
  answer.pop_back();
  return answer;
}

void ControlLine::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

}  // namespace buzzer::bench
