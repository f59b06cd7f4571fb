// A client as a load generator: executes a script of requests one after the other, then posts, or counts what is
// pushed. Cheap: looks for a few words instead of parsing.
//
// Whatever is not as it must be ends the bench (give_up): a request that fails, a push that is not the next of its
// author, a connection that closes.
//
// All belong to the bench's one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/gateway/deliveries.h"
#include "client/websocket_client.h"

namespace buzzer::bench {

enum class Protocol : std::uint8_t { kJson, kText };

class LoadClient final : private client::WebSocketHandler {
 public:
  // Begins to connect. `script`: requests; of buzzer.v1.json without braces and id, such as `"type":"ping"`, of the
  // text protocol as they are, and such as are answered with OK.
  LoadClient(const client::WebSocketServices& services, std::uint16_t port, std::vector<std::string> script,
             Deliveries& deliveries, Protocol protocol = Protocol::kJson);

  // Connected, and the script answered, its subscriptions live.
  [[nodiscard]] bool is_ready() const { return ready_ && awaited_marks_ == 0; }
  // When it is ready: more to do.
  void execute(std::vector<std::string> script);
  // Of the last login; empty if there was none.
  [[nodiscard]] const std::string& token() const { return token_; }

  // When it is ready: posts that text, in which nothing needs escaping; `done` once it is answered.
  void post(std::string_view text, std::function<void()> done);

  // Stops reading. From now on the node may close the connection because nothing was read for too long.
  void stall();
  // Reads on.
  void recover() { client_->set_reading(true); }
  // The node has closed it while it had stalled.
  [[nodiscard]] bool was_dropped() const { return dropped_; }

 private:
  void on_open(std::string_view subprotocol) override;
  void on_message(std::string_view text) override;
  void on_closed(std::uint16_t code, std::string_view reason) override;

  void send_next();
  void send(std::string_view request);
  void answered(std::string_view text);
  void pushed(std::string_view text);

  base::EventLoop& loop_;
  Deliveries& deliveries_;
  const Protocol protocol_;
  std::vector<std::string> script_;
  std::size_t next_ = 0;
  std::uint64_t last_id_ = 0;
  std::size_t awaited_marks_ = 0;
  std::vector<std::uint64_t> last_numbers_;  // by author; made with the first push
  bool ready_ = false;
  bool stalled_ = false;
  bool dropped_ = false;
  std::string token_;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> posts_;
  std::unique_ptr<client::WebSocketClient> client_;
};

}  // namespace buzzer::bench
