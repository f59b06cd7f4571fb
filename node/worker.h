// One worker thread with its event loop. What is pinned to a worker is touched by no other thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/asio_event_loop.h"

namespace buzzer::node {

class Worker {
 public:
  explicit Worker(std::string name) : name_(std::move(name)) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { stop(); }

  // Before start() the loop may be used from the starting thread; afterwards on the worker's own.
  [[nodiscard]] base::AsioEventLoop& loop() { return loop_; }

  void start();
  // Ends the loop after the present callback and waits for the thread. Not from the worker itself.
  void stop();

  // How long ago the loop last turned; it turns at least every 100 ms unless something holds it up. Any thread.
  [[nodiscard]] std::chrono::milliseconds idle() const;

 private:
  void turn();

  const std::string name_;
  base::AsioEventLoop loop_;
  std::unique_ptr<base::Timer> turn_timer_;
  std::atomic<base::MonotonicTime::rep> last_turn_{0};
  std::thread thread_;
};

}  // namespace buzzer::node
