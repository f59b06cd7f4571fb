// The event loop of a real thread, on standalone Asio.
#pragma once

#include <memory>

#include "base/event_loop.h"

namespace asio {
class io_context;
}

namespace buzzer::base {

// Made and destroyed on any thread while nobody runs it. Whatever holds its timers or connections must go first.
class AsioEventLoop final : public EventLoop {
 public:
  AsioEventLoop();
  ~AsioEventLoop() override;

  [[nodiscard]] MonotonicTime now() const override;
  [[nodiscard]] WallTime wall_now() const override;
  [[nodiscard]] std::unique_ptr<Timer> call_after(Duration delay, std::function<void()> callback) override;
  void post(std::function<void()> callback) override;

  // Serves callbacks on the calling thread until stop(), also while there is nothing to do.
  void run();

  // Makes run() return after the present callback. Any thread.
  void stop();

  [[nodiscard]] asio::io_context& context() { return *context_; }

 private:
  std::unique_ptr<asio::io_context> context_;
};

}  // namespace buzzer::base
