// A node's own end of subscriptions, wherever their feeds are at home: what the gateway stands on. Remembers each one's
// last position, checks the chain of `prev`, and subscribes anew at every link-up, when the home ends it, when the
// chain does not fit (something was lost on the way) and when nothing has come for three marks; so whoever subscribes
// sees one unbroken chain, nothing twice and nothing left out, whatever happens to homes and links, or a gap that says
// so. While a home is away nothing is told.
//
// Each time that it subscribes it does so with another number, so that what is still on its way for the former one fits
// nowhere; whoever sends such is told that it is no subscription of ours.
//
// Belongs to the thread of the shards of this node. May be destroyed at any moment but from within a callback.
// subscriptions.cc has what comes, subscriptions_asking.cc what goes to the homes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/feed_homes.h"
#include "node/grid/here.h"
#include "node/grid/mesh_sender.h"
#include "proto/errors.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

// The home feed's shard is the user's, a topic's the topic's, a thread's its root author's. None if it names nothing
// that can be: no name, no topic, no id.
[[nodiscard]] std::optional<base::ShardId> shard_of_feed(const proto::Feed& feed);

// What a subscriber is told.
struct Push {
  proto::Pushes::Kind kind;         // ENTRY; MARK: only the position moves; GAP; REFUSED: the subscription is no more
  const proto::Position& position;  // to be given to go on behind it, on any node; valid during the call
  std::uint64_t prev = 0;  // the number of the position told before, or given at the beginning; 0: there is none yet
  const std::string* body = nullptr;  // of ENTRY: an encoded proto::FeedEntry; valid during the call
  // Of REFUSED, why: `unknown_user`, `unknown_buzz`, `invalid_name`, `bad_request`, `too_many_subscriptions`.
  proto::ErrorCode error = proto::ErrorCode::kNone;
};

struct SubscriptionsOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  std::uint64_t first_number = 1;                       // random, so that no push to a former life of this node fits
  base::Duration mark_every = std::chrono::seconds(5);  // as the homes do (PublisherOptions)
  // When a home does not answer; later and later.
  base::Duration ask_again = std::chrono::milliseconds(250);
  base::Duration ask_again_most = std::chrono::seconds(4);
  std::size_t most_open = 65'536;
  std::size_t most_untaken = 128;  // with more it does not subscribe anew: its subscriber has enough to do
};

class Subscriptions {
 public:
  using PushCallback = std::function<void(const Push&)>;

  // All must outlive it.
  Subscriptions(const SubscriptionsOptions& options, base::EventLoop& loop, FeedHomes& homes, MeshSender& mesh);

  // What comes to the feed behind that position; none: from now on. The first that is told is a MARK (or GAP) which
  // says from where. The callback is never called from within a call, but may make any.
  std::uint64_t open(const proto::Feed& feed, const std::optional<proto::Position>& after, PushCallback told);
  void close(std::uint64_t number);
  // The subscriber has passed on everything up to that entry. Who does not say so gets no more after a window of
  // entries (PublisherOptions).
  void taken(std::uint64_t number, std::uint64_t position);

  // Frames of kinds that are not pushes are ignored.
  void frame_arrived(base::NodeId from, const proto::LinkFrame& frame);
  // What a shard of this node pushes. May be called from within the shard: taken in a turn of its own.
  void own_shard_pushed(const proto::Pushes& pushes);
  void alive_changed(const std::vector<base::NodeId>& alive);

  [[nodiscard]] std::size_t open_count() const { return open_.size(); }

 private:
  struct Open {
    std::uint64_t number = 0;
    proto::Feed feed;
    base::ShardId shard;
    base::NodeId home;
    std::shared_ptr<const PushCallback> told;
    std::optional<proto::Position> last;
    std::vector<std::uint64_t> untaken;  // positions of entries, ascending
    std::uint64_t asked_as = 0;          // the number it is subscribed with at the home; 0: with none
    bool answered = false;
    bool any_told = false;
    base::Duration patience{};  // how long an answer is waited for
    base::MonotonicTime heard;
    base::MonotonicTime check;  // there is an entry of checks_
  };

  void take(base::NodeId from, const proto::Pushes& pushes);
  void take(Open& open, const proto::Pushes& pushes, std::uint64_t prev);
  void follow(Open& open, const proto::Pushes& pushes, std::uint64_t prev);
  void lost(Open& open);
  void refuse(std::uint64_t number, proto::ErrorCode reason);

  void ask_soon(std::uint64_t number);
  void ask(std::uint64_t number, Open& open);
  // It is not subscribed at the home any more; `says_so`: the home is to be told.
  void leave(Open& open, bool says_so);
  void flush_soon();
  void flush();
  void send_leaves();
  void send_taken();
  [[nodiscard]] bool send_taken(base::ShardId shard, const std::vector<std::uint64_t>& numbers);
  [[nodiscard]] bool is_alive(base::NodeId node) const;

  void check_at(std::uint64_t number, Open& open, base::MonotonicTime when);
  void set_timer();
  void check();

  const SubscriptionsOptions options_;
  base::EventLoop& loop_;
  FeedHomes& homes_;
  MeshSender& mesh_;
  std::vector<base::NodeId> alive_;
  std::uint64_t last_number_ = 0;
  std::uint64_t next_asked_;
  std::unordered_map<std::uint64_t, Open> open_;    // its values stay where they are
  std::unordered_map<std::uint64_t, Open*> asked_;  // by their numbers at homes
  // What is to be done when this turn is over.
  std::set<std::uint64_t> to_ask_;
  std::set<std::pair<base::ShardId, std::uint64_t>> to_leave_;  // numbers at homes
  std::map<std::uint64_t, std::uint64_t> to_take_;              // the position of each
  bool flushes_ = false;
  std::set<std::pair<base::MonotonicTime, std::uint64_t>> checks_;
  std::unique_ptr<base::Timer> timer_;  // for the first of them
  base::MonotonicTime timer_at_;
  std::unique_ptr<base::Timer> take_again_;
  const Here here_;
};

}  // namespace buzzer::grid
