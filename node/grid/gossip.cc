#include "node/grid/gossip.h"

#include <algorithm>
#include <string>
#include <utility>

namespace buzzer::grid {

Gossip::Gossip(const GossipOptions& options, base::EventLoop& loop, GossipShards& shards, MeshSender& mesh,
               base::Log& log)
    : options_(options),
      loop_(loop),
      shards_(shards),
      log_(log),
      who_(options.self, options.nodes),
      frames_(
          options.self, loop, mesh, [this](const proto::Gossip& gossip) { take(options_.self, gossip); },
          [this](base::NodeId node) {
            not_announced_.insert(node);
            if (announce_timer_ == nullptr) {
              announce_timer_ = loop_.call_after(options_.ask_again, [this] { announce_again(); });
            }
          }),
      out_(options, loop, shards, who_, frames_),
      in_(options, shards, frames_) {}

void Gossip::shard_serves(base::ShardId shard) {
  if (began_.empty()) loop_.post(here_.while_here([this] { introduce(); }));
  began_.insert(shard);
}

void Gossip::shard_stopped(base::ShardId shard) {
  began_.erase(shard);
  who_.stopped(shard);
  out_.sender_stopped(shard);
  out_.receiver_stopped(shard);
}

void Gossip::rows_queued(base::ShardId from, base::ShardId to) { out_.rows_queued(from, to); }

void Gossip::introduce() {
  for (const base::ShardId shard : std::exchange(began_, {})) {
    if (!shards_.serves(shard)) continue;
    // The others that serve are made known to it here; to them it is, when its announcement comes.
    const std::vector<base::ShardId> others = who_.all();
    who_.began(shard, shards_.incarnation(shard));
    for (const base::ShardId other : others) {
      if (who_.serves(shard)) acquaint(shard, other);
    }
    if (!who_.serves(shard)) continue;  // it has stopped over it
    out_.sender_serves(shard);
    for (const base::NodeId node : who_.alive()) announce(shard, node);
  }
}

void Gossip::announce(base::ShardId shard, base::NodeId to) {
  proto::ShardServes serves;
  serves.set_shard(shard.value());
  serves.set_incarnation(who_.incarnation(shard));
  frames_.add(to, std::move(serves));
}

void Gossip::announce_again() {
  announce_timer_.reset();
  for (const base::NodeId node : std::exchange(not_announced_, {})) {
    if (!who_.is_alive(node)) continue;
    for (const base::ShardId shard : who_.own()) announce(shard, node);
  }
}

void Gossip::acquaint(base::ShardId own, base::ShardId peer) {
  if (shards_.peer_serves(own, peer, who_.incarnation(peer)) && who_.serves(own)) {
    in_.tell_unasked(who_.node_of(peer), peer, own);
  }
}

void Gossip::announced(base::ShardId shard, std::uint64_t incarnation) {
  who_.began(shard, incarnation);
  for (const base::ShardId own : who_.own()) {
    if (own != shard && who_.serves(own)) acquaint(own, shard);
  }
  if (who_.serves(shard)) out_.receiver_serves(shard);
}

void Gossip::frame_arrived(base::NodeId from, const proto::LinkFrame& frame) {
  if (frame.has_gossip() && from != options_.self && who_.is_alive(from)) take(from, frame.gossip());
}

void Gossip::take(base::NodeId from, const proto::Gossip& gossip) {
  for (const proto::ShardServes& serves : gossip.serves()) take_serves(from, serves);
  for (const proto::StreamQuestion& question : gossip.questions()) {
    const auto sender = who_.shard_of(from, question.from());
    const auto receiver = who_.shard_of(options_.self, question.to());
    if (!sender || !receiver || sender == receiver) {
      ignore(from);
      continue;
    }
    in_.asked(from, *sender, *receiver, question);
  }
  for (const proto::StreamState& state : gossip.states()) take_state(from, state);
  for (const proto::StreamRows& rows : gossip.rows()) {
    const auto sender = who_.shard_of(from, rows.from());
    const auto receiver = who_.shard_of(options_.self, rows.to());
    if (!sender || !receiver || sender == receiver) {
      ignore(from);
      continue;
    }
    in_.rows_arrived(from, *receiver, rows);
  }
}

void Gossip::take_serves(base::NodeId from, const proto::ShardServes& serves) {
  const auto shard = who_.shard_of(from, serves.shard());
  if (!shard || serves.incarnation() == 0) return ignore(from);
  if (from == options_.self && !who_.serves(*shard)) return;  // it has stopped meanwhile
  announced(*shard, serves.incarnation());
}

void Gossip::take_state(base::NodeId from, const proto::StreamState& state) {
  const auto sender = who_.shard_of(options_.self, state.from());
  const auto receiver = who_.shard_of(from, state.to());
  if (!sender || !receiver || sender == receiver || state.incarnation() == 0) return ignore(from);
  // A shard that answers serves, though its announcement may have got lost.
  if (from != options_.self && !who_.serves(*receiver)) announced(*receiver, state.incarnation());
  out_.told(*sender, *receiver, state);
}

void Gossip::ignore(base::NodeId from) {
  if (!throttle_.allows(std::to_string(from.value()), loop_.now())) return;
  log_.warn("gossip", "ignored what a peer says of streams that are not its and this node's", {{"peer", from}});
}

void Gossip::alive_changed(const std::vector<base::NodeId>& alive) {
  const std::set<base::NodeId> now(alive.begin(), alive.end());
  for (const base::NodeId node : std::set<base::NodeId>(who_.alive())) {
    if (node == options_.self || now.count(node) > 0) continue;
    who_.left(node);
    out_.node_left(node);
  }
  for (const base::NodeId node : now) {
    if (who_.is_alive(node)) continue;
    who_.came(node);
    for (const base::ShardId shard : who_.own()) announce(shard, node);
    out_.node_came(node);
  }
}

std::vector<Gossip::Owed> Gossip::owed() const {
  std::vector<Owed> found;
  for (const base::ShardId from : who_.own()) {
    for (const base::ShardId to : shards_.streams_of(from)) {
      if (const std::uint64_t rows = out_.owed(from, to); rows > 0) found.push_back({from, to, rows});
    }
  }
  return found;
}

}  // namespace buzzer::grid
