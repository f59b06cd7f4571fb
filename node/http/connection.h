// One connection of HTTP: requests in, one at a time; their answers out, in order. While one is being answered nothing
// is read: what a client has sent in advance waits here, at most one read of it (64 KiB), and then in the system.
//
//   reading -> answering -> writing -> reading ...                (kept alive)
//                                   -> closing                    (the end is sent; what still comes is thrown away, so
//                                                                  that no reset overtakes the answer)
//                        -> writing the 101 -> handed over        (somebody else's from now on)
//
// Owned by its server, and by itself while it calls anybody. Belongs to the server's thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/event_loop.h"
#include "base/transport.h"
#include "node/http/message.h"
#include "node/http/request_reader.h"

namespace buzzer::http {

// How long a client, or a handler, may take. Observed to a quarter of a second.
struct Times {
  base::Duration request = std::chrono::seconds(5);      // from the first byte to the last; the first: from connecting
  base::Duration keep_alive = std::chrono::seconds(30);  // until the next request begins
  base::Duration answer = std::chrono::seconds(10);      // for the handler: then it is 503
  base::Duration stalled = std::chrono::seconds(10);     // without room for more of the answer
  base::Duration closing = std::chrono::seconds(2);      // for the client to close too
};

// For the metrics; all of a server since its start.
struct Counts {
  std::uint64_t connections = 0;
  std::uint64_t turned_away = 0;  // connections beyond the limit
  std::uint64_t timed_out = 0;    // connections closed since they took too long
  std::uint64_t requests = 0;     // whole ones
  std::uint64_t refused = 0;      // answered with an error by the server itself
  std::uint64_t handed_over = 0;
};

// What all connections of a server share; outlives them.
struct Service {
  Limits limits;
  Times times;
  HostNames host_names;
  Handler handler;
  Counts counts;
  std::shared_ptr<std::atomic<std::size_t>> handed_over;  // connections that are their takers' now
  base::EventLoop& loop;
};

class Connection final : public base::ConnectionHandler, public std::enable_shared_from_this<Connection> {
 public:
  // Called once, at the end; the connection does nothing any more.
  using GoneCallback = std::function<void(Connection&)>;

  Connection(Service& service, std::unique_ptr<base::Connection> connection, GoneCallback on_gone);

  void start();

  // Whether something has taken too long; then give_up() ends it, with an answer where one is due.
  [[nodiscard]] bool is_overdue(base::MonotonicTime now) const { return now >= deadline_; }
  void give_up();

  // Answers what is under way, then closes; at once when nothing is.
  void finish();

  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override;
  void on_end(std::string_view reason) override;

 private:
  enum class State : std::uint8_t { kReading, kAnswering, kWriting, kClosing, kGone };

  void go_on();
  // One step; false when the next one has to wait for something.
  [[nodiscard]] bool step();
  [[nodiscard]] bool read();
  [[nodiscard]] bool write();
  void allow_body();
  void handle();
  void refuse(const Refusal& refusal);
  void answer(std::uint64_t number, const Response& response);
  void take_over(std::uint64_t number, std::string head, Taker taker);
  void send(const Response& response);
  void begin_closing();
  void hand_over();
  void gone();
  void wait_at_most(base::Duration time) { deadline_ = service_.loop.now() + time; }

  Service& service_;
  std::unique_ptr<base::Connection> connection_;
  GoneCallback on_gone_;
  RequestReader reader_;
  std::string unread_;  // came; not looked at from unread_start_ on
  std::size_t unread_start_ = 0;
  std::string head_;  // being written, then body_
  std::shared_ptr<const std::string> body_;
  std::size_t written_ = 0;  // of both
  Taker taker_;              // of the connection, once all is written
  base::MonotonicTime deadline_;
  std::uint64_t number_ = 0;  // of the request
  State state_ = State::kReading;
  bool is_head_ = false;      // the request's method is HEAD
  bool close_after_ = false;  // the answer
  bool finishing_ = false;    // no further request
  bool going_on_ = false;     // within go_on()
};

}  // namespace buzzer::http
