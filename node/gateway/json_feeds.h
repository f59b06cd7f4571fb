// The subscriptions of one JSON session: numbers of its own, the last position told on each, and which are behind.
//
// A push that finds no room in the connection's queue puts its subscription *behind*: it is given up at the core, and
// made again behind the last position that was queued as soon as everything queued has been written. So a client that
// reads too slowly costs its queue and no more, and misses nothing.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/gateway/core.h"
#include "node/gateway/cursor.h"
#include "node/gateway/ws_connection.h"

namespace buzzer::gateway {

class JsonFeeds final : private FeedListener {
 public:
  // Both must outlive it.
  JsonFeeds(Core& core, WsConnection& connection) : core_(core), connection_(connection) {}
  ~JsonFeeds() override;

  // What comes to the feed behind `after`; none: from now on. The number for the client.
  std::uint32_t open(const proto::Feed& feed, const std::optional<FeedPosition>& after);
  // False: there is no such subscription.
  [[nodiscard]] bool close(std::uint32_t number);
  void close_all();
  [[nodiscard]] std::size_t count() const { return open_.size(); }
  // For a subscription of another kind: each number is given once.
  [[nodiscard]] std::uint32_t next_number() { return ++last_number_; }

  void push_written(const PushHead& head);
  void drained();

 private:
  struct Open {
    std::uint32_t number = 0;   // for the client
    std::uint64_t in_core = 0;  // 0: behind
    proto::Feed feed;
    std::optional<FeedPosition> last;
    std::uint32_t untaken = 0;
  };

  void on_push(std::uint64_t subscription, const FeedPush& push) override;
  void tell(Open& open, const FeedPush& push);
  void subscribe(Open& open);
  void fall_behind(Open& open);
  [[nodiscard]] std::vector<Open>::iterator find(std::uint32_t number);

  Core& core_;
  WsConnection& connection_;
  std::vector<Open> open_;  // few: looked through
  std::uint32_t last_number_ = 0;
  bool any_behind_ = false;
};

}  // namespace buzzer::gateway
