// One thread of the gateway: its sessions, and all that they stand on. Sessions are pinned to the worker that adopted
// their connection and touched by no other thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/asio_transport.h"
#include "base/random.h"
#include "node/gateway/awake_core.h"
#include "node/gateway/core_messages.h"
#include "node/gateway/echo_session.h"
#include "node/gateway/flusher.h"
#include "node/gateway/json_session.h"
#include "node/gateway/login.h"
#include "node/gateway/remote_core.h"
#include "node/gateway/session.h"

namespace buzzer::gateway {

struct WorkerOptions {
  std::uint32_t index = 0;
  base::NodeId self;
  std::uint32_t nodes = 1;
  WsLimits connections;
  WsLimits echo = EchoSession::limits();  // of connections to /echo
  JsonLimits json;
  LoginOptions login;
  base::Duration check_every = std::chrono::seconds(5);  // connections, for pings and what goes on for too long
  int send_buffer = 64 << 10;                            // bytes that the system holds for a client that does not read
};

// How a connection has come to be WebSocket's.
struct Upgraded {
  base::OwnedSocket socket;
  Wire wire = Wire::kText;
  bool is_echo = false;                     // of /echo, with no protocol at all
  std::string early;                        // bytes that came behind the handshake
  std::string cookie;                       // the token in the session cookie; empty: none
  base::Duration made = time_since_boot();  // when it asked
  std::shared_ptr<const void> seat;         // among the connections of the node, as long as the session lives
};

// Of one worker, for the metrics.
struct WorkerFigures {
  WsCounts connections;
  std::size_t text_sessions = 0;  // now
  std::size_t json_sessions = 0;
  std::size_t subscriptions = 0;  // to feeds
  std::size_t requests = 0;       // that the core has not answered
  std::size_t queued_bytes = 0;   // of what waits for clients
  std::size_t inbox_waiting = 0;  // messages of the core
  std::uint64_t inbox_refused = 0;
};

class GatewayWorker {
 public:
  // `loop` is the worker's; all must outlive it. Made and destroyed while the loop does not run, or on its thread.
  GatewayWorker(const WorkerOptions& options, base::AsioEventLoop& loop, CoreInbox& core, PasswordPool& passwords);
  ~GatewayWorker();
  GatewayWorker(const GatewayWorker&) = delete;
  GatewayWorker& operator=(const GatewayWorker&) = delete;

  [[nodiscard]] base::AsioEventLoop& loop() { return loop_; }
  // From the core to this worker. Any thread.
  [[nodiscard]] WorkerInbox& inbox() { return inbox_; }
  // These three on the worker's thread.
  [[nodiscard]] Core& core() { return core_; }
  [[nodiscard]] Login& login() { return login_; }
  [[nodiscard]] WorkerFigures figures();
  // Any thread. One that was made before this worker's thread stood still is closed (awake_core.h).
  void adopt(Upgraded upgraded);
  // On the worker's thread: asks all clients to go to another node.
  void close_all();

 private:
  void begin(Upgraded&& upgraded);
  void check();
  void close_all(std::uint16_t code, std::string_view reason);

  const WorkerOptions options_;
  base::AsioEventLoop& loop_;
  base::SystemRandom random_;
  base::AsioTransport transport_;
  WorkerInbox inbox_;
  RemoteCore remote_core_;
  AwakeCore core_;
  Login login_;
  Flusher flusher_;
  SessionServices services_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> sessions_;
  std::size_t json_sessions_ = 0;  // of these
  std::size_t echo_sessions_ = 0;  // likewise
  std::unique_ptr<base::Timer> check_timer_;
};

}  // namespace buzzer::gateway
