// The least that durability can cost: bytes appended to a file by one thread, synced by another for all that wait.
// What a durable command is held against.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::bench {

class BareAppend {
 public:
  // `loop` is the appender's; it outlives this, or has stopped.
  BareAppend(base::EventLoop& loop, const std::filesystem::path& file);
  BareAppend(const BareAppend&) = delete;
  BareAppend& operator=(const BareAppend&) = delete;
  ~BareAppend();

  // Calls back on the loop once the bytes are durable.
  void append(std::string_view bytes, std::function<void()> done);

 private:
  void run();

  base::EventLoop& loop_;
  const int file_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string bytes_;
  std::vector<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace buzzer::bench
