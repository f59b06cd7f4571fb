// Which feed is meant, whatever the case it was asked for in, and where it is at home. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "proto/errors.h"
#include "proto/queries.pb.h"

namespace buzzer::shard {

struct FeedName {
  enum class Kind { kHome, kAuthor, kMentions, kTopic, kThread };

  Kind kind = Kind::kHome;
  std::string name;     // of a user, in lower case, or a topic, folded; none of a thread
  base::BuzzId thread;  // its root; 0 of all others
};

// None if it names nothing that can be: no name, no topic, no id. What it names need not exist.
[[nodiscard]] std::optional<FeedName> name_feed(const proto::Feed& feed);

// Of one that names nothing that can be: `invalid_name` if it is to be a user's, otherwise `bad_request`.
[[nodiscard]] proto::ErrorCode flaw_of(const proto::Feed& feed);

// A user's feeds are at home where the user is, a topic where its name says, a thread where its root's author is.
[[nodiscard]] base::ShardId home_of(const FeedName& feed);

}  // namespace buzzer::shard
