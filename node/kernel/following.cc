#include "node/kernel/following.h"

#include <algorithm>

#include "node/kernel/home_shard.h"
#include "node/kernel/sweeps.h"
#include "proto/errors.h"

namespace buzzer::kernel {
namespace {

using proto::Event;

proto::Arrival& note_edge(Decider& decider, proto::Arrival::Kind kind, std::string_view follower,
                          std::string_view author, std::string_view registered) {
  proto::Arrival& arrival = decider.note_arrival(kind);
  arrival.mutable_follower()->assign(follower);
  arrival.mutable_author()->assign(author);
  if (registered != author) arrival.mutable_author_name()->assign(registered);
  const proto::Account* account = decider.state().account(follower);
  if (account != nullptr && account->name() != follower) arrival.set_follower_name(account->name());
  return arrival;
}

}  // namespace

std::uint64_t followers_in(const StateView& state, std::string_view author, ShardId shard) {
  const proto::AuthorInterest* interest = state.interest(author);
  return interest == nullptr ? 0 : followers_in(*interest, shard);
}

std::uint64_t followers_in(const proto::AuthorInterest& interest, ShardId shard) {
  return shard.value() < interest.followers_size() ? interest.followers(shard.value()) : 0;
}

std::uint64_t declared_in(const StateView& state, std::string_view author, ShardId shard) {
  const proto::AuthorInterest* interest = state.interest(author);
  return interest == nullptr ? 0 : declared_in(*interest, shard);
}

std::uint64_t declared_in(const proto::AuthorInterest& interest, ShardId shard) {
  return shard.value() < interest.epochs_size() ? interest.epochs(shard.value()) : 0;
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
  note_edge(decider, proto::Arrival::FOLLOWED, follower, author, registered);
  proto::EdgePut& put = *decider.add(Event::kEdgePut).mutable_edge_put();
  put.mutable_follower()->assign(follower);
  put.mutable_author()->assign(author);
  put.mutable_edge()->set_author(registered);
  put.mutable_edge()->set_position(decider.position());
}

void erase_edge(Decider& decider, std::string_view follower, std::string_view author, const proto::FollowEdge& edge,
                const proto::Reply& reply) {
  if (!edge.pending()) note_edge(decider, proto::Arrival::UNFOLLOWED, follower, author, edge.author());
  proto::EdgeErased& erased = *decider.add(Event::kEdgeErased).mutable_edge_erased();
  erased.mutable_follower()->assign(follower);
  erased.mutable_author()->assign(author);
  for (const std::string& key : edge.keys()) decider.resolve_key(follower, key, reply);
}

void note_unchanged(Decider& decider, proto::Arrival::Kind kind, std::string_view follower, std::string_view author,
                    std::string_view name) {
  note_edge(decider, kind, follower, author, name).set_unchanged(true);
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

std::optional<std::string> answer_edges(Decider& decider, std::string_view author, proto::FollowedAuthor record,
                                        std::string_view from) {
  const StateView& state = decider.state();
  proto::Reply reply;
  reply.set_time_ms(decider.clock_ms());
  if (!record.accepted()) {
    reply.clear_time_ms();
    reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnknownUser));
    reply.set_message("no such user: " + std::string(author));
  }
  std::size_t room = kMostAnswered;
  std::size_t looks = kMostLookedAtToAnswer;
  std::uint64_t gone = 0;
  std::optional<std::string> next;
  state.visit_followers(author, from, [&](std::string_view visited) {
    const std::string follower(visited);
    proto::FollowEdge edge;
    if (const proto::FollowEdge* found = state.edge(follower, author)) edge = *found;
    const bool changes = !record.accepted() || edge.pending();
    const std::size_t cost = changes ? 1 + static_cast<std::size_t>(edge.keys_size()) : 0;
    if (cost > room || looks == 0) {
      next = follower;
      return false;
    }
    room -= cost;
    --looks;
    if (!record.accepted()) {
      erase_edge(decider, follower, author, edge, reply);
      ++gone;
    } else if (edge.pending()) {
      put_active_edge(decider, follower, author, record.name());
      for (const std::string& key : edge.keys()) decider.resolve_key(follower, key, reply);
    }
    return true;
  });
  if (record.accepted()) return next;
  record.set_followers(next ? record.followers() - std::min(gone, record.followers()) : 0);
  if (next) {
    put_followed_author(decider, author, record);
  } else {
    erase_followed_author(decider, author);
  }
  // Whoever came while the question was under way was declared behind it: perhaps there was such a user by then.
  declare_interest(decider, shard_of_user(author), author, record.followers());
  return next;
}

}  // namespace buzzer::kernel
