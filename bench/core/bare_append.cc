#include "bench/core/bare_append.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "base/check.h"

namespace buzzer::bench {

BareAppend::BareAppend(base::EventLoop& loop, const std::filesystem::path& file)
    : loop_(loop), file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  BUZZER_CHECK(file_ >= 0);
  thread_ = std::thread([this] { run(); });
}

BareAppend::~BareAppend() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  ::close(file_);
}

void BareAppend::append(std::string_view bytes, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
    waiting_.push_back(std::move(done));
  }
  wake_.notify_one();
}

void BareAppend::run() {
  std::string bytes;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    bytes.clear();
    bytes.swap(bytes_);
    std::vector<std::function<void()>> waiting = std::exchange(waiting_, {});
    lock.unlock();
    BUZZER_CHECK(::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    BUZZER_CHECK(::fdatasync(file_) == 0);
    loop_.post([waiting = std::move(waiting)] {
      for (const auto& done : waiting) done();
    });
    lock.lock();
  }
}

}  // namespace buzzer::bench
