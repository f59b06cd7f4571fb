#include "node/kernel/sweeps.h"

#include <string>
#include <utility>
#include <vector>

#include "node/kernel/buzz_effects.h"
#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"

namespace buzzer::kernel {
namespace {

using proto::Event;
using proto::Sweep;

// Those of one kind have numbers of their own, in the order in which the kinds take their turns.
constexpr std::uint64_t kNumbersOfKind = std::uint64_t{1} << 32;

std::uint64_t first_number(Sweep::Kind kind) {
  switch (kind) {
    case Sweep::EDGES:
      return kNumbersOfKind;
    case Sweep::QUESTIONS:
      return 2 * kNumbersOfKind;
    case Sweep::INTEREST:
      return 3 * kNumbersOfKind;
    default:
      return 4 * kNumbersOfKind;
  }
}

void put(Decider& decider, std::uint64_t number, proto::Sweep sweep) {
  proto::SweepPut& put = *decider.add(Event::kSweepPut).mutable_sweep_put();
  put.set_number(number);
  *put.mutable_sweep() = std::move(sweep);
}

void erase(Decider& decider, std::uint64_t number) {
  decider.add(Event::kSweepErased).mutable_sweep_erased()->set_number(number);
}

// Under the number of the sweep that is like it, or a new one: of its kind's numbers, the first that is behind all
// used.
void begin(Decider& decider, proto::Sweep sweep) {
  const std::uint64_t first = first_number(sweep.kind());
  std::uint64_t number = first;
  decider.state().visit_sweeps([&](std::uint64_t used, const proto::Sweep& other) {
    if (used < first) return true;
    if (used >= first + kNumbersOfKind) return false;
    number = used;
    if (other.author() == sweep.author() && other.shard() == sweep.shard()) return false;
    ++number;
    return true;
  });
  put(decider, number, std::move(sweep));
}

void erase_copy(Decider& decider, std::string_view author, BuzzId id) {
  proto::CopyErased& erased = *decider.add(Event::kCopyErased).mutable_copy_erased();
  erased.mutable_author()->assign(author);
  erased.set_id(id.value());
}

// That one entry goes on with.
constexpr std::size_t kMostSweepsInPiece = 50;

// How much of a piece is left.
struct Allowance {
  std::uint32_t to_look_at;
  std::uint32_t to_change;

