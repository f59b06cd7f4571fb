#include "node/kernel/sweeps.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "node/kernel/buzz_effects.h"

namespace buzzer::kernel {
namespace {

using proto::Event;

void put(Decider& decider, std::uint64_t number, proto::Sweep sweep) {
  proto::SweepPut& put = *decider.add(Event::kSweepPut).mutable_sweep_put();
  put.set_number(number);
  *put.mutable_sweep() = std::move(sweep);
}

void erase(Decider& decider, std::uint64_t number) {
  decider.add(Event::kSweepErased).mutable_sweep_erased()->set_number(number);
}

// Under the number of the sweep that is like it, or a new one.
void begin(Decider& decider, proto::Sweep sweep) {
  std::uint64_t number = 1;
  decider.state().visit_sweeps([&](std::uint64_t used, const proto::Sweep& other) {
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
  std::uint32_t to_erase;

  // Whether another copy may be looked at.
  bool take() {
    if (to_look_at == 0 || to_erase == 0) return false;
    --to_look_at;
    return true;
  }
};

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
    --allowance.to_erase;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

// Copies that the shard where their authors are at home has not confirmed since its stream began anew: it no longer has
// them, so no reason keeps them. Nothing is told of that: what the shard that lost them would say is not known.
void sweep_of_shard(Decider& decider, std::uint64_t number, proto::Sweep sweep, Allowance& allowance) {
  const StateView& state = decider.state();
  const ShardId from(static_cast<std::uint8_t>(sweep.shard()));
  const proto::Watermark* watermark = state.watermark(from);
  // The stream has begun anew meanwhile: what is confirmed will show when it has been gone through.
  if (watermark == nullptr || watermark->epoch() != sweep.epoch()) return erase(decider, number);
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
    --allowance.to_erase;
    return true;
  });
  complete ? erase(decider, number) : put(decider, number, std::move(sweep));
}

}  // namespace

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
  begin(decider, std::move(sweep));
}

// Sweeps of authors touch each its own copies, so one piece may go through several; that of a shard may meet them all.
void go_on_sweeping(Decider& decider, const UpkeepOptions& options) {
  std::vector<std::pair<std::uint64_t, proto::Sweep>> sweeps;
  decider.state().visit_sweeps([&](std::uint64_t number, const proto::Sweep& sweep) {
    if (sweeps.empty() || !sweep.author().empty()) sweeps.emplace_back(number, sweep);
    return !sweeps.front().second.author().empty() && sweeps.size() < kMostSweepsInPiece;
  });
  Allowance allowance{options.most_looked_at, options.most_copies_swept};
  for (auto& [number, sweep] : sweeps) {
    if (allowance.to_look_at == 0 || allowance.to_erase == 0) return;
    const auto sweep_piece = sweep.author().empty() ? sweep_of_shard : sweep_of_author;
    sweep_piece(decider, number, std::move(sweep), allowance);
  }
}

}  // namespace buzzer::kernel
