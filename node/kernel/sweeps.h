// Sweeps: what concerns more records than one entry may go through is done by and by, in small ones (upkeep.h).
//
// * edges, of an author whose home has answered: they become active, or go (following.h);
// * questions, to a shard whose answers went with the rows of a broken stream: asked once more;
// * interest that a shard has not declared since its stream began anew (streams.h): it counts no more;
// * copies, of an author whom nobody here follows any more, or not confirmed by their shard's stream since it began
//   anew: those that no other reason keeps go.
//
// In this order: for the first two, commands wait. Interest and copies that are still there although their turn has
// come do no harm: what the interest has sent is not kept by a receiver without a reason, and a copy that nobody
// follows is in nobody's home feed. For this folder alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "node/kernel/decider.h"
#include "node/kernel/upkeep.h"

namespace buzzer::kernel {

// Each begins a sweep, or lets the one there is begin again.
//
// Of the edges of those who follow the author, from `follower` on, as the answer to the question of that turn has it.
void sweep_edges(Decider& decider, std::string_view author, std::uint64_t turn, std::string_view follower);
void sweep_questions(Decider& decider, ShardId to);
// Of the author's copies.
void sweep_author(Decider& decider, std::string_view author);
// Of the shard's interest, and of copies from it, of an earlier epoch than this one.
void sweep_shard(Decider& decider, ShardId from, std::uint64_t epoch);

// A piece of the first sweep there is; nothing if there is none.
void go_on_sweeping(Decider& decider, const UpkeepOptions& options);
// Likewise, if commands wait for it.
void go_on_answering(Decider& decider, const UpkeepOptions& options);

}  // namespace buzzer::kernel
