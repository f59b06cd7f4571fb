// A mesh of the lab's format on virtual time, and somebody else's nodes around it, who say what a test tells them to.
#include "linkmgr/lab/lab_mesh.h"

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/simulated_network.h"

namespace buzzer::linkmgr::lab {
namespace {

using namespace std::chrono_literals;
using base::NodeId;
using simulation::Host;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint16_t kPort = 3000;
constexpr std::uint32_t kSelf = 1;  // of three: dials node 0, is dialled by node 2

base::Endpoint endpoint(std::uint32_t host) { return {std::to_string(host), kPort}; }

class Healthy final : public HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override { return {}; }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

class KeptLog final : public base::Log {
 public:
  void write(base::LogLevel /*level*/, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    lines.push_back(base::format_text(NodeId(kSelf), component, message, fields));
  }
  [[nodiscard]] std::size_t count(std::string_view part) const {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
  }
  std::vector<std::string> lines;
};

// One connection of somebody else's.
class Other final : public base::ConnectionHandler {
 public:
  explicit Other(base::Transport& transport) : connection_(transport.dial(endpoint(kSelf), *this)) {}
  explicit Other(std::unique_ptr<base::Connection> accepted) : connection_(std::move(accepted)) {
    connection_->set_handler(*this);
  }
  void say(std::string_view bytes) {
    static_cast<void>(connection_->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    heard.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void on_end(std::string_view /*reason*/) override { ended = true; }

  std::string heard;
  bool ended = false;

 private:
  std::unique_ptr<base::Connection> connection_;
};

class LabMeshTest : public testing::Test, private MeshEvents {
 protected:
  LabMeshTest() {
    LinkOptions options;
    options.format = LinkFormat::kLab;
    options.self = NodeId(kSelf);
    options.grid_size = 3;
    options.listen = endpoint(kSelf);
    options.peers = {{NodeId(0), endpoint(0)}, {NodeId(2), endpoint(2)}};
    mesh_.emplace(options, MeshServices{loop_, transport_, random_, log_, health_}, static_cast<MeshEvents&>(*this));
    EXPECT_TRUE(transport_of_0_.listen(endpoint(0), [this](std::unique_ptr<base::Connection> connection) {
      accepted_.push_back(std::make_unique<Other>(std::move(connection)));
    }));
    EXPECT_TRUE(mesh_->start());
    run(50ms);
  }

  void run(base::Duration time) { time_.run_for(time); }
  // Time goes by, and these ping as they should.
  void run_pinging(base::Duration time, std::vector<std::pair<Other*, std::string>> pinging) {
    for (base::Duration gone{0}; gone < time; gone += 250ms) {
      for (auto& [other, line] : pinging) other->say(line);
      run(250ms);
    }
  }
  std::unique_ptr<Other> dial(std::string_view first = "") {
    auto other = std::make_unique<Other>(transport_of_2_);
    run(30ms);
    other->say(first);
    run(30ms);
    return other;
  }
  // The newest connection from here to node 0.
  Other& at_0() { return *accepted_.back(); }
  std::string alive() {
    std::string ids;
    for (const NodeId id : mesh_->alive()) ids += std::to_string(id.value());
    return ids;
  }
  SendResult send(std::uint32_t peer, const std::string& text) {
    proto::LinkFrame frame;
    frame.mutable_room_line()->set_text(text);
    return mesh_->send(NodeId(peer), proto::encode_frame(frame));
  }
  PeerStatus status_of(std::uint32_t peer) { return mesh_->status().peers[peer == 0 ? 0 : 1]; }

  base::SeededRandom random_{1};
  simulation::VirtualTime time_;
  base::Duration no_offset_{};
  simulation::SimulatedLoop loop_{time_, no_offset_};
  simulation::SimulatedLoop others_loop_{time_, no_offset_};
  simulation::SimulatedNetwork network_{time_, random_};
  simulation::SimulatedTransport transport_{network_, Host{kSelf}, loop_};
  simulation::SimulatedTransport transport_of_0_{network_, Host{0}, others_loop_};
  simulation::SimulatedTransport transport_of_2_{network_, Host{2}, others_loop_};
  KeptLog log_;
  Healthy health_;
  std::vector<std::unique_ptr<Other>> accepted_;  // by node 0
  std::vector<std::string> told_;                 // alive sets, and messages as "from: contents"
  std::optional<LabMesh> mesh_;

 private:
  void on_alive_changed(const std::vector<NodeId>& /*alive*/) override { told_.push_back("alive " + alive()); }
  void on_frame(NodeId from, proto::LinkFrame&& frame) override {
    told_.push_back(std::to_string(from.value()) + ": " + frame.room_line().text());
  }
  void on_clock_offset(std::optional<std::chrono::milliseconds> /*offset*/) override {}
};

TEST_F(LabMeshTest, BothEndsPingAtOnceAndEveryHalfSecond) {
  const auto two = dial();
  EXPECT_EQ(two->heard, "ping 1\n");
  ASSERT_EQ(accepted_.size(), 1U);
  EXPECT_EQ(at_0().heard, "ping 1\n");
  two->say("ping 2\n");
  at_0().say("ping 0\n");
  run_pinging(5s, {{two.get(), "ping 2\n"}, {&at_0(), "ping 0\n"}});
  for (const std::string& heard : {two->heard, at_0().heard}) {
    const auto pings = static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n'));
    EXPECT_EQ(heard.size(), pings * 7) << heard;
    EXPECT_GE(pings, 10U);
    EXPECT_LE(pings, 11U);
  }
}

TEST_F(LabMeshTest, PeerIsUpFromItsFirstPingUntilItsLinkEnds) {
  EXPECT_EQ(alive(), "1");
  at_0().say("ping 0\n");
  run(10ms);
  EXPECT_EQ(alive(), "01");
  auto two = dial("ping 2\n");
  EXPECT_EQ(alive(), "012");
  two.reset();
  run(10ms);
  EXPECT_EQ(alive(), "01");
  EXPECT_EQ(status_of(0).state, PeerState::kUp);
  EXPECT_EQ(status_of(2).state, PeerState::kDown);
}

TEST_F(LabMeshTest, PeerThatIsSilentForASecondIsDownAndItsConnectionClosed) {
  const auto two = dial("ping 2\n");
  run(940ms);
  EXPECT_EQ(alive(), "12");
  run(100ms);
  EXPECT_EQ(alive(), "1");
  EXPECT_TRUE(two->ended);
  EXPECT_EQ(log_.count("reason=\"nothing heard for a second\""), 2U);  // node 0 never spoke
}

TEST_F(LabMeshTest, StrangeLinesAreNoSignOfLife) {
  const auto two = dial("ping 2\n");
  for (int i = 0; i < 6; ++i) {
    two->say("nonsense\n");
    run(200ms);
  }
  EXPECT_EQ(alive(), "1");
}

TEST_F(LabMeshTest, NodeThatStoodStillReadsBeforeItJudges) {
  const auto two = dial("ping 2\n");
  loop_.freeze();
  for (int i = 0; i < 20; ++i) {
    two->say("ping 2\n");
    run(250ms);
  }
  loop_.thaw();
  run_pinging(1s, {{two.get(), "ping 2\n"}});
  EXPECT_EQ(told_.front(), "alive 12");
  EXPECT_EQ(std::count(told_.begin(), told_.end(), "alive 1"), 0);
}

TEST_F(LabMeshTest, DialsAgainAndAgainAboutOnceASecond) {
  std::size_t dials = 0;
  for (base::Duration gone{0}; gone < 20s; gone += 10ms) {
    dials += accepted_.size();
    accepted_.clear();  // node 0 closes them
    run(10ms);
  }
  EXPECT_GE(dials, 20U);
  EXPECT_LE(dials, 45U);
  EXPECT_LE(log_.count("no link to peer"), 2U) << "one of not connecting, one of losing the connection";
}

TEST_F(LabMeshTest, MessagesGoBothWaysInOrder) {
  const auto two = dial("ping 2\nmsg 2 first\nmsg 2 I'm actually a cat\r\nmsg 2 \nmsg 2 last\n");
  EXPECT_THAT(told_, ElementsAre("alive 12", "2: first", "2: I'm actually a cat\r", "2: ", "2: last"));
  two->heard.clear();
  for (const char* text : {"a", "b c", ""}) EXPECT_EQ(send(2, text), SendResult::kQueued);
  run(10ms);
  EXPECT_EQ(two->heard, "msg 1 a\nmsg 1 b c\nmsg 1 \n");
}

TEST_F(LabMeshTest, HoweverTheBytesAreCutTheLinesAreTheSame) {
  const auto two = dial("ping 2\n");
  std::vector<std::string> expected{"alive 12"};
  std::string stream;
  for (int number = 0; number < 100; ++number) {
    expected.push_back("2: " + std::to_string(number));
    stream += "msg 2 " + std::to_string(number) + "\n";
  }
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random_.next() % 11, stream.size() - at);
    two->say(stream.substr(at, size));
    at += size;
    if (random_.next() % 4 == 0) run(3ms);
  }
  run(50ms);
  EXPECT_EQ(told_, expected);
}

TEST_F(LabMeshTest, NothingButLinesOfTheRoomIsSent) {
  const auto two = dial("ping 2\n");
  two->heard.clear();
  proto::LinkFrame mark;
  mark.mutable_room_mark()->set_number(1);
  proto::LinkFrame heartbeat;
  heartbeat.mutable_heartbeat();
  for (const proto::LinkFrame& frame : {mark, heartbeat}) {
    EXPECT_EQ(mesh_->send(NodeId(2), proto::encode_frame(frame)), SendResult::kDown);
  }
  EXPECT_EQ(send(2, "two\nlines"), SendResult::kDown);
  EXPECT_EQ(send(2, std::string(kMostContents + 1, 'x')), SendResult::kDown);
  EXPECT_EQ(send(0, "to who has not pinged"), SendResult::kDown);
  run(10ms);
  EXPECT_EQ(two->heard, "");
  EXPECT_EQ(send(2, std::string(kMostContents, 'x')), SendResult::kQueued);
}

TEST_F(LabMeshTest, StrangeLinesAreSkippedCountedAndLoggedOnce) {
  const auto two = dial("ping 2\n");
  const std::string too_long(kMostLine + 1, 'x');
  const std::vector<std::string> strange{"",        "ping",           "ping 0",
                                         "ping 77", "msg 0 not mine", "msg 2",
                                         "\xff",    too_long,         "msg 2 " + std::string(kMostContents + 1, 'x')};
  for (const std::string& line : strange) two->say(line + "\n");
  two->say("msg 2 still here\n");
  run(100ms);
  EXPECT_THAT(told_, ElementsAre("alive 12", "2: still here"));
  EXPECT_EQ(status_of(2).strange_lines, strange.size());
  EXPECT_EQ(log_.count("is skipped"), 1U);
  EXPECT_FALSE(two->ended);
}

TEST_F(LabMeshTest, WhatComesBeforeTheFirstPingIsDropped) {
  const auto two = dial("\nnonsense\nmsg 2 too early\nping 2\nmsg 2 in time\n");
  EXPECT_THAT(told_, ElementsAre("alive 12", "2: in time"));
}

TEST_F(LabMeshTest, WhoCannotBeTheDiallerIsClosed) {
  for (const char* first : {"ping 0\n", "ping 1\n", "ping 3\n", "ping 4294967295\n"}) {
    const auto other = dial(first);
    EXPECT_TRUE(other->ended) << first;
  }
  EXPECT_EQ(log_.count("connection refused"), 1U);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(LabMeshTest, WhoSpeaksAnotherProtocolIsClosedAtOnce) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view first : {"\0\0\0\x05hello"sv, "POST / HTTP/1.1\r\n\r\nping 2\nmsg 2 from a page\n"sv}) {
    const auto other = dial(first);
    EXPECT_TRUE(other->ended);
  }
  const auto too_long = dial(std::string(kMostLine + 2, 'x'));
  run(50ms);
  EXPECT_TRUE(too_long->ended);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(LabMeshTest, WhoDoesNotPingIsClosedAfterASecond) {
  const auto other = dial("msg 2 hello\n");
  run(900ms);
  EXPECT_FALSE(other->ended);
  run(200ms);
  EXPECT_TRUE(other->ended);
}

TEST_F(LabMeshTest, SecondConnectionOfALivePeerIsClosedAndTheFirstStays) {
  const auto two = dial("ping 2\n");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(dial("ping 2\nmsg 2 not me\n")->ended);
  two->say("msg 2 it is me\n");
  run(10ms);
  EXPECT_THAT(told_, ElementsAre("alive 12", "2: it is me"));
  EXPECT_EQ(log_.count("a second connection"), 1U);
}

TEST_F(LabMeshTest, NodeAtAnotherAddressThanToldIsNotTakenForThePeer) {
  at_0().say("ping 2\n");
  run(30ms);
  EXPECT_EQ(alive(), "1");
  EXPECT_TRUE(accepted_.front()->ended);
  EXPECT_EQ(log_.count("expected node 0, found node 2; check --peer"), 1U);
}

TEST_F(LabMeshTest, OldestOfTooManyWhoSayNothingGoes) {
  std::vector<std::unique_ptr<Other>> idle;
  for (int i = 0; i < 65; ++i) idle.push_back(std::make_unique<Other>(transport_of_2_));
  run(50ms);
  EXPECT_EQ(std::count_if(idle.begin(), idle.end(), [](const auto& other) { return other->ended; }), 1);
}

TEST_F(LabMeshTest, BlockedPeerHearsNothingNotEvenOnANewConnectionUntilItIsUnblocked) {
  auto two = dial("ping 2\n");
  ASSERT_TRUE(mesh_->block(NodeId(2), {true, true}));
  two->heard.clear();
  run(1200ms);
  EXPECT_EQ(alive(), "1");
  EXPECT_EQ(two->heard, "");
  two = dial("ping 2\nmsg 2 hello\n");
  run(300ms);
  EXPECT_EQ(two->heard, "");
  EXPECT_FALSE(two->ended);
  EXPECT_THAT(told_, ElementsAre("alive 12", "alive 1"));
  ASSERT_TRUE(mesh_->unblock(NodeId(2)));
  run(30ms);
  EXPECT_TRUE(two->ended);
  two = dial("ping 2\n");
  EXPECT_EQ(alive(), "12");
  EXPECT_EQ(two->heard, "ping 1\n");
}

TEST_F(LabMeshTest, ShortBlockLosesNothing) {
  const auto two = dial("ping 2\n");
  ASSERT_TRUE(mesh_->block(NodeId(2), {true, true}));
  two->say("msg 2 meanwhile\n");
  EXPECT_EQ(send(2, "likewise"), SendResult::kQueued);
  run(300ms);
  EXPECT_THAT(told_, ElementsAre("alive 12"));
  ASSERT_TRUE(mesh_->unblock(NodeId(2)));
  run(30ms);
  EXPECT_THAT(told_, ElementsAre("alive 12", "2: meanwhile"));
  EXPECT_THAT(two->heard, HasSubstr("msg 1 likewise\n"));
}

TEST_F(LabMeshTest, FullQueueRefusesAndCounts) {
  const auto two = dial("ping 2\n");
  ASSERT_TRUE(mesh_->block(NodeId(2), {false, true}));
  const std::string text(kMostContents, 'x');
  int queued = 0;
  while (send(2, text) == SendResult::kQueued) ++queued;
  EXPECT_GE(queued, 126);
  EXPECT_LE(queued, 128);
  EXPECT_EQ(status_of(2).refused_frames, 1U);
  EXPECT_EQ(log_.count("queue is full"), 1U);
}

TEST_F(LabMeshTest, BlockOfWhoIsNoPeerFails) {
  for (const std::uint32_t id : {1U, 3U}) {
    EXPECT_FALSE(mesh_->block(NodeId(id), {true, true}));
    EXPECT_FALSE(mesh_->unblock(NodeId(id)));
  }
}

}  // namespace
}  // namespace buzzer::linkmgr::lab
