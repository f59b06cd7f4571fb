// The subscriptions to a shard's feeds. A subscription is a cursor into the arrival log, not a queue: of each entry
// behind it that its feed's filter lets through it pushes the entry's position, the position given before (`prev`), and
// a body that is encoded once for all; so a subscriber can prove that nothing is missing. A mark, `mark_every`, moves
// the cursor of a quiet feed, and is a sign of life for each.
//
// What passes is judged by the entry and by the edges of now (feed_filter.h): a home feed's reader gets own entries,
// those that mention them, and those of an author whom they follow by an edge that took effect before the entry.
//
//   Subscribe --> MARK: where it begins, which is behind the position asked for, or the durable end
//             --> GAP: that position is of another incarnation or life, or is not in the log any more;
//                 it begins at the present end
//             --> REFUSED, and why: there can be no such feed (`invalid_name`, `bad_request`), no such user or thread
//                 (`unknown_user`, `unknown_buzz`), or too many (`too_many_subscriptions`)
//             --> ENDED: the shard does not serve
//
// Live: an entry is pushed when it has become durable, from memory. A subscription whose `window` of entries pushed and
// not passed on (taken()) is full, or whose push found no room, is *behind*: nothing is gathered for it, and it catches
// up from the log, with the present text of each buzz, once there is room. Each begins with catching up. Read to the
// log's end it takes part in what is appended from that moment on, while what was read may still wait to be durable; so
// nothing is lost between the two, and what it was given twice would be is told by its cursor.
//
// Everything is gone when the shard stops serving: the subscribers are told (ENDED), and subscribe again with the last
// position that they have.
//
// Part of a shard, on its thread. May be destroyed at any moment but from within a push.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/journal/journal.h"
#include "node/kernel/state.h"
#include "node/shard/log_reading.h"
#include "node/shard/push_frames.h"
#include "node/shard/subscriber_index.h"
#include "node/shard/subscription.h"
#include "proto/inspection.pb.h"
#include "proto/link.pb.h"

namespace buzzer::shard {

struct PublisherOptions {
  base::ShardId shard;
  std::size_t most_subscriptions = 65'536;
  // Of subscribed home feeds' readers, in memory: about 60 bytes each, and 16 more for each subscription of its reader
  // once the author has posted.
  std::size_t most_edges = 4'000'000;
  std::uint32_t window = 256;            // entries of one subscription pushed and not taken
  std::size_t entries_in_reading = 256;  // of the log, looked at in one turn of catching up
  base::Duration mark_every = std::chrono::seconds(5);
  base::Duration retry_after = std::chrono::milliseconds(100);  // when a push found no room, or reading has failed
};

class Publisher {
 public:
  // Shard::query: reads now, tells when all that was read is durable; or does not read, and tells so. Never tells from
  // within the call.
  using Read = std::function<void(const std::function<void(const kernel::StateView&)>& read,
                                  std::function<void(bool readable)> told)>;

  // `loop` and `sender` must outlive it.
  Publisher(const PublisherOptions& options, base::EventLoop& loop, PushSender& sender, Read read);

  // The shard serves: its incarnation, its log's last position, all durable, and that entry's life (0, 0: none yet).
  void start(std::uint64_t incarnation, std::uint64_t last_position, std::uint64_t life);
  // It does not any more.
  void stop();

  // An entry under way has appended this to the log; each is told, in order. `state` is as this entry makes it.
  void noted(journal::EntryNumber entry, std::uint64_t position, const proto::Arrival& arrival,
             const kernel::StateView& state);
  // Entries up to this one are durable.
  void durable(journal::EntryNumber upto);

  // What nodes say. Of a subscription that is not there: without effect.
  void subscribe(base::NodeId node, const proto::Subscribe& wish);
  void unsubscribe(base::NodeId node, std::uint64_t number);
  void taken(base::NodeId node, std::uint64_t number, std::uint64_t position);
  // Its subscriptions are no more.
  void node_gone(base::NodeId node);

  // Whose feeds let through what is traced here, and how far each is with it: of its last arrival that they let
  // through. `state` as Read has it.
  void add_subscriptions(const kernel::StateView& state, proto::Traced& traced) const;

  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_.size(); }

 private:
  using Stage = Subscription::Stage;
  // A subscription that may be gone by the time.
  struct Target {
    std::uint32_t slot = 0;
    std::uint64_t serial = 0;
  };
  // An entry under way, and whom it concerns.
  struct Noted {
    journal::EntryNumber entry;
    std::uint64_t position = 0;
    std::string body;
    std::vector<Target> targets;
  };
  // What one turn has read.
  struct Turn {
    std::vector<std::pair<Target, LogReading>> readings;
    std::vector<std::string> edges_of;  // loaded in it
  };

  void publish(const Noted& noted);
  void fall_behind(Subscription& subscription);

  void queue(Subscription& subscription);
  void queue_when_room(Subscription& subscription);
  void set_stuck(Subscription& subscription);
  void retry_later();
  void retry();
  void read_soon();
  void read();
  void collect(const kernel::StateView& state, Turn& turn);
  [[nodiscard]] bool load_edges(const kernel::StateView& state, const std::string& reader, Turn& turn);
  void told(const Turn& turn, bool readable);
  void give(Subscription& subscription, const LogReading& reading);

  void mark_later();
  void mark();
  [[nodiscard]] Subscription* find(const Target& target);
  void give_slot(Subscription& subscription);
  void erase(std::map<SubscriptionKey, Subscription>::iterator at);
  // Calls the function only if this publisher is still there, and has not stopped meanwhile.
  template <class Function>
  [[nodiscard]] auto while_serving(Function function) const {
    return [here = std::weak_ptr<const char>(here_), function = std::move(function)](const auto&... arguments) {
      if (!here.expired()) function(arguments...);
    };
  }

  const PublisherOptions options_;
  base::EventLoop& loop_;
  PushFrames frames_;
  const Read read_;
  bool serving_ = false;
  Log log_;
  std::uint64_t life_ = 0;    // of what is appended
  std::vector<Noted> noted_;  // a queue that keeps its memory: from first_noted_ on
  std::size_t first_noted_ = 0;
  std::map<SubscriptionKey, Subscription> subscriptions_;
  std::vector<Subscription*> slots_;  // of these: whom an entry concerns is looked up for each push
  std::vector<std::uint32_t> free_slots_;
  SubscriberIndex index_;
  std::uint64_t last_serial_ = 0;
  std::deque<SubscriptionKey> queue_;  // those that are kQueued, and some that are gone
  std::vector<SubscriptionKey> stuck_;
  bool reading_ = false;  // a turn is under way, or will be
  std::unique_ptr<base::Timer> retry_timer_;
  std::unique_ptr<base::Timer> mark_timer_;
  std::vector<Subscription*> concerned_;  // kept for their memory, like those below
  std::vector<Envelope> envelopes_;
  std::shared_ptr<const char> here_ = std::make_shared<const char>();  // new with each stop
};

}  // namespace buzzer::shard
