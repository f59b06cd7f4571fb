// Authors and their followers, each with a connection of its own; the followers subscribe to their home feeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/gateway/bench_loop.h"
#include "bench/gateway/load_client.h"

namespace buzzer::bench {

inline constexpr std::size_t kConnectingAtOnce = 30;  // who logs in: the password pool has room for 64
inline constexpr std::size_t kMostInFlight = 32;      // requests of a connection that a node takes

// Waits until all those are ready.
void await_ready(BenchLoop& bench, const std::vector<std::unique_ptr<LoadClient>>& clients, std::string_view what);

// `"name":"...","password":"..."`, as it stands in requests.
[[nodiscard]] std::string credentials(const std::string& name);

class Audience {
 public:
  // Waits until all follow all authors and are subscribed. `ports`: of the nodes, in turn.
  Audience(BenchLoop& bench, const std::vector<std::uint16_t>& ports, std::size_t followers, std::size_t authors);

  // The buzz's text is its number and then that.
  void post(std::size_t author, std::string_view text);
  // Waits until the author has room for one more in flight.
  void await_room(std::size_t author);
  // So many posts of the first author, as fast as there is room.
  void post_all(std::size_t posts, std::string_view text);
  // Until every follower who has not stalled has every buzz.
  void await_deliveries();

  // The first so many followers stop reading; they do not count any more.
  void stall(std::size_t count);
  // They read on; waits until each has all that it has missed, in order. How many the node had dropped instead.
  [[nodiscard]] std::size_t recover();

  [[nodiscard]] Deliveries& deliveries() { return deliveries_; }
  // Counts from nothing, with or without times.
  void begin(bool wants_times);

 private:
  struct Author {
    std::unique_ptr<LoadClient> client;
    std::size_t under_way = 0;  // posts
  };

  void add_follower(std::uint16_t port);

  BenchLoop& bench_;
  Deliveries deliveries_;
  std::vector<Author> authors_;
  std::vector<std::unique_ptr<LoadClient>> followers_;
  std::vector<std::uint64_t> next_numbers_;  // by author
  std::size_t stalled_ = 0;
  std::uint64_t expected_ = 0;             // deliveries since begin()
  std::uint64_t expected_by_stalled_ = 0;  // since they have stalled
};

}  // namespace buzzer::bench
