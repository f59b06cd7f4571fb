// How soon those who look at their home feeds are pushed a buzz, after its author was told that it is durable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "bench/core/fan.h"

namespace buzzer::bench {

// Of some authors, one buzz of each at a time; every follower is subscribed to the own home feed meanwhile.
class PushDelay {
 public:
  // Returns once the subscriptions have begun. Both must outlive it.
  PushDelay(LoneNode& node, Fans& fans, std::size_t authors);
  PushDelay(const PushDelay&) = delete;
  PushDelay& operator=(const PushDelay&) = delete;
  ~PushDelay();

  // On the worker. `done` once the author has been answered and all followers have been pushed it; they are to have
  // been pushed that very buzz, or the program ends.
  void post(std::size_t author, std::function<void()> done);

  // From the answer to the last follower's push, in microseconds, of each post since the last call.
  [[nodiscard]] std::vector<double> take_delays();
  // Likewise, from the post to the answer.
  [[nodiscard]] std::vector<double> take_answers();

 private:
  struct Watched {
    explicit Watched(Fan& its_fan) : fan(its_fan) {}

    Fan& fan;
    std::vector<std::uint64_t> subscriptions;
    std::uint64_t posted = 0;  // answered; 0: not yet
    std::size_t pushed = 0;    // to how many followers
    std::uint64_t pushed_id = 0;
    base::MonotonicTime begun_at;
    base::MonotonicTime answered_at;
    base::MonotonicTime pushed_at;
    std::function<void()> done;
  };

  void open(Watched& watched, const Poster& follower, const std::function<void()>& begun);
  void pushed(Watched& watched, std::uint64_t id);
  void look(Watched& watched);

  LoneNode& node_;
  std::deque<Watched> watched_;
  std::vector<double> delays_;
  std::vector<double> answers_;
};

}  // namespace buzzer::bench
