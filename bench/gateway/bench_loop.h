// The one thread of a part of this bench: its loop, its connections, and waiting for what is to happen on them.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "base/asio_transport.h"
#include "base/random.h"
#include "client/websocket_client.h"

namespace buzzer::bench {

// Ends the program: something is not as it must be, and figures would mean nothing.
[[noreturn]] void give_up(std::string_view why);

class BenchLoop {
 public:
  // Lets the process have as many descriptors as the machine allows.
  BenchLoop();

  // Serves the loop until that is so. Machines may be slow and busy: gives up after five minutes only.
  void run_until(const std::function<bool()>& done, std::string_view what);
  // Serves the loop until then, at most a millisecond longer if the turns are short.
  void run_until(base::MonotonicTime until);

  [[nodiscard]] base::AsioEventLoop& loop() { return loop_; }
  [[nodiscard]] base::AsioTransport& transport() { return transport_; }
  [[nodiscard]] base::MonotonicTime now() const { return loop_.now(); }
  [[nodiscard]] double seconds_since(base::MonotonicTime begun) const {
    return std::chrono::duration<double>(now() - begun).count();
  }
  [[nodiscard]] client::WebSocketServices services() { return {loop_, transport_, random_}; }
  // How many this process may have.
  [[nodiscard]] std::size_t most_descriptors() const { return most_descriptors_; }

 private:
  std::size_t most_descriptors_ = 0;
  base::AsioEventLoop loop_;
  base::AsioTransport transport_;
  base::SeededRandom random_{1};  // the masks protect nobody here, and a call of the system for each would be measured
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
};

}  // namespace buzzer::bench
