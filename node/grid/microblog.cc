#include "node/grid/microblog.h"

#include <utility>

#include "proto/errors.h"

namespace buzzer::grid {
namespace {

RouterOptions router_options(const MicroblogOptions& options, base::Random& random) {
  RouterOptions router;
  router.self = options.self;
  router.nodes = options.nodes;
  router.first_number = random.next() >> 1;  // with room to count
  return router;
}

GossipOptions gossip_options(const MicroblogOptions& options) {
  GossipOptions gossip;
  gossip.self = options.self;
  gossip.nodes = options.nodes;
  return gossip;
}

SubscriptionsOptions subscriptions_options(const MicroblogOptions& options, base::Random& random) {
  SubscriptionsOptions subscriptions;
  subscriptions.self = options.self;
  subscriptions.nodes = options.nodes;
  subscriptions.first_number = random.next() >> 1;
  subscriptions.mark_every = options.shards.publisher.mark_every;
  return subscriptions;
}

void add_owed(proto::Answer& answer, base::ShardId from, base::ShardId to, std::uint64_t rows) {
  auto& owed = *answer.add_owed();
  owed.set_from(from.value());
  owed.set_to(to.value());
  owed.set_rows(rows);
}

}  // namespace

Microblog::Microblog(const MicroblogOptions& options, const MicroblogServices& services,
                     LocalHomes::RefusedCallback refused)
    : self_(options.self),
      mesh_(services.mesh),
      homes_({options.self, options.nodes, options.shards},
             {services.keeper, services.loop, services.random, services.log, *this, *this}, std::move(refused)),
      access_(homes_),
      feeds_(homes_),
      gossip_(gossip_options(options), services.loop, access_, services.mesh, services.log),
      router_(router_options(options, services.random), services.loop, *this, services.mesh),
      subscriptions_(subscriptions_options(options, services.random), services.loop, feeds_, services.mesh),
      feed_service_(options.self, options.nodes, feeds_) {}

Microblog::~Microblog() = default;

void Microblog::alive_changed(const std::vector<base::NodeId>& alive) {
  router_.alive_changed(alive);
  feed_service_.alive_changed(alive);
  gossip_.alive_changed(alive);
  subscriptions_.alive_changed(alive);
}

void Microblog::frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived) {
  router_.frame_arrived(from, frame, arrived);
  gossip_.frame_arrived(from, frame);
  feed_service_.frame_arrived(from, frame);
  subscriptions_.frame_arrived(from, frame);
}

void Microblog::execute(base::ShardId shard, const proto::Command& command, Homes::ReplyCallback callback) {
  homes_.execute(shard, command, std::move(callback));
}

void Microblog::query(base::ShardId shard, const proto::Query& query, Homes::AnswerCallback callback) {
  homes_.query(shard, query, std::move(callback));
}

void Microblog::query_all(const proto::Query& query, Homes::AnswerCallback callback) {
  homes_.query_all(query, std::move(callback));
}

proto::Answer Microblog::owed() const {
  proto::Answer answer;
  if (homes_.serving() < homes_.shards()) {
    answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
    answer.set_message("not all shards of this node serve at the moment");
    return answer;
  }
  for (const Gossip::Owed& owed : gossip_.owed()) add_owed(answer, owed.from, owed.to, owed.rows);
  // What is not a row yet, or is owed to its own readers alone.
  homes_.for_each_own([&](base::ShardId from) {
    const shard::Shard& shard = *homes_.serving_shard(from);
    for (const base::ShardId to : shard.streams()) {
      if (shard.resyncs(to)) add_owed(answer, from, to, 1);
    }
    if (shard.sweeps()) add_owed(answer, from, from, 1);
  });
  return answer;
}

bool Microblog::push(base::NodeId to, const proto::Pushes& pushes) {
  if (to == self_) {
    subscriptions_.own_shard_pushed(pushes);
    return true;
  }
  proto::LinkFrame frame;
  *frame.mutable_pushes() = pushes;
  return mesh_.send_to(to, proto::encode_frame(frame));
}

}  // namespace buzzer::grid