  // Whether another record may be looked at.
  bool take() {
    if (to_look_at == 0 || to_change == 0) return false;
    --to_look_at;
    return true;
  }
};

void sweep_of_edges(Decider& decider, std::uint64_t number, proto::Sweep sweep) {
  const proto::FollowedAuthor* found = decider.state().followed_author(sweep.author());
  // All have gone; or somebody has asked anew, and now all who are left wait for that answer.
  if (found == nullptr || (!found->accepted() && found->turn() != sweep.turn())) return erase(decider, number);
  const proto::FollowedAuthor record = *found;
  const auto next = answer_edges(decider, sweep.author(), record, sweep.next_author());
  if (!next) return erase(decider, number);
  sweep.set_next_author(*next);
  put(decider, number, std::move(sweep));
}

void sweep_of_questions(Decider& decider, std::uint64_t number, proto::Sweep sweep, Allowance& allowance) {
  const ShardId to(static_cast<std::uint8_t>(sweep.shard()));
  bool complete = true;
  const std::string first = sweep.next_author();
  decider.state().visit_followed_authors(first, [&](std::string_view author, const proto::FollowedAuthor& record) {
    if (!allowance.take()) {
      complete = false;
      sweep.mutable_next_author()->assign(author);
      return false;
    }
    if (record.accepted() || shard_of_user(author) != to) return true;
    ask_for_interest(decider, to, author, record);
    --allowance.to_change;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

// Whether the stream has begun anew since the sweep began: what counts will show when it has been gone through.
bool is_outdated(const StateView& state, const proto::Sweep& sweep) {
  const proto::Watermark* watermark = state.watermark(ShardId(static_cast<std::uint8_t>(sweep.shard())));
  return watermark == nullptr || watermark->epoch() != sweep.epoch();
}

void sweep_of_interest(Decider& decider, std::uint64_t number, proto::Sweep sweep, Allowance& allowance) {
  if (is_outdated(decider.state(), sweep)) return erase(decider, number);
  const ShardId from(static_cast<std::uint8_t>(sweep.shard()));
  bool complete = true;
  const std::string first = sweep.next_author();
  decider.state().visit_interests(first, [&](std::string_view author, const proto::AuthorInterest& interest) {
    if (!allowance.take()) {
      complete = false;
      sweep.mutable_next_author()->assign(author);
      return false;
    }
    if (followers_in(interest, from) == 0 || declared_in(interest, from) >= sweep.epoch()) return true;
    put_interest(decider, author, from, 0, sweep.epoch());
    --allowance.to_change;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

// Copies that only a follower was a reason for.
void sweep_of_author(Decider& decider, std::uint64_t number, proto::Sweep sweep, Allowance& allowance) {
  const StateView& state = decider.state();
  // Somebody follows again: the copies are wanted, as far as they are still there. The others come with the backfill.
  if (state.followed_author(sweep.author()) != nullptr) return erase(decider, number);
  bool complete = true;
  state.visit_copies(sweep.author(), BuzzId(sweep.next_id()), Direction::kNewer, [&](BuzzId id) {
    if (!allowance.take()) {
      complete = false;
      return false;
    }
    sweep.set_next_id(id.value());
    const proto::Copy* found = state.copy(sweep.author(), id);
    if (found == nullptr) return true;
    const proto::Copy copy = *found;  // what is asked next takes its place
    if (has_other_reason(state, decider.shard(), copy.buzz())) return true;
    erase_copy(decider, sweep.author(), id);
    --allowance.to_change;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

// Copies that the shard where their authors are at home has not confirmed since its stream began anew: it no longer has
// them, so no reason keeps them. Nothing is told of that: what the shard that lost them would say is not known.
void sweep_of_shard(Decider& decider, std::uint64_t number, proto::Sweep sweep, Allowance& allowance) {
  const StateView& state = decider.state();
  if (is_outdated(state, sweep)) return erase(decider, number);
  const ShardId from(static_cast<std::uint8_t>(sweep.shard()));
  bool complete = true;
  const std::string first_author = sweep.next_author();
  state.visit_all_copies(first_author, BuzzId(sweep.next_id()), [&](std::string_view author, const proto::Copy& copy) {
    const BuzzId id(copy.buzz().id());
    if (!allowance.take()) {
      complete = false;
      sweep.mutable_next_author()->assign(author);
      sweep.set_next_id(id.value());
      return false;
    }
    if (id_shard(id) != from || copy.epoch() >= sweep.epoch()) return true;
    erase_copy(decider, author, id);
    --allowance.to_change;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

void sweep_piece(Decider& decider, std::uint64_t number, const proto::Sweep& sweep, Allowance& allowance) {
  switch (sweep.kind()) {
    case Sweep::EDGES:
      return sweep_of_edges(decider, number, sweep);
    case Sweep::QUESTIONS:
      return sweep_of_questions(decider, number, sweep, allowance);
    case Sweep::INTEREST:
      return sweep_of_interest(decider, number, sweep, allowance);
    default:
      return sweep.author().empty() ? sweep_of_shard(decider, number, sweep, allowance)
                                    : sweep_of_author(decider, number, sweep, allowance);
  }
}

// Those that one piece goes on with: sweeps of authors' copies touch each its own, so they may be several.
std::vector<std::pair<std::uint64_t, proto::Sweep>> next_sweeps(const StateView& state) {
  std::vector<std::pair<std::uint64_t, proto::Sweep>> sweeps;
  const auto is_of_author = [](const proto::Sweep& sweep) {
    return sweep.kind() == Sweep::COPIES && !sweep.author().empty();
  };
  state.visit_sweeps([&](std::uint64_t number, const proto::Sweep& sweep) {
    if (sweeps.empty() || is_of_author(sweep)) sweeps.emplace_back(number, sweep);
    return is_of_author(sweeps.front().second) && sweeps.size() < kMostSweepsInPiece;
  });
  return sweeps;
}

}  // namespace

void sweep_edges(Decider& decider, std::string_view author, std::uint64_t turn, std::string_view follower) {
  proto::Sweep sweep;
  sweep.set_kind(Sweep::EDGES);
  sweep.mutable_author()->assign(author);
  sweep.set_turn(turn);
  sweep.mutable_next_author()->assign(follower);
  begin(decider, std::move(sweep));
}

void sweep_questions(Decider& decider, ShardId to) {
  proto::Sweep sweep;
  sweep.set_kind(Sweep::QUESTIONS);
  sweep.set_shard(to.value());
  begin(decider, std::move(sweep));
}

void sweep_author(Decider& decider, std::string_view author) {
  if (decider.state().newest_copy(author) == BuzzId()) return;  // there is nothing to be swept
  proto::Sweep sweep;
  sweep.mutable_author()->assign(author);
  begin(decider, std::move(sweep));
}

void sweep_shard(Decider& decider, ShardId from, std::uint64_t epoch) {
  proto::Sweep sweep;
  sweep.set_shard(from.value());
  sweep.set_epoch(epoch);
  for (const Sweep::Kind kind : {Sweep::INTEREST, Sweep::COPIES}) {
    sweep.set_kind(kind);
    begin(decider, sweep);
  }
}

void go_on_sweeping(Decider& decider, const UpkeepOptions& options) {
  Allowance allowance{options.most_looked_at, options.most_swept};
  for (const auto& [number, sweep] : next_sweeps(decider.state())) {
    if (allowance.to_look_at == 0 || allowance.to_change == 0) return;
    sweep_piece(decider, number, sweep, allowance);
  }
}

void go_on_answering(Decider& decider, const UpkeepOptions& options) {
  bool waited_for = false;
  decider.state().visit_sweeps([&](std::uint64_t /*number*/, const proto::Sweep& sweep) {
    waited_for = sweep.kind() == Sweep::EDGES || sweep.kind() == Sweep::QUESTIONS;
    return false;
  });
  if (waited_for) go_on_sweeping(decider, options);
}

}  // namespace buzzer::kernel
