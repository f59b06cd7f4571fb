// The microblog's part of a node that is alone in its grid: store on disk, sync thread, shards, gossip and
// subscriptions as node/node_core.cc has them, on a worker, and no links. So what shards owe each other can be asked,
// and feeds subscribed to.
#pragma once

#include <functional>
#include <memory>

#include "base/log.h"
#include "base/random.h"
#include "bench/core/await.h"
#include "node/grid/microblog.h"
#include "node/journal/sync_thread.h"
#include "node/node_options.h"
#include "node/worker.h"

namespace buzzer::bench {

class LoneNode final : private grid::MeshSender {
 public:
  // `options` are complete, of a grid of one.
  explicit LoneNode(const node::NodeOptions& options);
  ~LoneNode() override;

  // Returns once all its shards serve.
  void start();
  void await(const std::function<void(std::function<void()> done)>& begin) { await_on(worker_.loop(), begin); }
  // Returns once no shard owes anything to another, and when that was; to a few milliseconds.
  base::MonotonicTime settle();
  // Likewise, and what was acknowledged is gone from the outboxes: nothing of former work is left to do.
  void rest();

  [[nodiscard]] base::EventLoop& loop() { return worker_.loop(); }
  // On the worker.
  [[nodiscard]] grid::Router& router() { return microblog_.router(); }
  [[nodiscard]] grid::Subscriptions& subscriptions() { return microblog_.subscriptions(); }

 private:
  [[nodiscard]] bool send_to(base::NodeId /*peer*/, proto::EncodedFrame /*frame*/) override { return false; }
  [[nodiscard]] bool is_settled() const { return microblog_.gossip().owed().empty(); }
  [[nodiscard]] bool is_resting() const;
  // Looks until it is so, then calls back.
  void look(const std::function<bool()>& is_so, const std::function<void()>& callback);

  base::SystemRandom random_;
  std::unique_ptr<base::Log> log_;
  node::Worker worker_{"worker-0"};
  journal::SyncThread keeper_;
  grid::Microblog microblog_;
  std::unique_ptr<base::Timer> look_again_;
};

}  // namespace buzzer::bench
