#include "node/worker.h"

#include <pthread.h>

namespace buzzer::node {
namespace {

constexpr auto kTurnEvery = std::chrono::milliseconds(100);

}  // namespace

void Worker::start() {
  turn();
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.c_str());
    loop_.run();
  });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

void Worker::turn() {
  last_turn_.store(loop_.now().time_since_epoch().count(), std::memory_order_relaxed);
  turn_timer_ = loop_.call_after(kTurnEvery, [this] { turn(); });
}

std::chrono::milliseconds Worker::idle() const {
  const base::MonotonicTime last{base::Duration(last_turn_.load(std::memory_order_relaxed))};
  return std::chrono::duration_cast<std::chrono::milliseconds>(loop_.now() - last);
}

}  // namespace buzzer::node
