// What is read from a shard's state: pages of feeds, threads, users and who follows whom. Pure.
//
// A page holds what its limit and kMostPageBytes leave room for; `more` says whether anything lies beyond. The author
// feed's pages are by (posted, id), all others by id, and so stable: what is posted meanwhile does not shift them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "node/kernel/state.h"
#include "proto/queries.pb.h"

namespace buzzer::kernel {

inline constexpr std::size_t kMostPageSize = 200;
// Of the buzzes of one page; the first is given whatever its size. A page that would be larger ends sooner.
inline constexpr std::size_t kMostPageBytes = 128UL << 10;

struct FeedPage {
  std::vector<proto::Buzz> buzzes;  // in the direction asked for
  bool more = false;                // whether there is anything beyond the last
};

// Up to `limit` (at most kMostPageSize, and kMostPageBytes) of what an author has posted: the newest, or what lies
// beyond `from` (the place of the last buzz of another page), older or newer. Nothing for an unknown author.
[[nodiscard]] FeedPage author_feed(const StateView& state, std::string_view author, std::optional<FeedPlace> from,
                                   Direction direction, std::size_t limit);

struct UserPage {
  std::vector<proto::Account> users;  // ascending by name in lower case
  bool more = false;
};

// Up to `limit` (at most kMostPageSize) users whose names begin with `prefix`, whatever the case, after the name
// `after`.
[[nodiscard]] UserPage users_by_prefix(const StateView& state, std::string_view prefix, std::string_view after,
                                       std::size_t limit);

// What the shard `shard`, whose state this is, answers to a query. `bad_request` for one of no known kind, with a limit
// beyond 1 to kMostPageSize, for a topic that is none, for a thread as a feed, or for a thread whose root is at home
// elsewhere; `unknown_user` for what a user who has no account here has, and `unknown_buzz` for a buzz that has never
// been here; `invalid_name` for users by a prefix, or after a name, that no user can have. A session that is unknown,
// or has expired by the shard's clock, is no error: the answer has none.
//
// Of followers those who are at home here, whoever they follow. Of an account's followers and followees only the names
// are told, as registered. Of a thread 10,000 replies are looked at for one page: of a buzz far down in a larger one it
// may end early, with `more`.
void answer_query(const StateView& state, const proto::Query& query, ShardId shard, proto::Answer& answer);

}  // namespace buzzer::kernel
