#include "node/room/room.h"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace buzzer::room {
namespace {

using base::NodeId;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

proto::LinkFrame decoded(const proto::EncodedFrame& encoded) {
  proto::LinkFrame frame;
  EXPECT_TRUE(frame.ParseFromString(*encoded));
  return frame;
}

// Keeps what is sent; refuses while full.
class RecordingMesh final : public RoomMesh {
 public:
  [[nodiscard]] bool send_to_all(proto::EncodedFrame frame) override {
    if (full) return false;
    to_all.push_back(decoded(frame));
    return true;
  }
  [[nodiscard]] bool send_to(NodeId peer, proto::EncodedFrame frame) override {
    if (full) return false;
    to_one.emplace_back(peer, decoded(frame));
    return true;
  }

  bool full = false;
  std::vector<proto::LinkFrame> to_all;
  std::vector<std::pair<NodeId, proto::LinkFrame>> to_one;
};

proto::LinkFrame line_frame(const std::string& text) {
  proto::LinkFrame frame;
  frame.mutable_room_line()->set_text(text);
  return frame;
}

proto::LinkFrame echo_of(const proto::LinkFrame& mark) {
  proto::LinkFrame frame;
  frame.mutable_room_mark_echo()->set_number(mark.room_mark().number());
  return frame;
}

// Node 1's room.
class RoomTest : public testing::Test {
 protected:
  // What came of a mark, as text: "marked 0,2" or the error; empty until it has ended.
  struct Outcome {
    std::string text;
    int calls = 0;
  };

  std::shared_ptr<Outcome> mark() {
    auto outcome = std::make_shared<Outcome>();
    room_.mark([outcome](const base::Result<std::vector<NodeId>>& marked) {
      ++outcome->calls;
      outcome->text = marked ? "marked" : marked.error().message;
      if (!marked) return;
      for (const NodeId id : *marked) outcome->text += " " + std::to_string(id.value());
    });
    EXPECT_EQ(outcome->calls, 0) << "called back from within mark()";
    return outcome;
  }

  void set_alive(const std::vector<std::uint32_t>& ids) {
    std::vector<NodeId> alive(ids.size());
    std::transform(ids.begin(), ids.end(), alive.begin(), [](std::uint32_t id) { return NodeId(id); });
    room_.alive_changed(std::move(alive));
  }

  // The peer echoes the mark that was sent to it in that place.
  void echo(std::uint32_t from, std::size_t mark = 0) {
    std::vector<proto::LinkFrame> marks;
    for (const auto& [peer, frame] : mesh_.to_one) {
      if (peer == NodeId(from) && frame.has_room_mark()) marks.push_back(frame);
    }
    ASSERT_LT(mark, marks.size());
    room_.frame_arrived(NodeId(from), echo_of(marks[mark]));
  }

