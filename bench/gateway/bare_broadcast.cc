#include "bench/gateway/bare_broadcast.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "base/check.h"
#include "client/frame.h"

namespace buzzer::bench {
namespace {

using asio::ip::tcp;

constexpr auto kTick = std::chrono::milliseconds(10);
constexpr std::size_t kMostGathered = 64;  // frames in one write, as many as Asio gathers

struct Receiver {
  tcp::socket socket;
  std::size_t bytes = 0;  // written
  bool waits = false;
};

class Server {
 public:
  Server(std::uint16_t port, std::size_t connections, std::size_t frames, std::string frame, std::size_t per_tick)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), port}),
        timer_(context_),
        connections_(connections),
        frames_(frames),
        frame_(std::move(frame)),
        per_tick_(per_tick) {
    acceptor_.listen(4096);
  }

  void run() {
    while (receivers_.size() < connections_) {
      Receiver& receiver = *receivers_.emplace_back(std::make_unique<Receiver>(Receiver{acceptor_.accept()}));
      receiver.socket.set_option(tcp::no_delay(true));
      receiver.socket.set_option(asio::socket_base::send_buffer_size(64 << 10));
      receiver.socket.non_blocking(true);
    }
    tick();
    context_.run();
  }

 private:
  void tick() {
    offered_ = per_tick_ == 0 ? frames_ : std::min(frames_, offered_ + per_tick_);
    for (const auto& receiver : receivers_) {
      if (!receiver->waits) write(*receiver);
    }
    if (offered_ == frames_) return;
    timer_.expires_after(kTick);
    timer_.async_wait([this](const asio::error_code&) { tick(); });
  }

  void write(Receiver& receiver) {
    std::array<asio::const_buffer, kMostGathered> buffers;
    while (receiver.bytes < offered_ * frame_.size()) {
      std::size_t count = 0;
      std::size_t at = receiver.bytes % frame_.size();
      for (std::size_t left = offered_ - receiver.bytes / frame_.size(); left > 0 && count < kMostGathered; --left) {
        buffers[count++] = asio::buffer(frame_.data() + at, frame_.size() - at);
        at = 0;
      }
      asio::error_code error;
      const std::size_t written = receiver.socket.write_some(
          std::vector<asio::const_buffer>(buffers.begin(), buffers.begin() + static_cast<std::ptrdiff_t>(count)),
          error);
      receiver.bytes += written;
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
  const std::size_t connections_;
  const std::size_t frames_;
  const std::string frame_;
  const std::size_t per_tick_;
  std::size_t offered_ = 0;
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

}  // namespace

BareBroadcast::BareBroadcast(std::uint16_t port, std::size_t connections, std::size_t frames, std::size_t frame_bytes,
                             std::size_t per_tick) {
  pid_ = ::fork();
  BUZZER_CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string frame;
  client::append_frame({}, std::string(frame_bytes, 'x'), frame);
  Server(port, connections, frames, std::move(frame), per_tick).run();
  ::pause();
  ::_exit(0);
}

BareBroadcast::~BareBroadcast() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace buzzer::bench
