// A TCP client of a room under test, which reads only when it is told to.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/owned_socket.h"

namespace buzzer::tests {

class RoomPeer {
 public:
  // `receive_buffer`: bytes that the system keeps for it; 0: as the system likes.
  explicit RoomPeer(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int result = ::connect(socket_.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    EXPECT_EQ(result, 0);
  }

  // As far as the system takes it now; returns how much that was.
  std::size_t send(std::string_view bytes) {
    const ssize_t sent = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void finish() { ::shutdown(socket_.descriptor(), SHUT_WR); }
  void leave() { socket_ = {}; }

  // Reads what is there, of that `most` bytes, and returns all that has come so far.
  const std::string& read(std::size_t most = std::string::npos) {
    std::array<char, 65'536> bytes;
    while (most > 0) {
      const ssize_t size = ::recv(socket_.descriptor(), bytes.data(), std::min(most, bytes.size()), MSG_DONTWAIT);
      if (size > 0) {
        got_.append(bytes.data(), static_cast<std::size_t>(size));
        most -= static_cast<std::size_t>(size);
        continue;
      }
      if (size == 0) ended_ = true;
      if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK) broken_ = true;
      break;
    }
    return got_;
  }
  // In order, as far as read() has seen.
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  base::OwnedSocket socket_;
  std::string got_;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace buzzer::tests
