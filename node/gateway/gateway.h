// The gateway of a node, wired: its workers, their common door, and their way to the core.
//
// Made and destroyed on the node's main thread while no loop runs; started and stopped on the first worker's. The loops
// of the workers, and the core's, are run by others.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "node/gateway/core_service.h"
#include "node/gateway/front.h"
#include "node/gateway/gateway_worker.h"
#include "node/gateway/grid_view.h"
#include "node/gateway/metrics_page.h"
#include "node/gateway/password_pool.h"

namespace buzzer::gateway {

struct GatewayOptions {
  WorkerOptions worker;  // of each; its index is filled in
  FrontOptions front;    // its `urls` and `grid_is_public` are filled in
  PasswordPoolOptions passwords;
  std::map<base::NodeId, std::string> urls;  // where clients reach the nodes, as far as that is known
};

// What the gateway stands on; all of it lives on the thread of the core, whose loop that is. All must outlive it.
struct GatewayCore {
  base::EventLoop& loop;
  grid::Router& router;
  grid::Subscriptions& subscriptions;
  GridSource& source;
};

class Gateway {
 public:
  // `loops`: one for each worker, which do not run yet; they outlive it. `ready`: whether the node serves; any thread.
  Gateway(const GatewayOptions& options, const std::vector<base::AsioEventLoop*>& loops, const GatewayCore& core,
          std::function<bool()> ready);
  // When no loop runs any more.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // On the first worker's thread.
  [[nodiscard]] base::Result<void> start() { return front_.start(); }
  // On the first worker's thread: lets nobody in any more, and asks those who are in to go elsewhere.
  void stop();

 private:
  struct Gathering;

  [[nodiscard]] std::vector<GatewayWorker*> all() const;
  // On the first worker's thread, where `done` is called too: the metrics of all threads.
  void gather(std::function<void(std::string)> done);
  void gather_from_core(const std::shared_ptr<Gathering>& gathering);
  void take_part(const std::shared_ptr<Gathering>& gathering, std::function<void(NodeFigures&)> part);

  const GatewayOptions options_;
  const GatewayCore core_;
  CoreCounts counts_;  // of the core's thread, like the view
  GridView view_;
  PasswordPool passwords_;
  CoreInbox to_core_;
  std::vector<std::unique_ptr<GatewayWorker>> workers_;
  CoreService service_;
  Front front_;
};

}  // namespace buzzer::gateway
