// Edges of the follow graph and what shards tell each other of it, as commands and rows change them. For this folder
// alone.
//
// An edge is kept at the follower's home; the author's home knows only how many follow in each shard. For an author at
// home elsewhere the follower's shard keeps one record (FollowedAuthor), however many follow. The first follower's edge
// is *pending* until the author's home has answered; pending edges keep what arrives, so between the moment that home
// begins to send and the moment its answer takes effect nothing is lost.
//
// However many follow, an answer takes effect in entries of a bounded size: the first edges at once, the others by a
// sweep (sweeps.h). Until it has come to an edge, its follower is as before.
//
// Each question has a *turn*, a number of its own, which the answer names: so an answer to a question from before
// everybody left is not taken for one to the questions of those who follow now. Numbers of followers are told as
// absolute values, never as changes: what was told last is true, whatever became of the rows before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/kernel/decider.h"

namespace buzzer::kernel {

// Pending followers of one author in one shard.
inline constexpr std::uint64_t kMostPending = 1000;
// Edges, and commands that wait for them, that one entry goes through when an author's home has answered.
inline constexpr std::size_t kMostAnswered = 300;
// Edges that it looks at, those too with which nothing has to be done.
inline constexpr std::size_t kMostLookedAtToAnswer = 2000;
// Commands that wait for one pending edge.
inline constexpr int kMostWaitingKeys = 8;
static_assert(kMostAnswered > kMostWaitingKeys);  // or an entry might get nowhere

// Of an author at home here: how many follow in that shard.
[[nodiscard]] std::uint64_t followers_in(const StateView& state, std::string_view author, ShardId shard);
[[nodiscard]] std::uint64_t followers_in(const proto::AuthorInterest& interest, ShardId shard);
// In which epoch of its stream that shard has declared it.
[[nodiscard]] std::uint64_t declared_in(const StateView& state, std::string_view author, ShardId shard);
[[nodiscard]] std::uint64_t declared_in(const proto::AuthorInterest& interest, ShardId shard);
// `epoch`: of that shard's stream; 0 for followers here.
void put_interest(Decider& decider, std::string_view author, ShardId shard, std::uint64_t followers,
                  std::uint64_t epoch = 0);

// The edge takes effect, at a position of the arrival log. `registered`: the author's name, no part of the state.
void put_active_edge(Decider& decider, std::string_view follower, std::string_view author,
                     const std::string& registered);
// The edge goes; the commands that waited for it come to `reply`.
void erase_edge(Decider& decider, std::string_view follower, std::string_view author, const proto::FollowEdge& edge,
                const proto::Reply& reply);

// FOLLOWED or UNFOLLOWED was wished, and is so already: the follower is told all the same. `name`: the author's as far
// as it is known, no part of the state.
void note_unchanged(Decider& decider, proto::Arrival::Kind kind, std::string_view follower, std::string_view author,
                    std::string_view name);

void put_followed_author(Decider& decider, std::string_view author, const proto::FollowedAuthor& record);
// Nobody here follows the author any more, and what only followers were a reason for goes by and by.
void erase_followed_author(Decider& decider, std::string_view author);

// Tells the author's home how many follow here; asks it for an answer, if that is so.
void declare_interest(Decider& decider, ShardId home, std::string_view author, std::uint64_t followers);
void ask_for_interest(Decider& decider, ShardId home, std::string_view author, const proto::FollowedAuthor& record);

// What the answer of an author's home, which the record says already, does to the edges of those who follow here, from
// that follower on: accepted, those that are pending become active; refused, all go, and with the last one the record.
// The first follower whose edge this entry had no room for; none if that was all.
[[nodiscard]] std::optional<std::string> answer_edges(Decider& decider, std::string_view author,
                                                      proto::FollowedAuthor record, std::string_view from);

}  // namespace buzzer::kernel
