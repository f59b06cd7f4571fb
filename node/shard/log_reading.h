// Catching up: what the arrival log holds for one subscription, read from the state. Pure.
#pragma once

#include <string>
#include <vector>

#include "node/kernel/state.h"
#include "node/shard/subscriber_index.h"
#include "node/shard/subscription.h"
#include "proto/errors.h"

namespace buzzer::shard {

// The log as a subscriber names it.
struct Log {
  base::ShardId shard;
  std::uint64_t incarnation = 0;
  Place durable;  // its durable end
};

struct LogReading {
  enum class Verdict {
    kGoesOn,
    kGap,  // what came behind the place that the subscription stands at, or was asked with, cannot be told any more
    kRefused,
  };
  struct Entry {
    Place place;
    std::string body;  // a proto::FeedEntry
  };

  Verdict verdict = Verdict::kGoesOn;
  proto::ErrorCode refusal = proto::ErrorCode::kNone;  // of kRefused: no such user or buzz, or a reply for a thread
  Place from;                                          // where it begins
  std::vector<Entry> entries;                          // behind that
  Place end;                                           // up to here the log has been looked through
  bool whole = false;                                  // which is all of it
  std::size_t looked_at = 0;                           // entries of the log
};

// Looks at no more than `most` entries of the log, and takes no more than `room` of them. A subscription that has not
// been answered is judged first; of a home feed the index has the reader's edges. What is read may not be durable yet.
[[nodiscard]] LogReading read_log(const kernel::StateView& state, const Log& log, const SubscriberIndex& index,
                                  const Subscription& subscription, std::size_t room, std::size_t most);

}  // namespace buzzer::shard
