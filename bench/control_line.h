// A node's control port, asked from the outside: one line, one answer, over a connection that stays. Blocking.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace buzzer::bench {

class ControlLine {
 public:
  explicit ControlLine(std::uint16_t port) : port_(port) {}
  ControlLine(const ControlLine&) = delete;
  ControlLine& operator=(const ControlLine&) = delete;
  ~ControlLine() { close(); }

  // The answer, both without their newlines. Empty if nobody listens or no answer comes within a second; the next
  // question connects anew.
  [[nodiscard]] std::string ask(std::string_view question);
  void close();

 private:
  [[nodiscard]] bool connect();

  const std::uint16_t port_;
  int socket_ = -1;
};

}  // namespace buzzer::bench
