// A node without its control port: the same threads, mesh and core as node/node.cc wires, driven from within the
// process, so that what is measured is the core and not a client's way to it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/asio_transport.h"
#include "base/inbox.h"
#include "base/log.h"
#include "base/random.h"
#include "bench/core/await.h"
#include "node/mesh_thread.h"
#include "node/node_core.h"
#include "node/worker.h"

namespace buzzer::bench {

class BenchNode {
 public:
  // `options` are complete; a grid of one needs no key.
  explicit BenchNode(const node::NodeOptions& options);
  BenchNode(const BenchNode&) = delete;
  BenchNode& operator=(const BenchNode&) = delete;
  ~BenchNode();

  // Returns once all its shards serve.
  void start();
  // Returns once it sees that many nodes, itself included.
  void wait_for_alive(std::size_t nodes);

  // Whether any node of the grid has still something to deliver to another one's shards, or may have.
  [[nodiscard]] bool grid_owes();

  // As await_on, on the worker.
  void await(const std::function<void(std::function<void()> done)>& begin,
             std::chrono::seconds most = std::chrono::minutes(1)) {
    await_on(worker_.loop(), begin, most);
  }

  [[nodiscard]] base::EventLoop& loop() { return worker_.loop(); }
  [[nodiscard]] grid::Router& router() { return core_.router(); }
  [[nodiscard]] grid::Subscriptions& subscriptions() { return core_.subscriptions(); }

 private:
  void take(node::MeshReport&& report);

  base::SystemRandom random_;
  std::unique_ptr<base::Log> log_;
  node::Worker worker_{"worker-0"};
  base::Inbox<node::MeshReport> reports_;
  node::NodeCore core_;
  std::unique_ptr<linkmgr::HealthSource> health_;
  std::size_t alive_ = 1;
  std::function<void()> alive_changed_;
  node::MeshThread mesh_;
};

}  // namespace buzzer::bench
