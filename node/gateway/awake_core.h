// The core as a worker's sessions see it: their commands are passed on only by a thread that has been awake lately.
//
// A process may stand still (SIGSTOP, a paused machine) with clients' requests unread in its sockets. Its clients have
// given up long since, and may have been refused by another node; a refusal is remembered for 10 s
// (node/shard/refusals.h). Were such a request executed when the process goes on, a command would happen after its
// client was told, for certain, that it did not. So who notices first that the thread stood still for 5 s says so: all
// connections from before close unread, and the command, if it was one that showed it, is answered `unavailable`.
// A client comes back and repeats with the same key.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <functional>
#include <memory>

#include "base/event_loop.h"
#include "node/gateway/core.h"

namespace buzzer::gateway {

// Longer than a busy machine makes a thread wait, and well below the 10 s.
inline constexpr base::Duration kMostAsleep = std::chrono::seconds(5);

class AwakeCore final : public Core {
 public:
  // `slept`: told each time that the thread has stood still; may be called from within execute(). All must outlive it.
  AwakeCore(Core& core, base::EventLoop& loop, std::function<void()> slept);

  void execute(proto::Command command, ReplyCallback callback) override;
  void query(proto::Query query, AnswerCallback callback) override;
  void grid(GridCallback callback) override;
  std::uint64_t subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                          FeedListener& listener) override;
  void unsubscribe(std::uint64_t subscription) override;
  void taken(std::uint64_t subscription, std::uint64_t position) override;

 private:
  // Whether the thread stood still until now.
  [[nodiscard]] bool has_slept();
  void turn();

  Core& core_;
  base::EventLoop& loop_;
  const std::function<void()> slept_;
  base::MonotonicTime turned_;
  base::WallTime turned_by_wall_;  // of a machine that is paused as a whole, only this clock goes on
  std::unique_ptr<base::Timer> timer_;
};

}  // namespace buzzer::gateway
