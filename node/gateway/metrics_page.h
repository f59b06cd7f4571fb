// What /metrics answers: the figures of a node, gathered from its threads, as one page (metrics_text.h). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/gateway/core_counts.h"
#include "node/gateway/gateway_worker.h"
#include "node/gateway/grid_source.h"
#include "node/http/connection.h"
#include "proto/queries.pb.h"

namespace buzzer::gateway {

struct NodeFigures {
  base::NodeId self;
  std::uint32_t nodes = 1;
  // Of the core's thread.
  NodeFacts node;
  proto::Answer owed;  // by this node alone
  CoreCounts core;
  std::size_t core_waiting = 0;  // messages of workers in the core's inbox
  std::uint64_t core_refused = 0;
  // Of each worker.
  std::vector<WorkerFigures> workers;
  // Of the first worker's thread.
  http::Counts http;
  std::size_t http_connections = 0;
  std::size_t passwords_waiting = 0;
  std::uint64_t passwords_refused = 0;
};

[[nodiscard]] std::string metrics_page(const NodeFigures& figures);

}  // namespace buzzer::gateway
