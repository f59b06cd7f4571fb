// The least that a server of lines can do: read, and write to all. Only one of its clients may send.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"
#include "bench/room/line_server.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kMostGathered = 64;  // lines in one writev

class Bare {
 public:
  Bare(int listener, BareWriting writing, std::size_t clients) : writing_(writing), epoll_(::epoll_create1(0)) {
    while (clients_.size() < clients) accept(listener);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 16> events{};
    while (true) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) read(events.at(static_cast<std::size_t>(i)).data.fd);
    }
  }

 private:
  void accept(int listener) {
    const int client = ::accept(listener, nullptr, nullptr);
    BUZZER_CHECK(client >= 0);
    const int yes = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = client;
    BUZZER_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, client, &event) == 0);
    clients_.push_back(client);
  }

  void read(int client) {
    const ssize_t got = ::recv(client, buffer_.data() + held_, buffer_.size() - held_, 0);
    if (got <= 0) ::_exit(0);  // the bench has ended
    held_ += static_cast<std::size_t>(got);
    std::size_t begin = 0;
    lines_.clear();
    while (const auto* end = static_cast<char*>(std::memchr(buffer_.data() + begin, '\n', held_ - begin))) {
      const auto size = static_cast<std::size_t>(end + 1 - (buffer_.data() + begin));
      lines_.push_back({buffer_.data() + begin, size});
      begin += size;
    }
    writing_ == BareWriting::kEach ? write_each() : write_gathered();
    held_ -= begin;
    std::memmove(buffer_.data(), buffer_.data() + begin, held_);
  }

  void write_each() {
    for (const iovec& line : lines_) {
      for (const int client : clients_) ::send(client, line.iov_base, line.iov_len, MSG_NOSIGNAL);
    }
  }

  void write_gathered() {
    for (std::size_t first = 0; first < lines_.size(); first += kMostGathered) {
      const auto count = static_cast<int>(std::min(kMostGathered, lines_.size() - first));
      for (const int client : clients_) BUZZER_CHECK(::writev(client, &lines_[first], count) >= 0);
    }
  }

  const BareWriting writing_;
  const int epoll_;
  std::vector<int> clients_;
  std::array<char, 64UL << 10> buffer_;
  std::size_t held_ = 0;  // bytes in it: of the one client that sends
  std::vector<iovec> lines_;
};

class BareServer final : public LineServer {
 public:
  BareServer(std::string name, BareWriting writing, std::size_t clients) : LineServer(std::move(name), plain_tongue()) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    BUZZER_CHECK(listener >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    BUZZER_CHECK(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    BUZZER_CHECK(::listen(listener, SOMAXCONN) == 0);
    BUZZER_CHECK(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    pid_ = ::fork();
    BUZZER_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      // None of the bench's connections: they would stay open here.
      const int own = ::dup2(listener, STDERR_FILENO + 1);
      ::closefrom(own + 1);
      Bare(own, writing, clients).run();
    }
    ::close(listener);
  }
  ~BareServer() override {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const override { return pid_; }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace

std::unique_ptr<LineServer> start_bare(std::string name, BareWriting writing, std::size_t clients) {
  return std::make_unique<BareServer>(std::move(name), writing, clients);
}

}  // namespace buzzer::bench
