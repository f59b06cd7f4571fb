// A user of a simulated service: wishes one thing after the other through random doors, repeats what was indefinite
// with the same key, often through another door while the first copy is still on its way, and reads in between.
//
// A request takes a while to a door and its answer a while back. A client that does not want to wait any longer closes
// its connection: what its door has not taken up by then is never executed.
#pragma once

#include <cstdint>
#include <functional>

#include "base/random.h"
#include "tests/simulation/history.h"
#include "tests/simulation/service.h"
#include "tests/simulation/wishes.h"

namespace buzzer::simulation {

// What all clients of a run share; it outlives them.
struct ClientWorld {
  Service& service;
  VirtualTime& time;
  base::Random& random;
  Trace& trace;
  History& history;
  Wishes& wishes;
  Duration longest_pause;  // between one thing and the next
};

class Client {
 public:
  Client(std::uint32_t number, std::uint32_t account, const ClientWorld& world)
      : number_(number), account_(account), world_(world) {}

  // All of them are called by virtual time, not from within a process.
  void begin() { pause(); }
  // Wishes nothing more once it knows what became of its present wish, and is patient until then.
  void stop() { stopping_ = true; }
  // The process behind a door has been killed.
  void door_closed(std::uint32_t door);

  // Has stopped.
  [[nodiscard]] bool idle() const { return idle_; }

 private:
  // What every answer says.
  template <class Message>
  void came_back(std::uint64_t attempt, MonotonicTime taken_up, const Message& message);
  void pause();
  void step();
  void send();
  void arrive(std::uint64_t attempt);
  void lost(std::uint64_t attempt);
  void timed_out(std::uint64_t attempt);
  void take(const proto::Reply& reply);
  void take(const proto::Answer& answer);
  void settled();

  [[nodiscard]] std::uint64_t draw(std::uint64_t below) { return world_.random.next() % below; }
  [[nodiscard]] Duration draw_time(Duration most);
  void after(Duration delay, std::function<void()> then);
  void note(const std::string& what);

  const std::uint32_t number_;
  const std::uint32_t account_;
  const ClientWorld world_;
  Deed* deed_ = nullptr;       // the present wish, or
  proto::Query query_;         // the present query
  MonotonicTime asked_;        // when it was sent
  std::uint64_t attempt_ = 0;  // counts what was sent; the number of the one that is waited for
  bool waiting_ = false;       // for that one
  std::uint32_t door_ = 0;
  bool patient_ = true;
  MonotonicTime arrived_;  // when the door's machine had it; zero: not yet
  std::uint32_t pages_left_ = 0;
  bool stopping_ = false;
  bool idle_ = false;
};

}  // namespace buzzer::simulation
