#include "node/gateway/metrics_page.h"

#include <chrono>
#include <map>
#include <utility>

#include "node/grid/placement.h"
#include "node/http/metrics_text.h"

namespace buzzer::gateway {
namespace {

// Integers of up to 53 bits are kept exactly; a node counts no further in its life.
template <class Count>
double value(Count count) {
  return static_cast<double>(count);
}

void add_mesh(http::MetricsText& text, const NodeFacts& node) {
  text.gauge("buzzer_nodes_alive", "Nodes of the grid that this one believes to be alive, itself included.",
             value(node.alive.size()));
  for (const MeshLink& link : node.links) {
    const std::string peer = std::to_string(link.peer.value());
    const http::MetricLabels labels{{"peer", peer}};
    text.gauge("buzzer_link_up", "Whether the link to that peer is up: 1 or 0.", link.up ? 1 : 0, labels);
    if (link.up && link.round_trip) {
      text.gauge("buzzer_link_round_trip_seconds", "How long the last heartbeat took there and back.",
                 std::chrono::duration<double>(*link.round_trip).count(), labels);
    }
    text.gauge("buzzer_link_queued_bytes", "Bytes that wait to be sent to that peer.", value(link.queued_bytes),
               labels);
    text.counter("buzzer_link_dropped_frames_total", "Frames to that peer that found its send queue full.",
                 value(link.dropped_frames), labels);
  }
}

void add_core(http::MetricsText& text, const NodeFigures& figures) {
  const NodeFacts& node = figures.node;
  text.gauge("buzzer_store_open", "Whether the store of this node is open: 1 or 0.", node.store_open ? 1 : 0);
  text.gauge("buzzer_shards", "Shards at home here.", value(node.shards));
  text.gauge("buzzer_shards_serving", "Shards at home here that serve.", value(node.serving));
  text.gauge("buzzer_requests_under_way", "Commands and queries of this node that no home has answered yet.",
             value(node.requests_under_way));
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> owed;  // by node: streams, rows
  for (const proto::Owed& stream : figures.owed.owed()) {
    if (stream.rows() == 0) continue;
    auto& [streams, rows] =
        owed[grid::node_of_shard(base::ShardId(static_cast<std::uint8_t>(stream.to())), figures.nodes).value()];
    ++streams;
    rows += stream.rows();
  }
  for (std::uint32_t id = 0; id < figures.nodes && figures.owed.error() == 0; ++id) {
    const std::string to = std::to_string(id);
    text.gauge("buzzer_outbox_streams", "Streams from shards here that have rows to deliver to that node.",
               value(owed[id].first), {{"to", to}});
    text.gauge("buzzer_outbox_rows", "Rows that shards here have still to deliver to that node.",
               value(owed[id].second), {{"to", to}});
  }
}

void add_requests(http::MetricsText& text, const CoreCounts& core) {
  const auto add = [&](std::string_view kind, const RequestCounts& counts) {
    const auto outcome = [&](std::string_view name, std::uint64_t count) {
      text.counter(
          "buzzer_core_requests_total",
          "Commands and reads of this node's clients, by what the core answered; unknown: it may have happened.",
          value(count), {{"kind", kind}, {"outcome", name}});
    };
    outcome("done", counts.done);
    outcome("refused", counts.refused);
    outcome("unknown", counts.unknown);
    text.histogram(
        "buzzer_core_request_seconds",
        "From the core's inbox to the answer of the home, wherever that is; of commands: until it is durable.",
        {LatencyCounts::kBounds, counts.latency.counts, counts.latency.sum}, {{"kind", kind}});
  };
  add("command", core.commands);
  add("read", core.reads);
  text.counter("buzzer_posts_total", "Buzzes posted by this node's clients.", value(core.posts));
  text.counter("buzzer_pushes_handed_total", "Entries of feeds that the core handed to sessions.", value(core.pushes));
}

// Sums over the workers, but for their inboxes.
void add_sessions(http::MetricsText& text, const std::vector<WorkerFigures>& workers) {
  const auto sum = [&](auto get) {
    double all = 0;
    for (const WorkerFigures& worker : workers) all += value(get(worker));
    return all;
  };
  constexpr std::string_view kSessions = "Clients that are connected over WebSocket now.";
  text.gauge("buzzer_sessions", kSessions, sum([](const auto& of) { return of.text_sessions; }),
             {{"protocol", "text"}});
  text.gauge("buzzer_sessions", kSessions, sum([](const auto& of) { return of.json_sessions; }),
             {{"protocol", "json"}});
  text.gauge("buzzer_subscriptions", "Subscriptions to feeds that sessions have open.",
             sum([](const auto& of) { return of.subscriptions; }));
  text.gauge("buzzer_session_requests", "Commands and queries of sessions that the core has not answered yet.",
             sum([](const auto& of) { return of.requests; }));
  text.gauge("buzzer_session_queued_bytes", "Bytes that wait for clients to read.",
             sum([](const auto& of) { return of.queued_bytes; }));
  text.counter("buzzer_messages_received_total", "Messages of clients.",
               sum([](const auto& of) { return of.connections.received; }));
  text.counter("buzzer_messages_sent_total", "Messages given to the system for clients, pushes not counted.",
               sum([](const auto& of) { return of.connections.messages; }));
  text.counter("buzzer_pushes_sent_total", "Pushes given to the system for clients.",
               sum([](const auto& of) { return of.connections.pushes; }));
  text.counter("buzzer_sent_bytes_total", "Bytes given to the system for WebSocket clients.",
               sum([](const auto& of) { return of.connections.bytes; }));
  constexpr std::string_view kClosed = "Clients that were closed: slow ones for not reading, idle ones for silence.";
  text.counter("buzzer_sessions_closed_total", kClosed, sum([](const auto& of) { return of.connections.closed_slow; }),
               {{"reason", "slow"}});
  text.counter("buzzer_sessions_closed_total", kClosed, sum([](const auto& of) { return of.connections.closed_idle; }),
               {{"reason", "idle"}});
}

void add_inboxes(http::MetricsText& text, const NodeFigures& figures) {
  const auto add = [&](std::string_view name, std::size_t waiting, std::uint64_t refused) {
    text.gauge("buzzer_inbox_waiting", "Messages in the inbox of that thread.", value(waiting), {{"inbox", name}});
    text.counter("buzzer_inbox_refused_total", "Messages that found the inbox full.", value(refused),
                 {{"inbox", name}});
  };
  add("core", figures.core_waiting, figures.core_refused);
  for (std::size_t i = 0; i < figures.workers.size(); ++i) {
    add("gateway-" + std::to_string(i), figures.workers[i].inbox_waiting, figures.workers[i].inbox_refused);
  }
  text.counter("buzzer_mesh_frames_refused_total", "Frames of other nodes that found the core's inbox full.",
               value(figures.node.refused_reports));
}

void add_room(http::MetricsText& text, const NodeFacts& node) {
  text.gauge("buzzer_room_clients", "TCP clients of the chat room.", value(node.room_clients));
  text.counter("buzzer_room_dropped_lines_total",
               "Lines of the chat room that were dropped for a client that did not read, once for each of these.",
               value(node.room_dropped_lines));
}

void add_http(http::MetricsText& text, const NodeFigures& figures) {
  const http::Counts& http = figures.http;
  text.gauge("buzzer_http_connections", "HTTP connections that are open now, WebSocket's not counted.",
             value(figures.http_connections));
  text.counter("buzzer_http_connections_total", "HTTP connections that were accepted.", value(http.connections));
  text.counter("buzzer_http_turned_away_total", "HTTP connections beyond the limit.", value(http.turned_away));
  text.counter("buzzer_http_timed_out_total", "HTTP connections that were closed for taking too long.",
               value(http.timed_out));
  text.counter("buzzer_http_requests_total", "Whole HTTP requests.", value(http.requests));
  text.counter("buzzer_http_refused_total", "HTTP requests that the server itself answered with an error.",
               value(http.refused));
  text.counter("buzzer_http_upgraded_total", "HTTP connections that became WebSocket's.", value(http.handed_over));
  text.gauge("buzzer_passwords_waiting", "Passwords that wait to be hashed or verified.",
             value(figures.passwords_waiting));
  text.counter("buzzer_passwords_refused_total", "Passwords that found that queue full.",
               value(figures.passwords_refused));
}

}  // namespace

std::string metrics_page(const NodeFigures& figures) {
  http::MetricsText text;
  const std::string node = std::to_string(figures.self.value());
  text.gauge("buzzer_node_info", "Which node this is: always 1.", 1, {{"node", node}});
  text.gauge("buzzer_nodes", "Nodes that the grid has, running or not.", figures.nodes);
  add_mesh(text, figures.node);
  add_core(text, figures);
  add_requests(text, figures.core);
  add_sessions(text, figures.workers);
  add_inboxes(text, figures);
  add_room(text, figures.node);
  add_http(text, figures);
  return text.text();
}

}  // namespace buzzer::gateway
