#include "client/crowd.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "client/crowd_seat.h"

namespace buzzer::client {
namespace {

using Clock = std::chrono::steady_clock;
using State = CrowdMember::State;

}  // namespace

Crowd::Crowd(const CrowdOptions& options) : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  BUZZER_CHECK(options.read_bytes > 0);
  BUZZER_CHECK(!options.bytes_only || (!options.hash && !options.last_line));
  buffer_.resize(options.read_bytes);
  events_.resize(1);  // epoll wants some room always
}

Crowd::~Crowd() = default;

Crowd::Seat& Crowd::seat(Client client) {
  BUZZER_CHECK(client < members_.size());
  return *members_[client];
}

const CrowdMember& Crowd::operator[](Client client) const {
  BUZZER_CHECK(client < members_.size());
  return members_[client]->member;
}

Crowd::Clients Crowd::all() const {
  Clients clients(members_.size());
  for (Client client = 0; client < clients.size(); ++client) clients[client] = client;
  return clients;
}

Crowd::Clients Crowd::open() const {
  Clients clients;
  for (const auto& seat : members_) {
    if (!seat->member.ended()) clients.push_back(seat->number);
  }
  return clients;
}

// `done` says of one client whether it needs no more waiting for; it changes only in a turn that touches the client.
template <class Done>
Crowd::Clients Crowd::pump_until(const Clients& who, Duration timeout, Done done) {
  const auto deadline = Clock::now() + timeout;
  std::vector<bool> awaited(members_.size());
  std::size_t missing = 0;
  for (const Client client : who) {
    if (awaited.at(client) || done(seat(client))) continue;
    awaited[client] = true;
    ++missing;
  }
  for (bool in_time = true; missing > 0 && in_time;) {
    in_time = Clock::now() < deadline;  // also with no time at all there is one turn
    turn(milliseconds_until(deadline));
    for (const Client client : changed_) {
      if (!awaited.at(client) || !done(*members_[client])) continue;
      awaited[client] = false;
      --missing;
    }
  }
  Clients left;
  for (const Client client : who) {
    if (awaited[client]) left.push_back(client);
  }
  return left;
}

Crowd::Clients Crowd::await(const Clients& who, Count what, std::uint64_t least, Duration timeout) {
  BUZZER_CHECK(what == Count::kBytes || !options_.bytes_only);
  const auto has = [&](const CrowdMember& member) {
    return (what == Count::kBytes ? member.bytes() : member.lines()) >= least;
  };
  Clients short_of;
  for (const Client client :
       pump_until(who, timeout, [&](const Seat& seat) { return has(seat.member) || seat.member.ended(); })) {
    short_of.push_back(client);
  }
  for (const Client client : who) {
    if ((*this)[client].ended() && !has((*this)[client])) short_of.push_back(client);
  }
  std::sort(short_of.begin(), short_of.end());
  short_of.erase(std::unique(short_of.begin(), short_of.end()), short_of.end());
  return short_of;
}

Crowd::Clients Crowd::await_ended(const Clients& who, Duration timeout) {
  return pump_until(who, timeout, [](const Seat& seat) { return seat.member.ended(); });
}

Crowd::Clients Crowd::await_sent(const Clients& who, Duration timeout) {
  return pump_until(who, timeout, [](const Seat& seat) { return seat.unsent.empty() || seat.member.ended(); });
}

void Crowd::run_for(Duration time) {
  const auto deadline = Clock::now() + time;
  do turn(milliseconds_until(deadline));
  while (Clock::now() < deadline);
}

