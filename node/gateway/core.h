// What a session needs of the core: commands, queries, what comes to feeds, and how the grid is. Implemented across
// threads (remote_core.h); by plain objects in tests.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node/gateway/cursor.h"
#include "proto/commands.pb.h"
#include "proto/errors.h"
#include "proto/link.pb.h"
#include "proto/queries.pb.h"
#include "proto/v1/parts.h"

namespace buzzer::gateway {

// The protocol that a session speaks, and so how it wants the bodies of pushes.
enum class Wire : std::uint8_t { kText, kJson };

// What a subscriber is told; as grid::Push, but with the body as the session's protocol has it.
struct FeedPush {
  proto::Pushes::Kind kind;  // ENTRY; MARK: only the position moves; GAP; REFUSED: the subscription is no more
  FeedPosition position;
  std::uint64_t prev = 0;  // the number of the position told before, or given at the beginning; 0: there is none yet
  // Shared by all who are told the same. Null if this protocol says nothing of it: then only the position moves.
  std::shared_ptr<const std::string> body;
  proto::ErrorCode error = proto::ErrorCode::kNone;  // of REFUSED: why, as in grid::Push
};

// Told of its subscriptions. May open and close any from within.
class FeedListener {
 public:
  FeedListener() = default;
  FeedListener(const FeedListener&) = delete;
  FeedListener& operator=(const FeedListener&) = delete;
  virtual ~FeedListener() = default;

  virtual void on_push(std::uint64_t subscription, const FeedPush& push) = 0;
};

class Core {
 public:
  using ReplyCallback = std::function<void(const proto::Reply&)>;
  using AnswerCallback = std::function<void(const proto::Answer&)>;
  using GridCallback = std::function<void(const std::shared_ptr<const proto::v1::Grid>&)>;

  Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  virtual ~Core() = default;

  // Each callback comes once, never from within the call; `unavailable` after 2 s, or at once when too much is under
  // way. Whoever may be gone by then has to see to that.
  virtual void execute(proto::Command command, ReplyCallback callback) = 0;
  virtual void query(proto::Query query, AnswerCallback callback) = 0;

  // How the grid is (grid_view.h), without `home`; null when too much is under way. Once, never from within the call,
  // after 2 s and a little at most.
  virtual void grid(GridCallback callback) = 0;

  // What comes to the feed behind that position; none: from now on. The first that is told is a MARK or GAP. A number
  // above 0, never given again. `listener` must not be gone before unsubscribe() or REFUSED.
  virtual std::uint64_t subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                                  FeedListener& listener) = 0;
  virtual void unsubscribe(std::uint64_t subscription) = 0;
  // Everything up to that entry has been passed on. Without it no more comes after a window of entries
  // (shard::PublisherOptions).
  virtual void taken(std::uint64_t subscription, std::uint64_t position) = 0;
};

}  // namespace buzzer::gateway
