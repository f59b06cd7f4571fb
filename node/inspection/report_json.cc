#include "node/inspection/report_json.h"

#include <nlohmann/json.hpp>

#include "node/grid/placement.h"
#include "node/inspection/report_text.h"

namespace buzzer::inspection {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// As text: a number of 64 bits is more than many JSON readers keep.
Json id_or_null(std::uint64_t id) { return id == 0 ? Json(nullptr) : Json(std::to_string(id)); }

Json time_or_null(std::int64_t time_ms) { return time_ms == 0 ? Json(nullptr) : Json(time_ms); }

// With the node where it is at home.
Json place(ShardId shard, std::uint32_t nodes) {
  return {{"shard", shard.value()}, {"node", grid::node_of_shard(shard, nodes).value()}};
}

Json broken_to_json(const BrokenThing& thing, std::uint32_t nodes) {
  return {{"kind", name_of(thing.kind)},
          {"id", id_or_null(thing.id)},
          {"author", thing.author},
          {"home", place(thing.from, nodes)},
          {"at", place(thing.to, nodes)}};
}

const char* name_of_state(proto::TracedSubscription::State state) {
  if (state == proto::TracedSubscription::TAKEN) return "taken";
  return state == proto::TracedSubscription::PUSHED ? "pushed" : "behind";
}

Json arrivals_to_json(const proto::Traced& traced) {
  Json arrivals = Json::array();
  for (const proto::TracedArrival& arrival : traced.arrivals()) {
    arrivals.push_back(
        {{"position", arrival.position()}, {"version", arrival.version()}, {"time_ms", arrival.time_ms()}});
  }
  return arrivals;
}

void add_subscriptions(const proto::Traced& traced, ShardId shard, Json& subscriptions) {
  for (const proto::TracedSubscription& subscription : traced.subscriptions()) {
    subscriptions.push_back({{"feed", subscription.feed()},
                             {"shard", shard.value()},
                             {"for_node", subscription.node()},
                             {"number", std::to_string(subscription.number())},
                             {"state", name_of_state(subscription.state())}});
  }
}

}  // namespace

std::string to_json(const AuditReport& report, std::uint32_t nodes) {
  Json broken = Json::array();
  for (const BrokenThing& thing : report.broken) broken.push_back(broken_to_json(thing, nodes));
  Json begun_anew = Json::array();
  for (const auto& [from, to] : report.begun_anew) {
    begun_anew.push_back({{"from", from.value()}, {"to", to.value()}});
  }
  Json silent = Json::array();
  for (const ShardId shard : report.silent) silent.push_back(place(shard, nodes));
  return line_of({{"verdict", name_of(report.verdict())},
                  {"shards", report.shards},
                  {"buzzes", report.buzzes},
                  {"deliveries", report.deliveries},
                  {"follows", report.follows},
                  {"streams", report.streams},
                  {"pending", report.pending},
                  {"broken", std::move(broken)},
                  {"further_broken", report.further_broken},
                  {"begun_anew", std::move(begun_anew)},
                  {"silent", std::move(silent)}});
}

std::string to_json(const TraceReport& report, std::uint32_t nodes) {
  const proto::Buzz& buzz = report.at_home.buzz();
  Json shards = Json::array();
  Json subscriptions = Json::array();
  std::uint64_t further = report.at_home.further_subscriptions();
  add_subscriptions(report.at_home, report.home, subscriptions);
  for (const TraceReport::Shard& shard : report.others) {
    Json entry = place(shard.shard, nodes);
    entry["state"] = name_of(shard.state);
    entry["version"] = shard.traced.has_buzz() ? Json(shard.traced.buzz().version()) : Json(nullptr);
    entry["taken_ms"] = time_or_null(shard.traced.taken_ms());
    entry["arrivals"] = arrivals_to_json(shard.traced);
    shards.push_back(std::move(entry));
    add_subscriptions(shard.traced, shard.shard, subscriptions);
    further += shard.traced.further_subscriptions();
  }
  return line_of({{"id", std::to_string(buzz.id())},
                  {"version", buzz.version()},
                  {"author", buzz.author()},
                  {"deleted", buzz.deleted()},
                  {"home", place(report.home, nodes)},
                  {"posted_ms", buzz.posted_ms()},
                  {"edited_ms", time_or_null(buzz.edited_ms())},
                  {"arrivals", arrivals_to_json(report.at_home)},
                  {"shards", std::move(shards)},
                  {"subscriptions", std::move(subscriptions)},
                  {"further_subscriptions", further}});
}

}  // namespace buzzer::inspection
