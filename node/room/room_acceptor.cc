#include "node/room/room_acceptor.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <asio/ip/tcp.hpp>

#include "base/descriptors.h"
#include "base/endpoint.h"

namespace buzzer::room {
namespace {

using asio::ip::tcp;

constexpr int kBacklog = 1024;
// Before others have their turn.
constexpr int kMostAtOnce = 64;
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kLogEvery = std::chrono::minutes(1);

bool means_nobody_waits(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

// The one who waited has gone; the next one may be there.
bool concerns_one_client(int error) { return error == ECONNABORTED || error == EINTR || error == EPROTO; }

}  // namespace

struct RoomAcceptor::State {
  State(base::AsioEventLoop& on, base::Log& to, OnAccept then)
      : loop(on), log(to), on_accept(std::move(then)), acceptor(on.context()) {}
  base::AsioEventLoop& loop;
  base::Log& log;
  const OnAccept on_accept;
  tcp::acceptor acceptor;
  std::unique_ptr<base::Timer> pause;
  std::optional<base::MonotonicTime> logged;
};

RoomAcceptor::RoomAcceptor(base::AsioEventLoop& loop, base::Log& log, OnAccept on_accept)
    : state_(std::make_shared<State>(loop, log, std::move(on_accept))) {}

void RoomAcceptor::close() {
  state_->pause.reset();
  asio::error_code ignored;
  state_->acceptor.close(ignored);
}

base::Result<void> RoomAcceptor::listen(std::uint16_t port, int send_buffer) {
  const tcp::endpoint local(asio::ip::address_v4::loopback(), port);
  tcp::acceptor& acceptor = state_->acceptor;
  asio::error_code error;
  acceptor.open(local.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  // Accepted sockets have the same options.
  if (!error) acceptor.set_option(asio::socket_base::send_buffer_size(send_buffer), error);
  if (!error) acceptor.set_option(tcp::no_delay(true), error);
  if (!error) acceptor.bind(local, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) {
    return base::fail("cannot listen on " + base::to_string({"127.0.0.1", port}) + ": " + error.message());
  }
  wait(state_);
  return {};
}

std::uint16_t RoomAcceptor::port() const {
  asio::error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void RoomAcceptor::wait(const std::shared_ptr<State>& state) {
  state->acceptor.async_wait(tcp::acceptor::wait_read, [state](const asio::error_code&) {
    if (state->acceptor.is_open()) accept(state);
  });
}

void RoomAcceptor::accept(const std::shared_ptr<State>& state) {
  for (int i = 0; i < kMostAtOnce; ++i) {
    int error = EMFILE;
    if (base::has_spare_descriptors(base::kSpareForAllButClients)) {
      base::OwnedSocket socket(
          ::accept4(state->acceptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.is_there()) {
        state->on_accept(std::move(socket));
        continue;
      }
      error = errno;
    }
    if (means_nobody_waits(error)) break;
    if (concerns_one_client(error)) continue;
    if (const auto now = state->loop.now(); !state->logged || now - *state->logged >= kLogEvery) {
      state->logged = now;
      state->log.warn("room", "cannot accept clients now", {{"error", std::generic_category().message(error)}});
    }
    state->pause = state->loop.call_after(kPause, [state] { wait(state); });
    return;
  }
  wait(state);
}

}  // namespace buzzer::room
