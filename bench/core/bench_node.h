// A node without its control port: the same threads, mesh and core as node/node.cc wires, driven from within the
// process, so that what is measured is the core and not a client's way to it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/asio_transport.h"
#include "base/inbox.h"
#include "base/log.h"
#include "base/random.h"
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

  // Calls `begin` on the worker and waits until the callback that it is given has been called; ends the program when
  // that takes too long.
  void await(const std::function<void(std::function<void()> done)>& begin,
             std::chrono::seconds most = std::chrono::minutes(1));

  [[nodiscard]] base::EventLoop& loop() { return worker_.loop(); }
  [[nodiscard]] grid::Router& router() { return core_.router(); }

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

// An account, and posts in its name.
class Poster {
 public:
  // Numbered from 0; of those names whose home is `home` of `nodes`.
  Poster(std::size_t number, base::NodeId home, std::uint32_t nodes);

  // On the node's worker. Ends the program on any error: what is not done must not be measured.
  void register_account(grid::Router& router, std::function<void()> done);
  void post(grid::Router& router, std::function<void()> done);

 private:
  void execute(grid::Router& router, std::function<void()> done);

  const std::int64_t begun_;  // of its keys, which must not be those of an earlier life
  proto::Command command_;
  std::uint64_t commands_ = 0;
};

}  // namespace buzzer::bench
