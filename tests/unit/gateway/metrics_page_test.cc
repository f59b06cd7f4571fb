#include "node/gateway/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

bool has_line(const std::string& page, const std::string& line) {
  return page.find('\n' + line + '\n') != std::string::npos;
}

void owe(proto::Answer& answer, std::uint32_t from, std::uint32_t to, std::uint64_t rows) {
  proto::Owed& owed = *answer.add_owed();
  owed.set_from(from);
  owed.set_to(to);
  owed.set_rows(rows);
}

TEST(MetricsPageTest, LinksAndShardsAreThoseOfTheNode) {
  NodeFigures figures;
  figures.self = base::NodeId(2);
  figures.nodes = 3;
  figures.node.alive = {base::NodeId(0), base::NodeId(2)};
  figures.node.links = {{base::NodeId(0), true, 250us, 4096, 7}, {base::NodeId(1), false, 9ms, 0, 0}};
  figures.node.shards = 21;
  figures.node.serving = 20;
  const std::string page = metrics_page(figures);
  for (const char* line :
       {"buzzer_node_info{node=\"2\"} 1", "buzzer_nodes 3", "buzzer_nodes_alive 2", "buzzer_link_up{peer=\"0\"} 1",
        "buzzer_link_up{peer=\"1\"} 0", "buzzer_link_round_trip_seconds{peer=\"0\"} 0.00025",
        "buzzer_link_queued_bytes{peer=\"0\"} 4096", "buzzer_link_dropped_frames_total{peer=\"0\"} 7",
        "buzzer_shards 21", "buzzer_shards_serving 20", "buzzer_store_open 0"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\nin:\n" << page;
  }
  EXPECT_THAT(page, Not(HasSubstr("buzzer_link_round_trip_seconds{peer=\"1\"}"))) << "of a link that is down";
}

TEST(MetricsPageTest, TheOutboxIsToldByNodes) {
  NodeFigures figures;
  figures.nodes = 2;
  owe(figures.owed, 0, 1, 5);
  owe(figures.owed, 2, 3, 6);
  owe(figures.owed, 2, 0, 0);
  const std::string page = metrics_page(figures);
  EXPECT_TRUE(has_line(page, "buzzer_outbox_streams{to=\"0\"} 0")) << page;
  EXPECT_TRUE(has_line(page, "buzzer_outbox_streams{to=\"1\"} 2")) << page;
  EXPECT_TRUE(has_line(page, "buzzer_outbox_rows{to=\"1\"} 11")) << page;
  figures.owed.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  EXPECT_THAT(metrics_page(figures), Not(HasSubstr("buzzer_outbox"))) << "what is not known is not zero";
}

TEST(MetricsPageTest, RequestsAreCountedByOutcomeAndTimed) {
  NodeFigures figures;
  RequestCounts& commands = figures.core.commands;
  commands.add(0, 500us);
  commands.add(0, 501us);
  commands.add(static_cast<std::uint32_t>(proto::ErrorCode::kUnknownUser), 30ms);
  commands.add(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable), 2001ms);
  const std::string page = metrics_page(figures);
  for (const char* line : {"buzzer_core_requests_total{kind=\"command\",outcome=\"done\"} 2",
                           "buzzer_core_requests_total{kind=\"command\",outcome=\"refused\"} 1",
                           "buzzer_core_requests_total{kind=\"command\",outcome=\"unknown\"} 1",
                           "buzzer_core_requests_total{kind=\"read\",outcome=\"done\"} 0",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"5e-04\"} 1",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"0.001\"} 2",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"0.02\"} 2",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"0.05\"} 3",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"2\"} 3",
                           "buzzer_core_request_seconds_bucket{kind=\"command\",le=\"+Inf\"} 4",
                           "buzzer_core_request_seconds_count{kind=\"command\"} 4"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\nin:\n" << page;
  }
}

TEST(MetricsPageTest, RoomTellsItsClientsAndWhatWasDroppedForThem) {
  NodeFigures figures;
  figures.node.room_clients = 3;
  figures.node.room_dropped_lines = 17;
  const std::string page = metrics_page(figures);
  for (const char* line : {"buzzer_room_clients 3", "buzzer_room_dropped_lines_total 17"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\nin:\n" << page;
  }
}

TEST(MetricsPageTest, SessionsAreAddedUpOverTheWorkersAndInboxesAreNot) {
  NodeFigures figures;
  figures.workers.resize(2);
  figures.workers[0].text_sessions = 1;
  figures.workers[0].json_sessions = 2;
  figures.workers[1].json_sessions = 5;
  figures.workers[0].connections.pushes = 100;
  figures.workers[1].connections.pushes = 11;
  figures.workers[1].connections.closed_slow = 3;
  figures.workers[1].queued_bytes = 4;
  figures.workers[1].inbox_waiting = 6;
  figures.core_refused = 9;
  const std::string page = metrics_page(figures);
  for (const char* line :
       {"buzzer_sessions{protocol=\"text\"} 1", "buzzer_sessions{protocol=\"json\"} 7", "buzzer_pushes_sent_total 111",
        "buzzer_sessions_closed_total{reason=\"slow\"} 3", "buzzer_sessions_closed_total{reason=\"idle\"} 0",
        "buzzer_session_queued_bytes 4", "buzzer_inbox_waiting{inbox=\"gateway-0\"} 0",
        "buzzer_inbox_waiting{inbox=\"gateway-1\"} 6", "buzzer_inbox_refused_total{inbox=\"core\"} 9"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\nin:\n" << page;
  }
}

}  // namespace
}  // namespace buzzer::gateway
