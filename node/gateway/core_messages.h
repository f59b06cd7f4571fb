// What gateway workers and the thread of the core tell each other, through bounded inboxes (base/inbox.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/event_loop.h"
#include "base/inbox.h"
#include "node/gateway/core.h"

namespace buzzer::gateway {

// To the core. Numbers are the worker's.
struct ExecuteCommand {
  std::uint64_t number;
  base::MonotonicTime asked;  // one that waited for kMostAsleep is not executed (awake_core.h)
  proto::Command command;
};
struct AskQuery {
  std::uint64_t number;
  proto::Query query;
};
struct AskGrid {};
struct OpenFeed {
  std::uint64_t number;
  Wire wire;
  proto::Feed feed;
  std::optional<proto::Position> after;
};
struct CloseFeed {
  std::uint64_t number;
};
struct TakenPushes {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> positions;  // of each subscription, by number
};
using ToCore = std::variant<ExecuteCommand, AskQuery, AskGrid, OpenFeed, CloseFeed, TakenPushes>;

// To a worker.
struct CommandReplied {
  std::uint64_t number;
  proto::Reply reply;
};
struct QueryAnswered {
  std::uint64_t number;
  proto::Answer answer;
};
struct GridTold {
  std::shared_ptr<const proto::v1::Grid> grid;
};
// What one turn of the core has to tell the subscriptions of one worker, in order.
struct FeedPushes {
  // One thing that is told, to the next so many of the envelopes.
  struct Told {
    proto::Pushes::Kind kind;
    FeedPosition position;
    std::shared_ptr<const std::string> body;
    proto::ErrorCode error = proto::ErrorCode::kNone;
    std::size_t envelopes = 0;
  };
  struct Envelope {
    std::uint64_t number;
    std::uint64_t prev;
  };
  std::vector<Told> told;
  std::vector<Envelope> envelopes;
};
using FromCore = std::variant<CommandReplied, QueryAnswered, GridTold, FeedPushes>;

using CoreInbox = base::Inbox<std::pair<std::uint32_t, ToCore>>;  // with the index of the worker that says so
using WorkerInbox = base::Inbox<FromCore>;

}  // namespace buzzer::gateway
