// When the connections of one worker write. What a client has asked for is written when the turn in which it was made
// is over, together with all else that waits; so is a push to a connection that has been quiet. A connection that was
// written to a moment ago is busy: its pushes are gathered until the next tick, since a call of the system for each
// costs ten times what the push does.
//
// A tick comes 5 ms after the first connection has asked for one, later the longer the last one took, 25 ms at most: so
// writing leaves the worker time for what is to be written. What is written in all is counted here too.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/event_loop.h"
#include "node/gateway/ws_counts.h"

namespace buzzer::gateway {

class Flushed {
 public:
  Flushed() = default;
  Flushed(const Flushed&) = delete;
  Flushed& operator=(const Flushed&) = delete;
  virtual ~Flushed() = default;

  // Write what waits. May destroy itself or others.
  virtual void flush() = 0;
};

class Flusher {
 public:
  explicit Flusher(base::EventLoop& loop) : loop_(loop) {}

  // Each once until it has been flushed; who may be gone by then is held weakly.
  void soon(std::weak_ptr<Flushed> who);
  void at_tick(std::weak_ptr<Flushed> who);

  // How long a connection must have been quiet for its pushes to be written at once.
  [[nodiscard]] base::Duration tick() const { return tick_; }

  // Of all connections that it flushes, counted by them.
  [[nodiscard]] WsCounts& counts() { return counts_; }

 private:
  void flush_all(std::vector<std::weak_ptr<Flushed>>& all);
  void take_turn();

  base::EventLoop& loop_;
  base::Duration tick_ = std::chrono::milliseconds(5);
  std::vector<std::weak_ptr<Flushed>> soon_;
  std::vector<std::weak_ptr<Flushed>> at_tick_;
  std::vector<std::weak_ptr<Flushed>> flushing_;  // kept for its memory
  std::unique_ptr<base::Timer> timer_;
  WsCounts counts_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
