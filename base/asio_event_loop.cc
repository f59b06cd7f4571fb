#include "base/asio_event_loop.h"

#include <utility>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

namespace buzzer::base {
namespace {

class AsioTimer final : public Timer {
 public:
  AsioTimer(asio::io_context& context, Duration delay, std::function<void()> callback)
      : state_(std::make_shared<State>(context)) {
    state_->callback = std::move(callback);
    state_->timer.expires_after(delay);
    // The handler may already be queued when the timer is destroyed: then it finds the callback gone.
    state_->timer.async_wait([state = state_](const asio::error_code& error) {
      if (error || !state->callback) return;
      std::exchange(state->callback, nullptr)();
    });
  }
  ~AsioTimer() override {
    state_->callback = nullptr;
    state_->timer.cancel();
  }

 private:
  struct State {
    explicit State(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
    std::function<void()> callback;
  };
  std::shared_ptr<State> state_;
};

// For no delay at all. A real timer would cost a call of the system and an interrupt, and come later than that.
class NextTurn final : public Timer {
 public:
  NextTurn(asio::io_context& context, std::function<void()> callback)
      : callback_(std::make_shared<std::function<void()>>(std::move(callback))) {
    asio::post(context, [callback = callback_] {
      if (*callback) std::exchange(*callback, nullptr)();
    });
  }
  ~NextTurn() override { *callback_ = nullptr; }

 private:
  std::shared_ptr<std::function<void()>> callback_;
};

}  // namespace

AsioEventLoop::AsioEventLoop() : context_(std::make_unique<asio::io_context>(1)) {}
AsioEventLoop::~AsioEventLoop() = default;

MonotonicTime AsioEventLoop::now() const { return std::chrono::steady_clock::now(); }

WallTime AsioEventLoop::wall_now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::unique_ptr<Timer> AsioEventLoop::call_after(Duration delay, std::function<void()> callback) {
  if (delay <= Duration::zero()) return std::make_unique<NextTurn>(*context_, std::move(callback));
  return std::make_unique<AsioTimer>(*context_, delay, std::move(callback));
}

void AsioEventLoop::post(std::function<void()> callback) { asio::post(*context_, std::move(callback)); }

void AsioEventLoop::run() {
  const auto guard = asio::make_work_guard(*context_);
  context_->run();
}

void AsioEventLoop::stop() { context_->stop(); }

}  // namespace buzzer::base
