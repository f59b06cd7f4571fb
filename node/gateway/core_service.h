// The core's end of the gateway workers' way to it: executes what they ask, and hands on what comes to their
// subscriptions, encoded once for each protocol and batched by worker.
//
// Belongs to the thread of the core.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/event_loop.h"
#include "node/gateway/core_counts.h"
#include "node/gateway/core_messages.h"
#include "node/gateway/grid_view.h"
#include "node/grid/router.h"
#include "node/grid/subscriptions.h"

namespace buzzer::gateway {

// How the bodies of pushes come about.
struct EntryCodec {
  // As that protocol has it; none if it says nothing of it.
  std::function<std::optional<std::string>(Wire, const proto::Position&, const proto::FeedEntry&)> encode;
  // The same entry at another position.
  std::function<std::shared_ptr<const std::string>(Wire, const std::shared_ptr<const std::string>& body,
                                                   const proto::Position&)>
      move;
};

// What it stands on. All must outlive it.
struct CoreParts {
  base::EventLoop& loop;
  grid::Router& router;
  grid::Subscriptions& subscriptions;
  GridView& grid;
  CoreCounts& counts;  // it counts here
};

class CoreService {
 public:
  // `workers`: their inboxes, by index; they outlive it.
  CoreService(const CoreParts& parts, std::vector<WorkerInbox*> workers, EntryCodec codec);
  ~CoreService();
  CoreService(const CoreService&) = delete;
  CoreService& operator=(const CoreService&) = delete;

  void take(std::uint32_t worker, ToCore&& message);

 private:
  // What is gathered for the subscriptions of one worker until this turn is over.
  struct Batch {
    FeedPushes pushes;
    Wire wire = Wire::kText;  // of what was told last
  };
  static constexpr std::size_t kWires = 2;
  // An entry that was told lately, and its bodies, at some position. A buzz comes to followers at home in many shards
  // as the same entry; each shard has a position of its own for it.
  struct Recent {
    struct Body {
      bool is_encoded = false;
      std::shared_ptr<const std::string> text;  // null if its protocol says nothing of the entry
      FeedPosition position;                    // which the text is at
    };
    std::string entry;  // a proto::FeedEntry
    std::array<Body, kWires> bodies;
  };
  static constexpr std::size_t kMostRecent = 32;

  void execute(std::uint32_t worker, const ExecuteCommand& wish);
  void query(std::uint32_t worker, const AskQuery& wish);
  void open(std::uint32_t worker, OpenFeed&& wish);
  void close(std::uint32_t worker, std::uint64_t number);
  void pushed(std::uint32_t worker, Wire wire, std::uint64_t number, const grid::Push& push);
  // Of the entry that is being told.
  [[nodiscard]] std::shared_ptr<const std::string> body(Wire wire, const grid::Push& push);
  [[nodiscard]] Recent& recent(const std::string& entry);
  void flush_soon();
  void flush(std::size_t worker);

  const CoreParts parts_;
  const std::vector<WorkerInbox*> workers_;
  const EntryCodec codec_;
  // Of each worker: the grid's numbers of its subscriptions, by its own.
  std::vector<std::unordered_map<std::uint64_t, std::uint64_t>> open_;
  std::vector<Batch> batches_;
  bool flushes_ = false;
  std::vector<Recent> recent_;
  std::size_t last_recent_ = 0;  // which was told last
  std::size_t next_recent_ = 0;  // which is forgotten for the next
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
