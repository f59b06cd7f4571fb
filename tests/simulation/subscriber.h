// Somebody who looks at a feed through one node after the other: subscribes, takes what is pushed, at times slowly,
// drops the connection or loses it with its node, and goes on elsewhere behind the last position. Remembers all that it
// was given; judged at the end (subscriber_check.h), and the chain of `prev` at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "node/grid/subscriptions.h"
#include "tests/simulation/whole_grid.h"
#include "tests/simulation/wishes.h"

namespace buzzer::simulation {

// What a subscriber was given between two gaps.
struct Stretch {
  struct Entry {
    proto::Position position;
    proto::FeedEntry entry;
  };
  proto::Position begin;
  std::vector<Entry> entries;
  proto::Position end;
  bool after_gap = false;          // it begins with a gap, and
  std::uint64_t asked_behind = 0;  // that is where it would have gone on
};

// What all subscribers of a run share; it outlives them.
struct SubscriberWorld {
  WholeGrid& grid;
  VirtualTime& time;
  base::Random& random;
  Trace& trace;
  History& history;
  Wishes& wishes;
};

class Subscriber {
 public:
  Subscriber(std::uint32_t number, const SubscriberWorld& world) : number_(number), world_(world) {}

  // All of them are called by virtual time, not from within a process.
  void begin();
  // Connects at once, drops nothing any more, and takes everything at once.
  void settle();
  // Goes for good.
  void stop();

  [[nodiscard]] const proto::Feed& feed() const { return feed_; }
  [[nodiscard]] const std::vector<Stretch>& given() const { return given_; }
  // When it was given something last, or asked for it.
  [[nodiscard]] MonotonicTime last_stirred() const { return last_stirred_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  void connect();
  void connect_after(Duration delay);
  void look_after(std::uint64_t session);
  void drop(bool tells_node);
  void pushed(std::uint64_t session, const grid::Push& push);
  void take(proto::Pushes::Kind kind, const proto::Position& position, std::uint64_t prev, const std::string& body);
  void refused();
  void take_soon();
  void problem(const std::string& what);

  [[nodiscard]] std::uint64_t draw(std::uint64_t below) { return world_.random.next() % below; }
  [[nodiscard]] Duration draw_time(Duration most);
  void after(Duration delay, std::function<void()> then);
  template <class Make>
  void note(Make&& make);

  const std::uint32_t number_;
  const SubscriberWorld world_;
  proto::Feed feed_;
  std::vector<Stretch> given_;
  std::uint64_t session_ = 0;        // counts connections; the number of the present one
  bool connected_ = false;           // there is a present one
  std::uint32_t door_ = 0;           // its node, and
  std::uint32_t life_ = 0;           //   which life of it
  std::optional<std::uint64_t> as_;  // its subscription there
  MonotonicTime asked_;
  MonotonicTime arrives_;  // what was pushed last
  bool slow_ = false;
  bool taking_ = false;
  MonotonicTime last_stirred_;
  bool settling_ = false;
  bool stopped_ = false;
};

}  // namespace buzzer::simulation
