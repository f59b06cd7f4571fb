// One subscription to a feed, as the feed's shard keeps it: a cursor into the arrival log (publisher.h).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "node/shard/feed_name.h"
#include "proto/link.pb.h"

namespace buzzer::shard {

// A place in this shard's arrival log: behind the entry of that number, which was appended in that life.
struct Place {
  std::uint64_t number = 0;  // 0: before the first
  std::uint64_t life = 0;

  friend auto operator<=>(const Place&, const Place&) = default;
};

// The number is the node's choice.
struct SubscriptionKey {
  base::NodeId node;
  std::uint64_t number = 0;

  friend auto operator<=>(const SubscriptionKey&, const SubscriptionKey&) = default;
};

struct Subscription {
  //   kQueued --> kReading --> kLive          from memory
  //      ^            |  \--> kFull ----+     its window is full: until half of it has been taken
  //      |            \-----> kStuck ---+     a push found no room, or something could not be read: for a while
  //      +------------------------------+
  // A live one becomes kFull or kStuck when it falls behind.
  enum class Stage { kQueued, kReading, kLive, kFull, kStuck };

  SubscriptionKey key;
  std::uint32_t slot = 0;    // where the publisher finds it
  std::uint64_t serial = 0;  // tells it from former ones of the same slot
  FeedName feed;
  std::optional<proto::Position> after;  // what it was asked with
  Stage stage = Stage::kQueued;
  bool answered = false;  // it has been told where it begins
  bool joined = false;    // kLive; or kReading, and has been read to the log's end: what comes from now on comes to it
  bool alone = false;     // reading for it has failed: it must not take others with it
  std::uint64_t begun = 0;             // where it began: entries up to there are not for it
  Place given;                         // the last position told
  Place cursor;                        // up to here, durable, there is nothing more to be told of; not before `given`
  std::vector<std::uint64_t> untaken;  // positions of entries given, ascending
};

}  // namespace buzzer::shard
