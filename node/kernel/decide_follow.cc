#include <utility>

#include "base/planted_mistakes.h"
#include "node/kernel/command_decider.h"
#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"

namespace buzzer::kernel {

using proto::ErrorCode;

void CommandDecider::follow(const std::string& name) {
  if (known_account() == nullptr) return;
  const LowerName author(name);
  if (author == account_name_) return refuse(ErrorCode::kOwnAccount, "nobody follows themselves");
  if (!is_name(name)) return refuse(ErrorCode::kUnknownUser, "no such user");
  if (const proto::FollowEdge* edge = state().edge(account_name_.view(), author.view())) {
    if (edge->pending()) return wait_once_more(author, *edge);
    const std::string registered = edge->author();
    const proto::FollowedAuthor* found = state().followed_author(author.view());
    const bool is_going = found != nullptr && !found->accepted();  // a piece at a time (following.h)
    if (is_going) return refuse(ErrorCode::kUnavailable, "that user's home says that there is no such user: ask again");
    return note_unchanged(*this, proto::Arrival::FOLLOWED, account_name_.view(), author.view(), registered);
  }
  if (follows_too_many()) {
    return refuse(ErrorCode::kTooManyFollowed, "an account follows at most " + std::to_string(kMostFollowed));
  }
  const ShardId home = shard_of_user(author.view());
  home == shard() ? follow_here(author) : follow_elsewhere(author, home, name);
}

void CommandDecider::follow_here(const LowerName& author) {
  const proto::Account* account = state().account(author.view());
  if (account == nullptr) return refuse(ErrorCode::kUnknownUser, "no such user: " + std::string(author.view()));
  const std::string registered = account->name();
  put_active_edge(*this, account_name_.view(), author.view(), registered);
  put_interest(*this, author.view(), shard(), followers_in(state(), author.view(), shard()) + 1);
}

// Whoever follows an author whom the shard follows already needs nobody's answer: what the author posts is on its way
// here anyway. Otherwise the follow waits. Whoever comes meanwhile asks too: what is accepted is so for all who wait,
// and they are refused together, by the answer to the last question.
void CommandDecider::follow_elsewhere(const LowerName& author, ShardId home, const std::string& as_written) {
  const proto::FollowedAuthor* found = state().followed_author(author.view());
  const bool first = found == nullptr;
  proto::FollowedAuthor record;
  if (!first) record = *found;
  if (!record.accepted() && record.followers() >= kMostPending) {
    return refuse(ErrorCode::kUnavailable, "too many wait to follow that user: try again later");
  }
  record.set_followers(record.followers() + 1);
  // Asked anew: the answer to an earlier question may say what was so before this command was sent.
  if (!record.accepted()) record.set_turn(give_id().value());
  if (first) record.set_first_turn(record.turn());
  put_followed_author(*this, author.view(), record);
  if (record.accepted()) {
    put_active_edge(*this, account_name_.view(), author.view(), record.name());
  } else {
    proto::FollowEdge edge;
    edge.set_author(as_written);
    edge.set_pending(true);
    wait_for_edge(author, std::move(edge));
  }
  record.accepted() ? declare_interest(*this, home, author.view(), record.followers())
                    : ask_for_interest(*this, home, author.view(), record);
}

// Another wish of the same follower asks too, as another follower's does; unless the answer is there, and only has not
// come to this edge yet.
void CommandDecider::wait_once_more(const LowerName& author, proto::FollowEdge edge) {
  const proto::FollowedAuthor* found = state().followed_author(author.view());
  if (found == nullptr) return refuse(ErrorCode::kUnavailable, "what is known of that user cannot be read");
  proto::FollowedAuthor record = *found;
  wait_for_edge(author, std::move(edge));
  if (decision().reply.error() != 0 || record.accepted()) return;
  record.set_turn(give_id().value());
  put_followed_author(*this, author.view(), record);
  ask_for_interest(*this, shard_of_user(author.view()), author.view(), record);
}

// This command is answered when the edge becomes active, or goes.
void CommandDecider::wait_for_edge(const LowerName& author, proto::FollowEdge edge) {
  if (edge.keys_size() >= kMostWaitingKeys) {
    return refuse(ErrorCode::kUnavailable, "too many wishes wait for that already");
  }
  edge.add_keys(command_.key());
  proto::EdgePut& put = *add(proto::Event::kEdgePut).mutable_edge_put();
  put.mutable_follower()->assign(account_name_.view());
  put.mutable_author()->assign(author.view());
  *put.mutable_edge() = std::move(edge);
  waits_for_.assign(author.view());
}

void CommandDecider::unfollow(const std::string& name) {
  if (known_account() == nullptr) return;
  if (!is_name(name)) return;  // nobody follows that: it is as wished already
  const LowerName author(name);
  if (author == account_name_) return;  // likewise
  const proto::FollowEdge* found = state().edge(account_name_.view(), author.view());
  if (found == nullptr) {
    return note_unchanged(*this, proto::Arrival::UNFOLLOWED, account_name_.view(), author.view(), name);
  }
  const proto::FollowEdge edge = *found;
  // A follow that is still under way was not told either.
  if (edge.pending()) note_unchanged(*this, proto::Arrival::UNFOLLOWED, account_name_.view(), author.view(), name);
  proto::Reply follow_reply;
  follow_reply.set_time_ms(clock_ms());
  erase_edge(*this, account_name_.view(), author.view(), edge, follow_reply);

  const ShardId home = shard_of_user(author.view());
  if (home == shard()) {
    const std::uint64_t followers = followers_in(state(), author.view(), home);
    return put_interest(*this, author.view(), home, followers == 0 ? 0 : followers - 1);
  }
  const proto::FollowedAuthor* followed = state().followed_author(author.view());
  if (followed == nullptr) return;
  proto::FollowedAuthor record = *followed;
  record.set_followers(record.followers() == 0 ? 0 : record.followers() - 1);
  if (record.followers() == 0) {
    erase_followed_author(*this, author.view());
  } else {
    put_followed_author(*this, author.view(), record);
  }
  const bool lost = is_planted(base::Mistake::kInterestLost);
  declare_interest(*this, home, author.view(), lost ? 0 : record.followers());
}

// Those pending count too. The number of the active ones alone is kept, so all are looked at: few follow thousands, and
// nobody follows often.
bool CommandDecider::follows_too_many() const {
  std::uint64_t followed = 0;
  state().visit_edges(account_name_.view(), "",
                      [&followed](std::string_view, const proto::FollowEdge&) { return ++followed < kMostFollowed; });
  return followed >= kMostFollowed;
}

}  // namespace buzzer::kernel
