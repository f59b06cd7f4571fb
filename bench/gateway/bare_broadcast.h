// What a push could cost at best: a plain server that writes ready-made frames to all its connections and knows nothing
// of users, feeds or positions. In a process of its own.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace buzzer::bench {

enum class Writing : std::uint8_t {
  kEach,      // each frame to each connection at once, with a call of the system of its own: as plain servers do
  kGathered,  // one gathered write for each connection and tick of 5 ms: as good ones do
};

struct BareOptions {
  std::size_t connections = 0;
  std::size_t frames = 0;  // for each connection
  std::size_t frame_bytes = 0;
  Writing writing = Writing::kGathered;
  double frames_per_second = 0;  // offered to each connection; 0: all as fast as they are taken
};

class BareBroadcast {
 public:
  // Listens on that port of 127.0.0.1 when this returns.
  BareBroadcast(std::uint16_t port, const BareOptions& options);
  BareBroadcast(const BareBroadcast&) = delete;
  BareBroadcast& operator=(const BareBroadcast&) = delete;
  // Ends it.
  ~BareBroadcast();

  // Once all connections have been dialled: waits until the server has them.
  void await_connections();
  // Lets it begin.
  void start();

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  int channel_ = -1;  // to the process: a byte for each step
};

struct BareFigures {
  double deliveries_per_second = 0;
  double server_cpu_per_million = 0;  // seconds
  double client_cpu_per_million = 0;
};

class BenchLoop;

// The whole of it, to clients of this process that count whole frames.
[[nodiscard]] BareFigures run_bare_broadcast(BenchLoop& bench, const BareOptions& options);

}  // namespace buzzer::bench
