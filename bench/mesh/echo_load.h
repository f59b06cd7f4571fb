// The asking half of an echo, whatever carries it: keeps so many messages under way and takes down how long each was.
#pragma once

#include <cstddef>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::bench {

struct EchoOptions {
  std::size_t message_bytes = 0;  // on the wire, of a message and of its echo
  std::size_t in_flight = 1;
  base::Duration lasting{};  // new messages are sent for so long
};

struct EchoFigures {
  double per_second = 0;         // messages echoed
  double cpu_s_per_million = 0;  // of both ends together, for a million messages echoed
  double p50_us = 0;             // from sending a message until its echo is there
  double p99_us = 0;
};

// Echoes come in the order of their messages. One thread's.
class EchoLoad {
 public:
  EchoLoad(const EchoOptions& options, base::MonotonicTime now);

  // How many messages are to be sent at first, and then after each time that echoes have come; 0 at the end.
  [[nodiscard]] std::size_t begin(base::MonotonicTime now) { return send(in_flight_, now); }
  [[nodiscard]] std::size_t came(std::size_t echoes, base::MonotonicTime now);

  // Whether all that was sent has come back and no more is to be sent.
  [[nodiscard]] bool is_done() const { return done_; }
  // Once it is done. `cpu_seconds`: used meanwhile.
  [[nodiscard]] EchoFigures figures(double cpu_seconds);

 private:
  std::size_t send(std::size_t messages, base::MonotonicTime now);

  const std::size_t in_flight_;
  const base::MonotonicTime begun_;
  const base::MonotonicTime until_;
  std::vector<base::MonotonicTime> sent_;  // a ring: of the message with number n, at n % in_flight_
  std::size_t next_ = 0;                   // the number of the next message
  std::size_t returned_ = 0;               // how many echoes have come
  base::MonotonicTime last_;
  bool done_ = false;
  std::vector<float> took_us_;
};

}  // namespace buzzer::bench
