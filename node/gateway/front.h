// The door of the gateway: the node's HTTP server, what it answers, and the way from an upgraded connection to a
// session on one of the workers.
//
//   /healthz          200 while the process turns
//   /readyz           200 when this node's shards serve, else 503
//   /metrics          figures of this node for Prometheus
//   /api/v1/grid      who is alive, where, and which links are up: Grid of docs/protocols/websocket.md, without `home`
//   /api/v1/session   the session cookie (session_cookie.h)
//   /ws               WebSocket: buzzer.v1.json if the client offers it, else the text protocol
//   /echo             WebSocket that says back what it is told, if the options want it: for tests (echo_session.h)
//   /static/          the folder of --static-root, without our Content-Security-Policy
//   /                 our own client, the folder of --web-root; without it a redirect to /static/
//
// Belongs to the thread of the first gateway worker.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/handshake.h"
#include "node/gateway/gateway_worker.h"
#include "node/gateway/origins.h"
#include "node/http/routes.h"
#include "node/http/server.h"
#include "node/http/static_files.h"

namespace buzzer::gateway {

struct FrontOptions {
  http::ServerOptions http;
  std::filesystem::path static_root;         // empty: none
  std::filesystem::path web_root;            // empty: none
  std::map<base::NodeId, std::string> urls;  // where clients reach the nodes: pages of these are ours (origins.h)
  bool grid_is_public = false;               // whether /api/v1/grid tells everybody everything
  bool echo = false;                         // whether /echo is there
};

// What the door answers of the node behind it. Called on its thread.
struct FrontSources {
  std::function<bool()> ready;                                         // whether this node serves
  std::function<void(std::function<void(std::string)> done)> metrics;  // the page; `done` on this thread, later
};

class Front {
 public:
  // `workers`: the first is the one whose thread this is. All must outlive it.
  Front(FrontOptions options, std::vector<GatewayWorker*> workers, FrontSources sources);

  // Errors: a folder that cannot be served, the port is taken.
  [[nodiscard]] base::Result<void> start();
  // Lets nobody in any more.
  void stop();

  [[nodiscard]] http::Counts http_counts() const { return server_ ? server_->counts() : http::Counts{}; }
  [[nodiscard]] std::size_t http_connections() const { return server_ ? server_->connections() : 0; }

 private:
  void add_node();
  [[nodiscard]] base::Result<void> add_files();
  void upgrade(const http::Request& request, const http::Answer& answer);
  void upgrade_to_echo(const http::Request& request, const http::Answer& answer);
  // Hands the connection over to a worker, if the request may have it.
  void hand_over(const http::Request& request, const http::Answer& answer, const client::UpgradeVerdict& verdict,
                 Upgraded upgraded);

  const FrontOptions options_;
  const std::vector<GatewayWorker*> workers_;
  const FrontSources sources_;
  const Origins origins_;
  std::unique_ptr<const http::StaticFiles> static_files_;
  std::unique_ptr<const http::StaticFiles> web_files_;
  http::Routes routes_;
  std::unique_ptr<http::Server> server_;
  std::size_t next_worker_ = 0;
};

}  // namespace buzzer::gateway
