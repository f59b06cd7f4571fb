// What clients wish, ask and are told, in words, for the trace.
#pragma once

#include <string>

#include "proto/commands.pb.h"
#include "proto/link.pb.h"
#include "proto/queries.pb.h"

namespace buzzer::simulation {

[[nodiscard]] std::string describe(const proto::Command& command);
[[nodiscard]] std::string describe(const proto::Query& query);
[[nodiscard]] std::string describe(const proto::Feed& feed);
[[nodiscard]] std::string describe(const proto::Reply& reply);
[[nodiscard]] std::string describe(const proto::Answer& answer);
[[nodiscard]] std::string describe(const proto::Position& position);
[[nodiscard]] std::string describe(const proto::FeedEntry& entry);

// A list of ids, each with a blank before it.
template <class Ids>
[[nodiscard]] std::string describe_ids(const Ids& ids) {
  std::string text;
  for (const auto& id : ids) text += ' ' + std::to_string(id);
  return text;
}

}  // namespace buzzer::simulation