  tests::ManualLoop loop_;
  RecordingMesh mesh_;
  Room room_{RoomOptions{NodeId(1), {}, milliseconds(5000)}, loop_, mesh_};
};

TEST_F(RoomTest, ANodeAloneIsAliveAndTellsNobody) {
  EXPECT_THAT(room_.alive(), ElementsAre(NodeId(1)));
  room_.broadcast("hello");
  EXPECT_THAT(room_.log().lines(), ElementsAre("hello"));
  EXPECT_THAT(mesh_.to_all, IsEmpty());
}

TEST_F(RoomTest, LineGoesToTheOwnLogAndToAllOthers) {
  set_alive({0, 1, 2});
  room_.broadcast("hello");
  EXPECT_THAT(room_.log().lines(), ElementsAre("hello"));
  ASSERT_THAT(mesh_.to_all, SizeIs(1));
  EXPECT_EQ(mesh_.to_all[0].room_line().text(), "hello");
}

TEST_F(RoomTest, LinesOfOthersAreLoggedAsTheyCome) {
  set_alive({0, 1, 2});
  room_.frame_arrived(NodeId(2), line_frame("from two"));
  room_.broadcast("own");
  room_.frame_arrived(NodeId(0), line_frame("from zero"));
  EXPECT_THAT(room_.log().lines(), ElementsAre("from two", "own", "from zero"));
  EXPECT_THAT(mesh_.to_all, SizeIs(1)) << "lines of others must not be passed on";
}

// A peer's line of any size and with line ends in it was once logged, as what looked like several lines.
TEST_F(RoomTest, LineOfAPeerThatIsTooLongOrNotOneLineIsDroppedAndCounted) {
  const std::string longest(kMostLineBytes, 'x');
  room_.frame_arrived(NodeId(2), line_frame(longest));
  room_.frame_arrived(NodeId(2), line_frame(longest + 'x'));
  room_.frame_arrived(NodeId(2), line_frame("one\nand another"));
  room_.frame_arrived(NodeId(2), line_frame("\n"));
  room_.frame_arrived(NodeId(2), line_frame("good"));
  EXPECT_THAT(room_.log().lines(), ElementsAre(longest, "good"));
  EXPECT_EQ(room_.dropped_lines(), 3U);
}

// Keeps what is shown to the room's TCP clients.
class RecordingClients final : public RoomClients {
 public:
  void show(std::string_view line) override { shown.emplace_back(line); }
  [[nodiscard]] RoomClientCounts counts() const override { return {7, shown.size()}; }
  std::vector<std::string> shown;
};

TEST_F(RoomTest, ClientsAreShownWhatComesFromTheControlPortAndFromOtherNodesButNotWhatTheySay) {
  set_alive({0, 1, 2});
  RecordingClients clients;
  room_.set_clients(clients);
  room_.broadcast("from the control port");
  room_.frame_arrived(NodeId(2), line_frame("from two"));
  room_.spread("from a client, who has shown it already");
  EXPECT_THAT(clients.shown, ElementsAre("from the control port", "from two"));
  EXPECT_THAT(mesh_.to_all, SizeIs(2)) << "a client's line goes to the other nodes as any";
  EXPECT_THAT(room_.log().lines(), SizeIs(3));
  EXPECT_EQ(room_.client_counts().clients, 7U);
}

TEST_F(RoomTest, CarriageReturnAtTheEndGoesToNodesAndClientsButNotIntoTheLog) {
  set_alive({0, 1, 2});
  RecordingClients clients;
  room_.set_clients(clients);
  room_.frame_arrived(NodeId(2), line_frame("far\r"));
  room_.spread("near\r\r");
  EXPECT_THAT(clients.shown, ElementsAre("far\r"));
  EXPECT_EQ(mesh_.to_all.at(0).room_line().text(), "near\r\r");
  EXPECT_THAT(room_.log().lines(), ElementsAre("far", "near\r"));
}

TEST_F(RoomTest, WithoutARoomPortThereAreNoClients) { EXPECT_EQ(room_.client_counts().clients, 0U); }

TEST_F(RoomTest, LineThatTheMeshHasNoRoomForIsDroppedAndCounted) {
  set_alive({0, 1, 2});
  mesh_.full = true;
  room_.broadcast("kept here");
  room_.broadcast("likewise");
  EXPECT_THAT(room_.log().lines(), ElementsAre("kept here", "likewise"));
  EXPECT_EQ(room_.dropped_lines(), 2U);
  mesh_.full = false;
  room_.broadcast("sent");
  EXPECT_EQ(room_.dropped_lines(), 2U);
  EXPECT_THAT(mesh_.to_all, SizeIs(1));
}

TEST_F(RoomTest, MarkOfAPeerIsEchoedToItAlone) {
  proto::LinkFrame mark;
  mark.mutable_room_mark()->set_number(77);
  room_.frame_arrived(NodeId(2), std::move(mark));
  ASSERT_THAT(mesh_.to_one, SizeIs(1));
  EXPECT_EQ(mesh_.to_one[0].first, NodeId(2));
  EXPECT_EQ(mesh_.to_one[0].second.room_mark_echo().number(), 77U);
}

TEST_F(RoomTest, FramesThatAreNotTheRoomsAreIgnored) {
  proto::LinkFrame frame;
  frame.mutable_heartbeat();
  room_.frame_arrived(NodeId(0), std::move(frame));
  EXPECT_THAT(room_.log().lines(), IsEmpty());
  EXPECT_THAT(mesh_.to_one, IsEmpty());
}

TEST_F(RoomTest, MarkReturnsOnceEveryPeerHasEchoedIt) {
  set_alive({0, 1, 2});
  const auto outcome = mark();
  EXPECT_THAT(mesh_.to_one, SizeIs(2));
  echo(2);
  loop_.settle();
  EXPECT_EQ(outcome->calls, 0);
  echo(0);
  loop_.settle();
  EXPECT_EQ(outcome->text, "marked 0 2");
}

TEST_F(RoomTest, MarkThatIsNotEchoedInTimeNamesWhoIsMissing) {
  set_alive({0, 1, 2, 3});
  const auto outcome = mark();
  echo(2);
  loop_.advance(milliseconds(4999));
  EXPECT_EQ(outcome->calls, 0);
  loop_.advance(milliseconds(1));
  EXPECT_EQ(outcome->text, "no answer from 0,3");
}

TEST_F(RoomTest, MarkDoesNotWaitForAPeerThatLeft) {
  set_alive({0, 1, 2});
  const auto outcome = mark();
  echo(0);
  set_alive({0, 1});
  loop_.settle();
  EXPECT_EQ(outcome->text, "marked 0");
}

TEST_F(RoomTest, PeerThatEchoedAndThenLeftCounts) {
  set_alive({0, 1, 2});
  const auto outcome = mark();
  echo(2);
  set_alive({0, 1});
  echo(0);
  loop_.settle();
  EXPECT_EQ(outcome->text, "marked 0 2");
}

TEST_F(RoomTest, PeerThatCameAfterTheMarkIsNotWaitedFor) {
  set_alive({0, 1});
  const auto outcome = mark();
  set_alive({0, 1, 2});
  echo(0);
  loop_.settle();
  EXPECT_EQ(outcome->text, "marked 0");
}

TEST_F(RoomTest, SeveralMarksAreOnTheirWayAtOnce) {
  set_alive({0, 1});
  const auto first = mark();
  const auto second = mark();
  echo(0, 1);
  loop_.settle();
  EXPECT_EQ(first->calls, 0);
  EXPECT_EQ(second->text, "marked 0");
  echo(0, 0);
  loop_.settle();
  EXPECT_EQ(first->text, "marked 0");
}

TEST_F(RoomTest, MarkReturnsOnceHoweverOftenItIsEchoed) {
  set_alive({0, 1});
  const auto outcome = mark();
  echo(0);
  echo(0);
  set_alive({1});
  loop_.settle();
  echo(0);
  loop_.advance(milliseconds(10'000));
  EXPECT_EQ(outcome->text, "marked 0");
  EXPECT_EQ(outcome->calls, 1);
}

TEST_F(RoomTest, EchoOfAnUnknownMarkOrOfAStrangerChangesNothing) {
  set_alive({0, 1});
  const auto outcome = mark();
  proto::LinkFrame unknown;
  unknown.mutable_room_mark_echo()->set_number(999);
  room_.frame_arrived(NodeId(0), std::move(unknown));
  room_.frame_arrived(NodeId(7), echo_of(mesh_.to_one[0].second));
  loop_.settle();
  EXPECT_EQ(outcome->calls, 0);
}

TEST_F(RoomTest, MarkThatFoundNoRoomRunsIntoItsTimeout) {
  set_alive({0, 1});
  mesh_.full = true;
  const auto outcome = mark();
  loop_.advance(milliseconds(5000));
  EXPECT_EQ(outcome->text, "no answer from 0");
}

TEST_F(RoomTest, NextMarkMayBeginWhenOneReturns) {
  std::shared_ptr<Outcome> second;
  room_.mark([&](const auto&) { second = mark(); });
  loop_.settle();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->text, "marked");
}

}  // namespace
}  // namespace buzzer::room
