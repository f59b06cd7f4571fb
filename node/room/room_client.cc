#include "node/room/room_client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include <asio/ip/tcp.hpp>

namespace buzzer::room {
namespace {

using asio::ip::tcp;

// The system takes no more buffers with a profit.
constexpr std::size_t kMostGathered = 64;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

struct RoomClient::Socket {
  explicit Socket(asio::io_context& context) : tcp(context) {}
  asio::ip::tcp::socket tcp;
  int descriptor = -1;
};

RoomClient::RoomClient(asio::io_context& context, base::OwnedSocket socket, HeldBytes held, RoomClientEvents& events)
    : socket_(std::make_unique<Socket>(context)), events_(events), held_(std::move(held)) {
  asio::error_code error;
  socket_->tcp.assign(tcp::v4(), socket.descriptor(), error);
  if (error) {
    closed_ = true;  // the system has no room to watch it
    return;
  }
  socket_->descriptor = socket.take();
  socket_->tcp.non_blocking(true, error);
}

RoomClient::~RoomClient() { close(); }

void RoomClient::wait_for_lines() {
  socket_->tcp.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const asio::error_code&) {
    if (!self->closed_) self->events_.on_readable(*self);
  });
}

Turn RoomClient::take_turn(BatchBuilder& batch) {
  bool drained = false;
  for (std::size_t left = kMostTurnBytes;;) {
    switch (cutter_.cut_into(batch)) {
      case Cut::kFull:
        return Turn::kMore;
      case Cut::kUnwelcome:
        return Turn::kUnwelcome;
      case Cut::kTooLong:
        tell_too_long();
        continue;
      case Cut::kNeedsMore:
        break;
    }
    if (drained) return Turn::kDone;
    if (left == 0) return Turn::kMore;
    std::array<char, kReadBytes> bytes;
    const ssize_t size = ::recv(socket_->descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && would_block()) return Turn::kDone;
    if (size <= 0) return Turn::kEnded;
    cutter_.append({bytes.data(), static_cast<std::size_t>(size)});
    drained = static_cast<std::size_t>(size) < bytes.size();
    left -= static_cast<std::size_t>(size);
  }
}

std::size_t RoomClient::give(const SharedBatch& batch, std::size_t most) {
  if (broken_ || ending_) return 0;
  std::size_t written = 0;
  const bool was_behind = is_behind();
  if (!was_behind) {
    const std::string_view bytes = batch->bytes();
    iovec all{const_cast<char*>(bytes.data()), bytes.size()};
    written = write({&all, 1});
    if (broken_ || written == bytes.size()) return 0;
  }
  const std::size_t lost = queue_.add(batch, static_cast<std::uint32_t>(written), most);
  if (!was_behind && is_behind()) wait_for_room();
  return lost;
}

std::size_t RoomClient::write(std::span<iovec> buffers) {
  msghdr message{};
  message.msg_iov = buffers.data();
  message.msg_iovlen = buffers.size();
  constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
  // One buffer is the usual case, and a tenth cheaper this way.
  const ssize_t written = buffers.size() == 1
                              ? ::send(socket_->descriptor, buffers[0].iov_base, buffers[0].iov_len, kFlags)
                              : ::sendmsg(socket_->descriptor, &message, kFlags);
  if (written >= 0) return static_cast<std::size_t>(written);
  if (!would_block()) {
    // That it ended is told when all that it had sent before is read.
    broken_ = true;
    queue_ = {};
  }
  return 0;
}

void RoomClient::wait_for_room() {
  socket_->tcp.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const asio::error_code&) {
    if (!self->closed_) self->write_queue();
  });
}

void RoomClient::write_queue() {
  while (is_behind()) {
    std::array<iovec, kMostGathered> buffers;
    const std::size_t count = queue_.gather(buffers);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) offered += buffers[i].iov_len;
    const std::size_t written = write({buffers.data(), count});
    if (broken_) break;
    queue_.written(written);
    if (written < offered) break;
  }
  if (is_behind()) wait_for_room();
  events_.on_written(*this);
}

void RoomClient::tell_too_long() {
  BatchBuilder error(held_);
  error.add("error line too long: the limit is " + std::to_string(kMostLineBytes) + " bytes");
  give(error.take(), kMostQueuedLines);
}

void RoomClient::set_ending(std::unique_ptr<base::Timer> last_call) {
  ending_ = true;
  last_call_ = std::move(last_call);
}

void RoomClient::close() {
  if (std::exchange(closed_, true)) return;
  last_call_.reset();
  queue_ = {};
  // With unread bytes the system would send a reset, which takes from the peer what it has not read yet.
  ::shutdown(socket_->descriptor, SHUT_WR);
  std::array<char, kReadBytes> ignored;
  for (std::size_t read = 0; read < kMostTurnBytes;) {
    const ssize_t size = ::recv(socket_->descriptor, ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (size <= 0) break;
    read += static_cast<std::size_t>(size);
  }
  asio::error_code error;
  socket_->tcp.close(error);
}

}  // namespace buzzer::room
