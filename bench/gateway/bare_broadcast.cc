#include "bench/gateway/bare_broadcast.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"
#include "client/frame.h"

namespace buzzer::bench {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(5);
constexpr std::size_t kMostGathered = 64;  // frames in one write, as many as Asio gathers
constexpr int kSendBuffer = 64 << 10;      // as the gateway has it

struct Receiver {
  tcp::socket socket;
  std::size_t bytes = 0;  // written
  bool waits = false;
};

void tell(int channel) {
  const char byte = 1;
  BUZZER_CHECK(::send(channel, &byte, 1, MSG_NOSIGNAL) == 1);
}

void await(int channel) {
  char byte = 0;
  if (::recv(channel, &byte, 1, 0) != 1) give_up("the bare broadcast or its bench has ended");
}

class Server {
 public:
  Server(std::uint16_t port, const BareOptions& options, int channel)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), port}),
        timer_(context_),
        options_(options),
        channel_(channel) {
    client::append_frame({}, std::string(options.frame_bytes, 'x'), frame_);
    acceptor_.listen(4096);
    tell(channel_);
  }

  void run() {
    while (receivers_.size() < options_.connections) {
      Receiver& receiver = *receivers_.emplace_back(std::make_unique<Receiver>(Receiver{acceptor_.accept()}));
      receiver.socket.set_option(tcp::no_delay(true));
      receiver.socket.set_option(asio::socket_base::send_buffer_size(kSendBuffer));
      receiver.socket.non_blocking(true);
    }
    tell(channel_);
    await(channel_);
    begun_ = Clock::now();
    offer();
    context_.run();
  }

 private:
  // How many frames are to be written by now; one more in each turn if each is written for itself.
  [[nodiscard]] std::size_t due() const {
    if (options_.writing == Writing::kEach) return offered_ + 1;
    if (options_.frames_per_second == 0) return options_.frames;
    const double passed = std::chrono::duration<double>(Clock::now() - begun_).count();
    return static_cast<std::size_t>(passed * options_.frames_per_second);
  }

  void offer() {
    offered_ = std::min(options_.frames, due());
    for (const auto& receiver : receivers_) {
      if (!receiver->waits) write(*receiver);
    }
    if (offered_ == options_.frames) return;
    if (options_.writing == Writing::kEach) return asio::post(context_, [this] { offer(); });
    timer_.expires_after(kTick);
    timer_.async_wait([this](const asio::error_code&) { offer(); });
  }

  void write(Receiver& receiver) {
    const std::size_t most = options_.writing == Writing::kEach ? 1 : kMostGathered;
    std::vector<asio::const_buffer>& buffers = buffers_;
    while (receiver.bytes < offered_ * frame_.size()) {
      buffers.clear();
      std::size_t at = receiver.bytes % frame_.size();
      for (std::size_t left = offered_ - receiver.bytes / frame_.size(); left > 0 && buffers.size() < most; --left) {
        buffers.emplace_back(frame_.data() + at, frame_.size() - at);
        at = 0;
      }
      asio::error_code error;
      receiver.bytes += receiver.socket.write_some(buffers, error);
      if (!error) continue;
      receiver.waits = true;
      receiver.socket.async_wait(tcp::socket::wait_write, [this, &receiver](const asio::error_code&) {
        receiver.waits = false;
        write(receiver);
      });
      return;
    }
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  asio::steady_timer timer_;
  const BareOptions options_;
  const int channel_;
  std::string frame_;
  std::size_t offered_ = 0;
  Clock::time_point begun_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
  std::vector<asio::const_buffer> buffers_;  // kept for its memory
};

}  // namespace

BareBroadcast::BareBroadcast(std::uint16_t port, const BareOptions& options) {
  int channel[2];
  BUZZER_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == 0);
  pid_ = ::fork();
  BUZZER_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // None of the bench's connections: they would stay open here.
    const int own = ::dup2(channel[1], 3);
    ::closefrom(own + 1);
    Server server(port, options, own);  // its connections stay until the process ends
    server.run();
    ::pause();
    ::_exit(0);
  }
  ::close(channel[1]);
  channel_ = channel[0];
  await(channel_);
}

BareBroadcast::~BareBroadcast() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(channel_);
}

void BareBroadcast::await_connections() { await(channel_); }

void BareBroadcast::start() { tell(channel_); }

}  // namespace buzzer::bench
