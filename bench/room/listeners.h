// The clients of one server of lines: all read, one of them sends (or one more, where readers may not). They belong to
// the bench's own process and thread.
#pragma once

#include <string>
#include <vector>

#include "bench/room/line_server.h"
#include "client/crowd.h"

namespace buzzer::bench {

struct SpreadFigures {
  double deliveries_per_second = 0;
  double server_cpu_per_million = 0;  // seconds for a million deliveries
  double client_cpu_per_million = 0;
  double p50_ms = 0;  // one at a time: from sending a line until the last reader has it
  double p99_ms = 0;
};

// Gives up (bench_loop.h) when a reader gets anything else than it should, or not within a minute: where the server's
// tongue is exact, every byte is compared.
class Listeners {
 public:
  // Connects them and waits until all have joined. `server` must outlive it.
  Listeners(const LineServer& server, std::size_t readers);

  // Until the last reader has the last line.
  [[nodiscard]] SpreadFigures all_at_once(const std::vector<std::string>& lines);
  // Each line is sent when all readers have the one before.
  [[nodiscard]] SpreadFigures one_at_a_time(const std::vector<std::string>& lines);
  // Every turn begins and ends with it; behind the last it is asked for, for what came late.
  void check_exact();

 private:
  struct Cost {
    double server = 0;  // CPU seconds
    double clients = 0;
    std::chrono::steady_clock::time_point time;
  };

  // Takes down what is to come.
  void begin(const std::vector<std::string>& lines);
  void await_heard(std::size_t bytes);
  [[nodiscard]] SpreadFigures figures(const Cost& before, std::size_t lines) const;
  [[nodiscard]] Cost cost() const;

  const LineServer& server_;
  client::Crowd crowd_;
  client::Crowd::Clients readers_;
  client::Crowd::Client sender_ = 0;
  std::uint64_t heard_before_ = 0;  // of the reader that has heard least
  std::vector<std::uint64_t> due_;  // by reader, in all: where the tongue is exact
};

}  // namespace buzzer::bench
