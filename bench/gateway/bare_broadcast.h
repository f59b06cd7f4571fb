// What a push could cost at best: a plain server that writes ready-made frames to all its connections, with one
// gathered write for each connection and tick, and knows nothing of users, feeds or positions. In a process of its own.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace buzzer::bench {

class BareBroadcast {
 public:
  // Serves on that port: once `connections` have come, each is sent `frames` frames of so many bytes, `per_tick` of
  // them every 10 ms (0: all as fast as they are taken).
  BareBroadcast(std::uint16_t port, std::size_t connections, std::size_t frames, std::size_t frame_bytes,
                std::size_t per_tick);
  BareBroadcast(const BareBroadcast&) = delete;
  BareBroadcast& operator=(const BareBroadcast&) = delete;
  // Ends it.
  ~BareBroadcast();

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

}  // namespace buzzer::bench
