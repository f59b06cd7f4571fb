// How a crowd grows.
#include "base/check.h"
#include "client/crowd_seat.h"
#include "client/crowd_socket.h"

namespace buzzer::client {
namespace {

using Clock = std::chrono::steady_clock;
using State = CrowdMember::State;

// Fewer than any server's backlog: a connection beyond that would wait a second to be tried again.
constexpr std::size_t kMostConnecting = 64;

}  // namespace

base::Result<void> Crowd::connect(const base::Endpoint& server, std::size_t count, Duration timeout) {
  if (auto begun = begin_connecting(server, count); !begun) return begun;
  const auto all = go_on_connecting(timeout);
  if (!all) return tl::unexpected(all.error());
  if (!*all) return tl::unexpected(give_up_connecting("not in time"));
  return {};
}

base::Result<void> Crowd::begin_connecting(const base::Endpoint& server, std::size_t count) {
  BUZZER_CHECK(!joining_);
  if (!epoll_.is_there()) return base::fail("no epoll: out of descriptors");
  if (const auto allowed = allow_descriptors(count); !allowed) return tl::unexpected(allowed.error());
  connect_error_ = 0;
  joining_ = Joining{server, count, 0, members_.size()};
  return {};
}

base::Result<bool> Crowd::go_on_connecting(Duration time) {
  BUZZER_CHECK(joining_.has_value());
  const auto deadline = Clock::now() + time;
  for (bool in_time = true; in_time;) {
    for (; joining_->begun < joining_->count && connecting_ < kMostConnecting; ++joining_->begun) {
      if (const auto begun = begin(joining_->server); !begun) {
        return tl::unexpected(give_up_connecting(begun.error().message));
      }
    }
    if (connecting_ == 0) {
      joining_.reset();
      return true;
    }
    in_time = Clock::now() < deadline;  // also with no time at all there is one turn
    turn(milliseconds_until(deadline));
    if (connect_error_ != 0) return tl::unexpected(give_up_connecting(reason_of(connect_error_)));
  }
  if (joining_->begun < joining_->count || connecting_ > 0) return false;
  joining_.reset();
  return true;
}

base::Error Crowd::give_up_connecting(std::string_view why) {
  BUZZER_CHECK(joining_.has_value());
  std::size_t connected = 0;
  for (Client each = joining_->first; each < members_.size(); ++each) {
    Seat& seat = *members_[each];
    if (seat.member.state() == State::kConnecting)
      end(seat, State::kClosedHere, 0);
    else if (seat.member.state() != State::kBroken)
      ++connected;
  }
  base::Error error{to_string(joining_->server) + ": " + std::to_string(connected) + " of " +
                    std::to_string(joining_->count) + " clients connected, then " + std::string(why)};
  joining_.reset();
  return error;
}

base::Result<void> Crowd::begin(const base::Endpoint& server) {
  auto socket = client::begin_connecting(server, options_.receive_buffer);
  if (!socket) return tl::unexpected(socket.error());
  const CrowdMember::Looks looks{!options_.bytes_only, options_.hash, options_.last_line};
  members_.push_back(std::make_unique<Seat>(members_.size(), looks, *std::move(socket)));
  ++connecting_;
  events_.resize(members_.size());
  watch(*members_.back());
  return {};
}

}  // namespace buzzer::client
