// What gateway workers and the thread of the core tell each other, through bounded inboxes (base/inbox.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/inbox.h"
#include "node/gateway/core.h"

namespace buzzer::gateway {

// To the core. Numbers are the worker's.
struct ExecuteCommand {
  std::uint64_t number;
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
// One thing that is told, and whom: those of one worker whose protocol is the same.
struct FeedPushes {
  struct Envelope {
    std::uint64_t number;
    std::uint64_t prev;
  };
  proto::Pushes::Kind kind;
  proto::Position position;
  std::shared_ptr<const std::string> body;
  std::vector<Envelope> envelopes;
};
using FromCore = std::variant<CommandReplied, QueryAnswered, GridTold, FeedPushes>;

using CoreInbox = base::Inbox<std::pair<std::uint32_t, ToCore>>;  // with the index of the worker that says so
using WorkerInbox = base::Inbox<FromCore>;

}  // namespace buzzer::gateway
