// What a version of a buzz means to shards: which ones it concerns, and what it does where it takes effect. For this
// folder alone.
//
// A buzz concerns each shard where somebody follows its author, and the homes of those it mentions, of its topics, and
// of the authors of the buzz that it replies to and of its thread's root. Each is sent it once, however many reasons
// there are. The author's home keeps with the buzz the set of shards that were ever sent it, and sends them every later
// version too: so a version that takes a mention away, or a delete after the last follower has left, still reaches the
// copies.
#pragma once

#include <optional>
#include <string_view>

#include "node/kernel/decider.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

// Other shards that this version, of an author at home here, concerns.
[[nodiscard]] ShardBits shards_concerned(const StateView& state, ShardId here, const LowerName& author,
                                         const proto::Buzz& buzz);

// Queues the buzz to each of them. It becomes its present version when the row is sent.
void send_buzz(Decider& decider, BuzzId id, ShardBits to);

// Whether a mention is of a user at home here, and there is one; whether a topic is at home here. Of other entities no.
[[nodiscard]] bool is_mentioned_here(const StateView& state, ShardId here, const proto::Entity& entity);
[[nodiscard]] bool is_topic_here(ShardId here, const proto::Entity& entity);

// The same of a thread; none if the buzz is no reply to anything, or the root is at home elsewhere.
[[nodiscard]] std::optional<BuzzId> thread_here(ShardId here, const proto::Buzz& buzz);

// Whether a copy of another shard's buzz is kept here even if nobody follows its author. A deleted one is, as a
// tombstone, only for its place in a thread.
[[nodiscard]] bool has_other_reason(const StateView& state, ShardId here, const proto::Buzz& buzz);

// Appends to the arrival log what became of a buzz: of whom it mentions, and of its topics, those of the former version
// too, so that who was told of that one learns that it is no more. Null: there was none.
void note_buzz(Decider& decider, const LowerName& author, const proto::Buzz* former, const proto::Buzz& present);

// A buzz of another shard's author arrives: it is kept if there is a reason, and told of if it is news. `epoch` is the
// one of the stream that brings it. A backfilled buzz is no news where there was no copy of it.
void take_copy(Decider& decider, const proto::Buzz& buzz, std::uint64_t epoch, bool backfilled);

}  // namespace buzzer::kernel