void Crowd::turn(int timeout_ms) {
  changed_.clear();
  const int count = ::epoll_wait(epoll_.descriptor(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    changed_.push_back(event.data.u64);
    serve(*members_[event.data.u64], event.events);
  }
}

void Crowd::serve(Seat& seat, std::uint32_t events) {
  if (seat.member.state() == State::kConnecting) {
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(seat.socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
    --connecting_;
    if (error != 0) {
      connect_error_ = error;
      return end(seat, State::kBroken, error);
    }
    seat.member.set_state(State::kOpen, 0);
    flush(seat);
  } else if ((events & EPOLLOUT) != 0) {
    flush(seat);
  }
  // A stalled client looks at nothing but the loss of its connection, which epoll tells whether asked or not.
  const bool lost = (events & (EPOLLHUP | EPOLLERR)) != 0;
  if (!seat.member.ended() && (lost || (!seat.stalled && (events & EPOLLIN) != 0))) read(seat);
  if (!seat.member.ended()) watch(seat);
}

void Crowd::read(Seat& seat) {
  // On a TCP socket MSG_TRUNC drops what it would otherwise copy.
  const int flags = options_.bytes_only ? MSG_TRUNC : 0;
  const ssize_t got = ::recv(seat.socket.descriptor(), buffer_.data(), buffer_.size(), flags);
  if (got > 0) {
    const auto size = static_cast<std::size_t>(got);
    if (options_.bytes_only)
      seat.member.count(size);
    else
      seat.member.take({buffer_.data(), size});
  } else if (got == 0) {
    end(seat, State::kEndedByServer, 0);
  } else if (errno != EAGAIN && errno != EINTR) {
    end(seat, State::kBroken, errno);
  }
}

void Crowd::flush(Seat& seat) {
  while (seat.sent < seat.unsent.size()) {
    const ssize_t put =
        ::send(seat.socket.descriptor(), seat.unsent.data() + seat.sent, seat.unsent.size() - seat.sent, MSG_NOSIGNAL);
    if (put < 0) {
      if (errno == EINTR) continue;
      // What the server sent before it closed is still to be read; the end comes behind it.
      if (errno != EAGAIN) break;
      return;
    }
    seat.sent += static_cast<std::size_t>(put);
  }
  seat.unsent.clear();
  seat.sent = 0;
}

void Crowd::send(Client client, std::string_view bytes) {
  Seat& to = seat(client);
  if (to.member.ended()) return;
  to.unsent += bytes;
  if (to.member.state() == State::kOpen) flush(to);
  watch(to);
}

void Crowd::set_stalled(Client client, bool stalled) {
  Seat& one = seat(client);
  one.stalled = stalled;
  if (!one.member.ended()) watch(one);
}

void Crowd::finish_sending(Client client) {
  Seat& one = seat(client);
  if (one.member.ended()) return;
  one.unsent.clear();
  one.sent = 0;
  ::shutdown(one.socket.descriptor(), SHUT_WR);
  watch(one);
}

void Crowd::close(Client client) {
  if (!seat(client).member.ended()) end(seat(client), State::kClosedHere, 0);
}

void Crowd::reset(Client client) {
  Seat& one = seat(client);
  if (one.member.ended()) return;
  const linger at_once{1, 0};
  ::setsockopt(one.socket.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  end(one, State::kClosedHere, 0);
}

void Crowd::expect(const Clients& who, const std::shared_ptr<const std::string>& stream) {
  BUZZER_CHECK(!options_.bytes_only);
  for (const Client client : who) seat(client).member.expect(stream);
}

void Crowd::keep(Client client, std::size_t most_bytes) {
  BUZZER_CHECK(!options_.bytes_only);
  seat(client).member.keep(most_bytes);
}

std::string Crowd::take(Client client) { return seat(client).member.take_kept(); }

void Crowd::watch(Seat& seat) {
  std::uint32_t wanted = seat.stalled ? 0U : EPOLLIN;
  if (seat.member.state() == State::kConnecting || !seat.unsent.empty()) wanted |= EPOLLOUT;
  // Never asked for by itself; here it says that epoll knows the socket.
  wanted |= EPOLLERR;
  if (wanted == seat.watched) return;
  epoll_event event{};
  event.events = wanted;
  event.data.u64 = seat.number;
  const int how = seat.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  BUZZER_CHECK(::epoll_ctl(epoll_.descriptor(), how, seat.socket.descriptor(), &event) == 0);
  seat.watched = wanted;
}

void Crowd::end(Seat& seat, State state, int error) {
  if (seat.member.state() == State::kConnecting && state == State::kClosedHere) --connecting_;
  seat.member.set_state(state, error);
  seat.socket = base::OwnedSocket();  // leaves the epoll with it
  seat.unsent.clear();
  seat.sent = 0;
}

}  // namespace buzzer::client
