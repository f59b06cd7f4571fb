// What a shard is given: its options, what it stands on, and who owns it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/random.h"
#include "node/journal/journal.h"
#include "node/kernel/upkeep.h"
#include "node/shard/publisher.h"
#include "node/store/store.h"

namespace buzzer::shard {

struct ShardOptions {
  base::ShardId shard;
  std::size_t most_waiting = 4096;  // replies; a further command is `unavailable`, unexecuted
  base::Duration reclaim_after = std::chrono::milliseconds(100);
  // Between two pieces of upkeep, at least: the next one waits until the last is durable.
  base::Duration upkeep_pause = std::chrono::milliseconds(5);
  base::Duration upkeep_every = std::chrono::seconds(60);      // when nothing asks for it sooner
  base::Duration trim_after = std::chrono::milliseconds(500);  // acknowledged rows are gathered so long
  kernel::UpkeepOptions upkeep;
  PublisherOptions publisher;  // its shard is this one
};

// How the clock of this machine stands beside those of its peers.
struct ClockState {
  std::chrono::milliseconds correction{0};  // to be added to the wall clock
  bool dates_buzzes = true;                 // false: too far off for new buzzes
};

// Who owns the shards of a node.
class ShardOwner {
 public:
  ShardOwner() = default;
  ShardOwner(const ShardOwner&) = delete;
  ShardOwner& operator=(const ShardOwner&) = delete;
  virtual ~ShardOwner() = default;

  // All are called from within the shard, which must not be destroyed before they have ended.
  // It serves, from now on or again.
  virtual void on_serving(base::ShardId /*shard*/) {}
  // It has stepped back; it will claim again by itself.
  virtual void on_stepped_back(base::ShardId shard, const char* why) = 0;
  // One thing that came could not be answered, because something could not be read.
  virtual void on_read_failed(const std::string& why) = 0;
  // There are rows for `to` that were not there before; they are not durable yet.
  virtual void on_rows(base::ShardId /*shard*/, base::ShardId /*to*/) {}
  // The stream from one shard to another, one of them this one, is broken, because the store of one of its ends is not
  // what it was; it begins anew. Both ends say so.
  virtual void on_broken_stream(base::ShardId /*from*/, base::ShardId /*to*/, base::ShardId /*other*/) {}
  // The store of another shard is a new one; the streams with it begin anew.
  virtual void on_renewed_peer(base::ShardId /*shard*/, base::ShardId /*other*/) {}
  [[nodiscard]] virtual ClockState clock_state() const { return {}; }
};

// What a shard stands on. All must outlive it.
struct ShardServices {
  store::Store& below;  // that the journal's batches enter
  journal::Journal& journal;
  base::EventLoop& loop;
  base::Random& random;
  base::Log& log;
  ShardOwner& owner;
  PushSender& pushes;
};

}  // namespace buzzer::shard
