#include "node/kernel/following.h"

#include <utility>

#include "node/kernel/sweeps.h"

namespace buzzer::kernel {
namespace {

using proto::Event;

void note_edge(Decider& decider, proto::Arrival::Kind kind, std::string_view follower, std::string_view author) {
  proto::Arrival& arrival = decider.note_arrival(kind);
  arrival.mutable_follower()->assign(follower);
  arrival.mutable_author()->assign(author);
}

}  // namespace

std::uint64_t followers_in(const StateView& state, std::string_view author, ShardId shard) {
  const proto::AuthorInterest* interest = state.interest(author);
  if (interest == nullptr || shard.value() >= interest->followers_size()) return 0;
  return interest->followers(shard.value());
}

std::uint64_t declared_in(const StateView& state, std::string_view author, ShardId shard) {
  const proto::AuthorInterest* interest = state.interest(author);
  if (interest == nullptr || shard.value() >= interest->epochs_size()) return 0;
  return interest->epochs(shard.value());
}

void put_interest(Decider& decider, std::string_view author, ShardId shard, std::uint64_t followers,
                  std::uint64_t epoch) {
  proto::InterestPut& put = *decider.add(Event::kInterestPut).mutable_interest_put();
  put.mutable_author()->assign(author);
  put.set_shard(shard.value());
  put.set_followers(followers);
  put.set_epoch(epoch);
}

void put_active_edge(Decider& decider, std::string_view follower, std::string_view author,
                     const std::string& registered) {
  note_edge(decider, proto::Arrival::FOLLOWED, follower, author);
  proto::EdgePut& put = *decider.add(Event::kEdgePut).mutable_edge_put();
  put.mutable_follower()->assign(follower);
  put.mutable_author()->assign(author);
  put.mutable_edge()->set_author(registered);
  put.mutable_edge()->set_position(decider.position());
}

void erase_edge(Decider& decider, std::string_view follower, std::string_view author, const proto::FollowEdge& edge,
                const proto::Reply& reply) {
  if (!edge.pending()) note_edge(decider, proto::Arrival::UNFOLLOWED, follower, author);
  proto::EdgeErased& erased = *decider.add(Event::kEdgeErased).mutable_edge_erased();
  erased.mutable_follower()->assign(follower);
  erased.mutable_author()->assign(author);
  for (const std::string& key : edge.keys()) decider.resolve_key(follower, key, reply);
}

void put_followed_author(Decider& decider, std::string_view author, const proto::FollowedAuthor& record) {
  proto::FollowedAuthorPut& put = *decider.add(Event::kFollowedAuthorPut).mutable_followed_author_put();
  put.mutable_author()->assign(author);
  *put.mutable_record() = record;
}

void erase_followed_author(Decider& decider, std::string_view author) {
  decider.add(Event::kFollowedAuthorErased).mutable_followed_author_erased()->mutable_author()->assign(author);
  sweep_author(decider, author);
}

void declare_interest(Decider& decider, ShardId home, std::string_view author, std::uint64_t followers) {
  proto::DeclareInterest& declared = *decider.queue_row(home).mutable_interest();
  declared.mutable_author()->assign(author);
  declared.set_followers(followers);
}

void ask_for_interest(Decider& decider, ShardId home, std::string_view author, const proto::FollowedAuthor& record) {
  proto::DeclareInterest& declared = *decider.queue_row(home).mutable_interest();
  declared.mutable_author()->assign(author);
  declared.set_followers(record.followers());
  declared.set_asks(true);
  declared.set_turn(record.turn());
}

std::vector<Follower> followers_here(const StateView& state, std::string_view author) {
  std::vector<Follower> followers;
  state.visit_followers(author, "", [&](std::string_view name) {
    followers.push_back({std::string(name), {}});
    return true;
  });
  for (Follower& follower : followers) {
    if (const proto::FollowEdge* edge = state.edge(follower.name, author)) follower.edge = *edge;
  }
  return followers;
}

}  // namespace buzzer::kernel
