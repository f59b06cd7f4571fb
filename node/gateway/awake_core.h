// The core as a worker's sessions see it: their commands are passed on only by a thread that has been awake lately.
//
// A process may stand still (SIGSTOP, a suspended machine) with clients' requests unread in its sockets. Its clients
// have given up long since, and may have been refused by another node; a refusal is remembered for 10 s
// (node/shard/refusals.h). Were such a request executed when the process goes on, a command would happen after its
// client was told, for certain, that it did not. So who notices first that the thread stood still for 5 s says so: all
// connections from before close unread. A command that showed it is not executed; its callback hears `unavailable`,
// which reaches no client, since the connection closes. A client comes back and repeats with the same key.
//
// Standing still is time that passed and that the thread did not spend computing: one that is busy for long, however
// seldom it comes to its timers, is awake. Time passes on the clock that goes on while the machine is suspended and
// that nobody steps. A virtual machine that its host holds together with all its clocks notices nothing.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/event_loop.h"
#include "node/gateway/core.h"

namespace buzzer::gateway {

// Longer than a busy machine makes a thread wait, and well below the 10 s.
inline constexpr base::Duration kMostAsleep = std::chrono::seconds(5);

// Since the machine was started, suspended or not: the same for all threads.
[[nodiscard]] base::Duration time_since_boot();
// What the calling thread has spent computing.
[[nodiscard]] base::Duration thread_computed();

// What a thread reads of itself; only differences mean something.
struct ThreadClock {
  std::function<base::Duration()> passed = time_since_boot;
  std::function<base::Duration()> computed = thread_computed;
};

class AwakeCore final : public Core {
 public:
  // `slept`: told each time that the thread has stood still; may be called from within execute() and
  // is_from_before(). All must outlive it.
  AwakeCore(Core& core, base::EventLoop& loop, std::function<void()> slept, ThreadClock clock = {});

  // Whether the thread has stood still since that time_since_boot().
  [[nodiscard]] bool is_from_before(base::Duration since_boot);

  void execute(proto::Command command, ReplyCallback callback) override;
  void query(proto::Query query, AnswerCallback callback) override;
  void grid(GridCallback callback) override;
  std::uint64_t subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                          FeedListener& listener) override;
  void unsubscribe(std::uint64_t subscription) override;
  void taken(std::uint64_t subscription, std::uint64_t position) override;

 private:
  struct Turn {
    base::Duration passed;
    base::Duration computed;
  };

  // Whether the thread stood still until now.
  [[nodiscard]] bool has_slept();
  void turn();

  Core& core_;
  base::EventLoop& loop_;
  const std::function<void()> slept_;
  const ThreadClock clock_;
  std::optional<Turn> turned_;  // when it was known last to be awake
  base::Duration woke_{0};      // since boot: when it was last noticed that the thread had stood still
  std::unique_ptr<base::Timer> timer_;
};

}  // namespace buzzer::gateway
