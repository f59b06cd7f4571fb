// The microblog's part of a node: the shards whose home is here, and the way to all others: routing, gossip,
// subscriptions. Wired here, for the node and for the simulation alike.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "node/grid/feed_access.h"
#include "node/grid/feed_service.h"
#include "node/grid/gossip.h"
#include "node/grid/homes.h"
#include "node/grid/local_homes.h"
#include "node/grid/router.h"
#include "node/grid/shard_access.h"
#include "node/grid/subscriptions.h"

namespace buzzer::grid {

struct MicroblogOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  shard::ShardOptions shards;  // of each; which one it is, is filled in
};

// All must outlive it.
struct MicroblogServices {
  journal::StoreKeeper& keeper;
  base::EventLoop& loop;
  base::Random& random;
  base::Log& log;
  MeshSender& mesh;
};

class Microblog final : private Homes, private HomesEvents, private shard::PushSender {
 public:
  // `refused` is told of a store that must not be served here (LocalHomes).
  Microblog(const MicroblogOptions& options, const MicroblogServices& services, LocalHomes::RefusedCallback refused);
  ~Microblog() override;

  // As LocalHomes::start.
  void start(std::function<void()> settled = nullptr) { homes_.start(std::move(settled)); }

  // What the mesh tells; `arrived`: when.
  void alive_changed(const std::vector<base::NodeId>& alive);
  void frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived);
  void clock_offset_changed(std::optional<std::chrono::milliseconds> offset) { homes_.set_clock_offset(offset); }

  [[nodiscard]] Router& router() { return router_; }
  [[nodiscard]] const Router& router() const { return router_; }
  [[nodiscard]] Subscriptions& subscriptions() { return subscriptions_; }
  [[nodiscard]] const LocalHomes& homes() const { return homes_; }
  [[nodiscard]] const Gossip& gossip() const { return gossip_; }

 private:
  void execute(base::ShardId shard, const proto::Command& command, Homes::ReplyCallback callback) override;
  void query(base::ShardId shard, const proto::Query& query, Homes::AnswerCallback callback) override;
  void query_all(const proto::Query& query, Homes::AnswerCallback callback) override;
  [[nodiscard]] proto::Answer owed() const override;
  void on_shard_serves(base::ShardId shard) override { gossip_.shard_serves(shard); }
  void on_shard_stopped(base::ShardId shard) override { gossip_.shard_stopped(shard); }
  void on_rows(base::ShardId from, base::ShardId to) override { gossip_.rows_queued(from, to); }
  [[nodiscard]] bool push(base::NodeId to, const proto::Pushes& pushes) override;

  const base::NodeId self_;
  MeshSender& mesh_;
  LocalHomes homes_;
  ShardAccess access_;
  FeedAccess feeds_;
  Gossip gossip_;
  Router router_;
  Subscriptions subscriptions_;
  FeedService feed_service_;
};

}  // namespace buzzer::grid
