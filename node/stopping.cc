#include "node/stopping.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

namespace buzzer::node {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

int StopSignals::wait() const {
  int signal = 0;
  sigwait(&signals_, &signal);
  return signal;
}

bool StopSignals::take() const {
  const timespec at_once{};
  return sigtimedwait(&signals_, nullptr, &at_once) > 0;
}

void StopSignals::send() { ::kill(::getpid(), SIGTERM); }

StopDeadline::StopDeadline(std::chrono::milliseconds most, std::function<void()> expired) {
  thread_ = std::thread([this, most, expired = std::move(expired)] {
    pthread_setname_np(pthread_self(), "stop-deadline");
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, most, [this] { return stopped_; })) expired();
  });
}

StopDeadline::~StopDeadline() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

}  // namespace buzzer::node
