#include "tests/unit/kernel/kernel_grid.h"

#include <gtest/gtest.h>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

template <class ShardOf>
std::string nth_at(ShardId shard, int n, const std::string& beginning, const ShardOf& shard_of) {
  for (int i = 0;; ++i) {
    std::string name = beginning + std::to_string(i);
    if (shard_of(name) == shard && n-- == 0) return name;
  }
}

}  // namespace

std::string name_at(ShardId shard, int n) { return nth_at(shard, n, "user", shard_of_user); }

std::string topic_at(ShardId shard, int n) { return nth_at(shard, n, "topic", shard_of_topic); }

KernelGrid::KernelGrid(const std::vector<ShardId>& shards) : shards_(shards) {
  for (const ShardId shard : shards) {
    nodes_[shard] = std::make_unique<Node>();
    node(shard).life = random_number();
    node(shard).incarnation = random_number();
  }
}

std::uint64_t KernelGrid::random_number() {
  return random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
}

proto::Command KernelGrid::command(const std::string& account) {
  proto::Command command;
  command.set_account(account);
  command.set_key("key " + std::to_string(++keys_));
  command.set_key_created_ms(now_ms_);
  return command;
}

proto::Reply KernelGrid::run(const proto::Command& command) {
  last_ = command;
  const ShardId home = shard_of_user(lower_name(command.account()));
  decide(state(home), command, moment(home), decision_);
  waits_ = decision_.waits;
  apply_decision(home);
  return decision_.reply;
}

proto::Reply KernelGrid::register_user(const std::string& name) {
  auto wish = command(name);
  wish.mutable_register_account()->set_name(name);
  return run(wish);
}

proto::Reply KernelGrid::post(const std::string& author, const std::string& text, std::uint64_t in_reply_to) {
  auto wish = command(author);
  wish.mutable_post_buzz()->set_text(text);
  wish.mutable_post_buzz()->set_in_reply_to(in_reply_to);
  // As the router does.
  const auto home = nodes_.find(id_shard(BuzzId(in_reply_to)));
  const proto::Buzz* parent =
      in_reply_to == 0 || home == nodes_.end() ? nullptr : home->second->state.buzz(BuzzId(in_reply_to));
  if (parent != nullptr && !parent->deleted()) {
    wish.mutable_post_buzz()->set_root(parent->root() == 0 ? parent->id() : parent->root());
  }
  return run(wish);
}

proto::Reply KernelGrid::edit(const std::string& author, std::uint64_t id, const std::string& text) {
  auto wish = command(author);
  wish.mutable_edit_buzz()->set_id(id);
  wish.mutable_edit_buzz()->set_text(text);
  return run(wish);
}

proto::Reply KernelGrid::remove(const std::string& author, std::uint64_t id) {
  auto wish = command(author);
  wish.mutable_delete_buzz()->set_id(id);
  return run(wish);
}

proto::Reply KernelGrid::follow(const std::string& follower, const std::string& author) {
  auto wish = command(follower);
  wish.mutable_follow_user()->set_name(author);
  return run(wish);
}

proto::Reply KernelGrid::unfollow(const std::string& follower, const std::string& author) {
  auto wish = command(follower);
  wish.mutable_unfollow_user()->set_name(author);
  return run(wish);
}

const proto::Reply* KernelGrid::resolved(const std::string& account, const std::string& key) const {
  const auto found = resolved_.find({lower_name(account), key});
  return found == resolved_.end() ? nullptr : &found->second;
}

bool KernelGrid::apply_decision(ShardId shard) {
  if (decision_.entry.events().empty()) return false;
  EXPECT_TRUE(apply(state(shard), decision_.entry)) << "what was decided does not fit the state it was decided on";
  for (const proto::Event& event : decision_.entry.events()) {
    if (!event.has_key_resolved()) continue;
    const proto::KeyResolved& key = event.key_resolved();
    EXPECT_TRUE(resolved_[std::pair(key.account(), key.key())].ParseFromString(key.record().reply()));
  }
  return true;
}

std::vector<KernelGrid::Packet> KernelGrid::send(ShardId from, ShardId to, std::size_t most_bytes) {
  std::vector<Packet> packets;
  MapState& sender = state(from);
  const StreamPlace place = stream_place(state(to), from);
  Meeting meeting = judge_stream(sender, to, place);
  if (meeting == Meeting::kBroken) {
    decide_stream_begin(sender, to, random_number(), moment(from), decision_);
    EXPECT_TRUE(apply_decision(from));
    meeting = judge_stream(sender, to, place);
  }
  std::uint64_t number = meeting == Meeting::kMeets ? place.number + 1 : 1;
  std::vector<proto::Delivery> rows;
  collect_rows(sender, to, number, most_bytes, rows);
  if (rows.empty()) return packets;
  const std::uint64_t generation = sender.out_stream(to)->generation();
  for (proto::Delivery& row : rows) {
    packets.push_back({from, to, node(from).incarnation, generation, number++, std::move(row)});
  }
  return packets;
}

bool KernelGrid::deliver(const Packet& packet) {
  const Received received{packet.from, packet.incarnation, packet.generation, packet.number, &packet.delivery};
  decide_delivery(state(packet.to), received, moment(packet.to), decision_);
  return apply_decision(packet.to);
}

void KernelGrid::acknowledge(ShardId from, ShardId to) {
  const StreamPlace place = stream_place(state(to), from);
  if (state(from).out_stream(to) == nullptr || judge_stream(state(from), to, place) != Meeting::kMeets) return;
  decide_acknowledged(state(from), to, node(to).incarnation, place, moment(from), decision_);
  apply_decision(from);
}

bool KernelGrid::exchange(ShardId from, ShardId to) {
  bool any = false;
  for (const Packet& packet : send(from, to)) any = deliver(packet) || any;
  acknowledge(from, to);
  return any;
}

bool KernelGrid::upkeep(ShardId shard, const UpkeepOptions& options) {
  decide_upkeep(state(shard), options, moment(shard), decision_);
  return apply_decision(shard);
}

bool KernelGrid::settle(const UpkeepOptions& options) {
  for (int round = 0; round < 1000; ++round) {
    bool any = false;
    for (const ShardId from : shards_) {
      for (const ShardId to : shards_) any = (from != to && exchange(from, to)) || any;
      any = upkeep(from, options) || any;
    }
    if (!any) return true;
  }
  return false;
}

void KernelGrid::restart(ShardId shard) {
  node(shard).life = random_number();
  introduce(shard);
}

void KernelGrid::wipe(ShardId shard) { restore(shard, MapState(), false); }

void KernelGrid::restore(ShardId shard, const MapState& backup, bool incarnation_stays) {
  state(shard).restore(backup);
  if (!incarnation_stays) node(shard).incarnation = random_number();
  restart(shard);
}

void KernelGrid::introduce(ShardId shard) {
  const auto tell = [this](ShardId told, ShardId about) {
    decide_peer_incarnation(state(told), about, node(about).incarnation, random_number(), moment(told), decision_);
    apply_decision(told);
  };
  for (const ShardId other : shards_) {
    if (other == shard) continue;
    tell(other, shard);
    tell(shard, other);
  }
}

}  // namespace buzzer::kernel
