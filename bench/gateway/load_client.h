// A client of buzzer.v1.json as a load generator: executes a script of requests one after the other, then posts, or
// counts what is pushed. Cheap: looks for a few words instead of parsing.
//
// All belong to the bench's one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/websocket_client.h"

namespace buzzer::bench {

// When each buzz was sent, by the number that its text is; and what became of the pushes.
struct Deliveries {
  std::vector<base::MonotonicTime> sent;  // by number
  std::uint64_t count = 0;                // pushes of buzzes
  std::uint64_t out_of_order = 0;         // not the one after the last, on the same client
  base::MonotonicTime last;
  std::vector<float> took_ms;  // of each, if wanted
  bool wants_times = false;
};

class LoadClient final : private client::WebSocketHandler {
 public:
  // Begins to connect. `script`: requests without their id, such as `"type":"ping"`; each must succeed, or the bench
  // ends.
  LoadClient(const client::WebSocketServices& services, std::uint16_t port, std::vector<std::string> script,
             Deliveries& deliveries);

  [[nodiscard]] bool is_ready() const { return ready_; }

  // Posts that text; `done` once it is answered.
  void post(std::string_view text, std::function<void()> done);
  void set_reading(bool on) { client_->set_reading(on); }

 private:
  void on_open(std::string_view subprotocol) override;
  void on_message(std::string_view text) override;
  void on_closed(std::uint16_t code, std::string_view reason) override;

  void send_next();
  void pushed(std::string_view text);

  base::EventLoop& loop_;
  Deliveries& deliveries_;
  std::vector<std::string> script_;
  std::size_t next_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t last_number_ = 0;
  bool ready_ = false;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> posts_;
  std::unique_ptr<client::WebSocketClient> client_;
};

}  // namespace buzzer::bench
