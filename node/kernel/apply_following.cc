// How events change the follow graph: edges, and how many follow where.
#include "node/kernel/applier.h"
#include "node/kernel/following.h"

namespace buzzer::kernel {
namespace {

bool is_active(const proto::FollowEdge* edge) { return edge != nullptr && !edge->pending(); }

}  // namespace

bool Applier::edge_put(const proto::EdgePut& event) {
  const int before = is_active(state_.edge(event.follower(), event.author())) ? 1 : 0;
  const int after = is_active(&event.edge()) ? 1 : 0;
  state_.put_edge(event.follower(), event.author(), event.edge());
  return count(event.follower(), &proto::Account::following, &proto::Account::set_following, after - before);
}

bool Applier::edge_erased(const proto::EdgeErased& event) {
  const proto::FollowEdge* edge = state_.edge(event.follower(), event.author());
  if (edge == nullptr) return false;
  const int before = is_active(edge) ? 1 : 0;
  state_.erase_edge(event.follower(), event.author());
  return count(event.follower(), &proto::Account::following, &proto::Account::set_following, -before);
}

// A new turn is an id like a buzz's: never given twice.
bool Applier::followed_author_put(const proto::FollowedAuthorPut& event) {
  const proto::FollowedAuthor* found = state_.followed_author(event.author());
  if (found == nullptr || found->turn() != event.record().turn()) {
    if (event.record().turn() <= shard_.last_id()) return false;
    shard_.set_last_id(event.record().turn());
  }
  state_.put_followed_author(event.author(), event.record());
  return true;
}

bool Applier::interest_put(std::string_view author, std::uint32_t shard, std::uint64_t followers, std::uint64_t epoch) {
  if (!is_shard(shard)) return false;
  proto::AuthorInterest interest;
  if (const proto::AuthorInterest* found = state_.interest(author)) interest = *found;
  const std::uint64_t before = followers_in(interest, to_shard(shard));
  const auto at = static_cast<int>(shard);
  while (interest.followers_size() <= at) interest.add_followers(0);
  while (interest.epochs_size() < interest.followers_size()) interest.add_epochs(0);
  interest.set_followers(at, followers);
  interest.set_epochs(at, epoch);
  while (!interest.followers().empty() && *interest.followers().rbegin() == 0) {
    interest.mutable_followers()->RemoveLast();
    interest.mutable_epochs()->RemoveLast();
  }
  interest.followers().empty() ? state_.erase_interest(author) : state_.put_interest(author, interest);
  return count(author, &proto::Account::followers, &proto::Account::set_followers,
               static_cast<std::int64_t>(followers - before));
}

}  // namespace buzzer::kernel
