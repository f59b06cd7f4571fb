// Many plain TCP clients on one epoll, as fast as one thread can read: a crowd in a room, or of a log's or a broker's
// subscribers. For tests and benches.
//
//   Crowd crowd({});
//   if (const auto joined = crowd.connect({"127.0.0.1", 4000}, 500, 10s); !joined) return joined.error();
//   crowd.send(0, "hello\n");
//   const auto late = crowd.await(crowd.all(), Crowd::Count::kLines, 1, 10s);  // empty: all 500 have it
//
// One thread, no locks: what comes is read only within the calls that take a timeout, and all of the crowd is read in
// each of these. Clients are numbered in the order in which they were connected, from 0; a number is never used again.
// Numbers that are none are a broken invariant of the caller's (BUZZER_CHECK).
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/owned_socket.h"
#include "base/status.h"
#include "client/crowd_member.h"

namespace buzzer::client {

struct CrowdOptions {
  int receive_buffer = 0;  // SO_RCVBUF of each client, in bytes (the kernel doubles it); 0: the kernel's own
  std::size_t read_bytes = 256UL << 10;  // at most so much is read of one client before it is the next one's turn
  bool bytes_only = false;  // what comes is counted and not looked at, nor copied by the kernel: the cheapest reader
  bool hash = false;        // keeps an XXH3 of all that each client receives
  bool last_line = false;   // keeps the last whole line of each client
};

class Crowd {
 public:
  using Client = std::size_t;
  using Clients = std::vector<Client>;
  using Duration = std::chrono::nanoseconds;

  enum class Count : std::uint8_t { kBytes, kLines };

  explicit Crowd(const CrowdOptions& options);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();  // closes all

  // Adds `count` clients of the server (its host is an address), a few at a time, so that no server's backlog
  // overflows. Raises the process's soft limit of descriptors where that is needed and allowed; children started later
  // inherit it. Errors say how many are connected; these stay. A limit that is too low is told before the first.
  [[nodiscard]] base::Result<void> connect(const base::Endpoint& server, std::size_t count, Duration timeout);
  // The same in turns, for callers who see to other things in between: begin, then go on until it is true (all are
  // connected) or an error, or give up, which closes those that are not connected yet and says how many are.
  [[nodiscard]] base::Result<void> begin_connecting(const base::Endpoint& server, std::size_t count);
  [[nodiscard]] base::Result<bool> go_on_connecting(Duration time);
  base::Error give_up_connecting(std::string_view why);
  [[nodiscard]] bool is_connecting() const { return joining_.has_value(); }

  // Pumps until each of `who` has received `least` in all. Returns those that have not when the time is over, or when
  // all of them have ended; empty: all have. With kLines the crowd must not be `bytes_only`.
  [[nodiscard]] Clients await(const Clients& who, Count what, std::uint64_t least, Duration timeout);
  // Pumps until each of `who` has ended. Returns those that have not in time.
  [[nodiscard]] Clients await_ended(const Clients& who, Duration timeout);
  // Pumps until all bytes given to send() for `who` are with the kernel. Returns those with bytes left.
  [[nodiscard]] Clients await_sent(const Clients& who, Duration timeout);
  // Pumps for so long, whatever comes; zero: takes what is there, of each client up to `read_bytes`.
  void run_for(Duration time);

  // Writes what the socket takes now; the rest is kept, without limit, and follows while the crowd is pumped. Bytes
  // for a client that has ended are dropped.
  void send(Client client, std::string_view bytes);
  // While stalled nothing of it is read, and the server finds a reader that does not read.
  void set_stalled(Client client, bool stalled);
  // The server reads an end; what it sends is still received. What is kept unsent is dropped.
  void finish_sending(Client client);
  void close(Client client);
  // Closes with a reset.
  void reset(Client client);

  // From now on each of `who` must receive these bytes and nothing else (CrowdMember::differs).
  void expect(const Clients& who, const std::shared_ptr<const std::string>& stream);
  // From now on keeps what it receives, up to so many bytes, for take(). 0: nothing more.
  void keep(Client client, std::size_t most_bytes);
  // What was kept since the last call, with room for as much again.
  [[nodiscard]] std::string take(Client client);

  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] Clients all() const;
  // Not ended.
  [[nodiscard]] Clients open() const;
  [[nodiscard]] const CrowdMember& operator[](Client client) const;

 private:
  struct Seat;
  // What connect() was asked for.
  struct Joining {
    base::Endpoint server;
    std::size_t count = 0;
    std::size_t begun = 0;
    Client first = 0;
  };

  [[nodiscard]] Seat& seat(Client client);
  [[nodiscard]] base::Result<void> begin(const base::Endpoint& server);
  template <class Done>
  Clients pump_until(const Clients& who, Duration timeout, Done done);
  void turn(int timeout_ms);
  void serve(Seat& seat, std::uint32_t events);
  void read(Seat& seat);
  void flush(Seat& seat);
  void watch(Seat& seat);
  void end(Seat& seat, CrowdMember::State state, int error);

  const CrowdOptions options_;
  base::OwnedSocket epoll_;
  std::vector<std::unique_ptr<Seat>> members_;
  std::vector<char> buffer_;
  std::vector<epoll_event> events_;  // room for one of each client, so that a turn leaves none out
  std::vector<Client> changed_;      // in the present turn
  std::optional<Joining> joining_;
  std::size_t connecting_ = 0;
  int connect_error_ = 0;  // errno of the last that could not
};

}  // namespace buzzer::client
