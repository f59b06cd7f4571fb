// A program that the bench starts and ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace buzzer::bench {

class ChildProcess {
 public:
  // `command`: the program's file and its arguments. What it prints goes to `log`, anew. However the bench ends, it
  // does not stay behind.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  // SIGTERM, and waits for its end.
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Until a connection to that port of 127.0.0.1 is taken. Gives up (bench_loop.h) after a minute, or when the program
  // has ended.
  void await_listening(std::uint16_t port) const;

 private:
  const std::filesystem::path log_;
  pid_t pid_ = 0;
};

}  // namespace buzzer::bench
