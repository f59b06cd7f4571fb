#include "node/room/room_server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "tests/support/run_until.h"
#include "tests/unit/node/room_peer.h"

namespace buzzer::room {
namespace {

using tests::RoomPeer;

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override {}
};

// The node, as the server sees it.
class Node final : public RoomServerEvents {
 public:
  void on_lines(const SharedBatch& batch) override { said += batch->bytes(); }
  [[nodiscard]] bool takes_lines() override { return takes; }
  [[nodiscard]] bool is_busy() override { return busy; }
  [[nodiscard]] std::span<const std::atomic<std::size_t>> unsent_bytes() override { return unsent; }
  [[nodiscard]] bool has_many_to_show() override { return many_to_show; }
  void on_shown() override {
    ++shown;
    if (when_shown) when_shown();
  }

  std::string said;
  bool takes = true;
  bool busy = false;
  std::array<std::atomic<std::size_t>, 2> unsent{};
  bool many_to_show = false;
  int shown = 0;
  std::function<void()> when_shown;
};

std::string numbered(int count, std::size_t size) {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    std::string line = std::to_string(i);
    line.resize(size - 1, '.');
    lines += line + '\n';
  }
  return lines;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class RoomServerTest : public testing::Test {
 protected:
  void start(RoomServerOptions options = {}) {
    server_ = std::make_unique<RoomServer>(options, loop_, log_, node_);
    ASSERT_TRUE(server_->start());
  }

  std::unique_ptr<RoomPeer> join(int receive_buffer = 0) {
    auto peer = std::make_unique<RoomPeer>(server_->port(), receive_buffer);
    const std::size_t before = server_->clients();
    EXPECT_TRUE(until([&] { return server_->clients() > before; }));
    return peer;
  }

  [[nodiscard]] bool until(const std::function<bool()>& condition) { return tests::run_until(loop_, condition); }
  // All of it is sent, while `reader` reads.
  void send_all(RoomPeer& sender, std::string_view bytes, const std::function<void()>& meanwhile) {
    ASSERT_TRUE(until([&] {
      bytes.remove_prefix(sender.send(bytes));
      meanwhile();
      return bytes.empty();
    }));
  }

  base::AsioEventLoop loop_;
  SilentLog log_;
  Node node_;
  std::unique_ptr<RoomServer> server_;
};

TEST_F(RoomServerTest, LinesGoToAllAndToTheNodeAndTheRestOfALineToNobody) {
  start();
  const auto ann = join();
  const auto bob = join();
  ann->send("hi\r\n\xff\n\nrest");
  EXPECT_TRUE(until([&] { return ann->read() == "hi\r\n\xff\n\n" && bob->read() == ann->read(); }));
  ann->leave();
  EXPECT_TRUE(until([&] { return server_->clients() == 1; }));
  EXPECT_EQ(bob->read(), "hi\r\n\xff\n\n");
  EXPECT_EQ(node_.said, "hi\r\n\xff\n\n");
}

TEST_F(RoomServerTest, LinesFromElsewhereReachAllButNotTheNodeAgain) {
  start();
  server_->show("nobody is there");
  const auto ann = join();
  for (int i = 0; i < 250; ++i) server_->show(std::to_string(i));
  EXPECT_FALSE(server_->all_shown());
  EXPECT_TRUE(until([&] { return lines_of(ann->read()) == 250; }));
  EXPECT_EQ(ann->read().substr(0, 6), "0\n1\n2\n");
  EXPECT_EQ(node_.said, "");
  EXPECT_TRUE(server_->all_shown());
  EXPECT_GT(node_.shown, 0);
}

TEST_F(RoomServerTest, ReadersThatAreSlowerThanTheSenderLoseNothing) {
  start();
  const auto sender = join();
  const auto slow = join(64 << 10);
  const std::string lines = numbered(20'000, 100);
  base::MonotonicTime last_read = loop_.now();
  send_all(*sender, lines, [&] {
    sender->read();
    if (loop_.now() - last_read < std::chrono::milliseconds(20)) return;
    last_read = loop_.now();
    slow->read();
  });
  EXPECT_TRUE(until([&] {
    sender->read();
    return slow->read().size() >= lines.size() && sender->read().size() >= lines.size();
  }));
  EXPECT_TRUE(slow->read() == lines);
  EXPECT_TRUE(sender->read() == lines);
  EXPECT_EQ(server_->dropped_lines(), 0U);
}

TEST_F(RoomServerTest, WhoNeverReadsGetsWhatFitsInOrderAndNobodyElseLosesAnything) {
  start();
  const auto sender = join();
  const auto stalled = join(4096);
  const std::string lines = numbered(20'000, 100);
  send_all(*sender, lines, [&] { sender->read(); });
  ASSERT_TRUE(until([&] { return sender->read().size() >= lines.size(); }));
  EXPECT_TRUE(sender->read() == lines);
  const std::uint64_t dropped = server_->dropped_lines();
  EXPECT_GT(dropped, 0U);
  // It wakes up: what was kept for it is one piece from the beginning, of whole lines.
  ASSERT_TRUE(until([&] { return lines_of(stalled->read()) == 20'000 - dropped; }));
  EXPECT_TRUE(stalled->read() == lines.substr(0, stalled->read().size()));
  // 100 lines in the queue; the rest were with the system.
  EXPECT_LT(stalled->read().size(), 100U * 100 + 4UL * kSendBufferBytes);
  sender->send("again\n");
  EXPECT_TRUE(until([&] { return stalled->read().ends_with("\nagain\n"); })) << "it gets lines again";
}

TEST_F(RoomServerTest, TooLongALineIsAnErrorForItsSenderAlone) {
  start();
  const auto ann = join();
  const auto bob = join();
  const std::string longest(kMostLineBytes, 'x');
  const std::string error = "error line too long: the limit is 65536 bytes\n";
  send_all(*ann, "a\n" + longest + "\n" + longest + "x\nb\n", [] {});
  const std::string all = "a\n" + longest + "\nb\n";
  EXPECT_TRUE(
      until([&] { return bob->read().size() >= all.size() && ann->read().size() >= all.size() + error.size(); }));
  EXPECT_TRUE(bob->read() == all);
  EXPECT_NE(ann->read().find(error), std::string::npos);
  EXPECT_TRUE(node_.said == all);
}

TEST_F(RoomServerTest, BrowsersAreTurnedAwayWithoutAnAnswer) {
  start();
  const auto ann = join();
  for (const std::string& first : {std::string("POST / HTTP/1.1\r\nHost: x\r\n\r\nhello\n"),
                                   std::string("GET /") + std::string(kMostLineBytes, 'x')}) {
    const auto browser = join();
    send_all(*browser, first, [] {});
    EXPECT_TRUE(until([&] { return server_->clients() == 1; }));
    browser->read();
    EXPECT_TRUE(until([&] {
      browser->read();
      return browser->ended() || browser->broken();
    }));
    EXPECT_EQ(browser->read(), "");
  }
  EXPECT_EQ(node_.said, "");
  EXPECT_EQ(ann->read(), "");
}

TEST_F(RoomServerTest, WhoFinishesGetsAllOfItsOwnLinesAndThenTheEnd) {
  start();
  const auto ann = join(4096);
  const std::string lines = numbered(5'000, 100);
  send_all(*ann, lines, [&] { ann->read(); });
  ann->finish();
  EXPECT_TRUE(until([&] {
    ann->read();
    return ann->ended();
  }));
  EXPECT_TRUE(ann->read() == lines);
  EXPECT_TRUE(until([&] { return server_->clients() == 0; }));
}

TEST_F(RoomServerTest, LinesOfWhoHasLeftAtOnceAreNotLost) {
  start();
  const auto ann = join();
  const auto bob = join();
  ann->send("a\nb\n");
  ann->leave();
  EXPECT_TRUE(until([&] { return bob->read() == "a\nb\n" && server_->clients() == 1; }));
}

TEST_F(RoomServerTest, OneTooManyIsToldSoAndTheNextOneFindsThePlaceOfWhoLeft) {
  start({0, 2, 64UL << 20});
  const auto ann = join();
  const auto bob = join();
  RoomPeer third(server_->port());
  EXPECT_TRUE(until([&] {
    third.read();
    return third.ended();
  }));
  EXPECT_EQ(third.read(), "error too many room clients: the limit is 2\n");
  bob->leave();
  EXPECT_TRUE(until([&] { return server_->clients() == 1; }));
  const auto fourth = join();
  ann->send("hi\n");
  EXPECT_TRUE(until([&] { return fourth->read() == "hi\n"; }));
}

TEST_F(RoomServerTest, TakesNothingFromClientsWhileTheNodeIsBehind) {
  start();
  const auto ann = join();
  node_.takes = false;
  ann->send("later\n");
  server_->show("now");
  EXPECT_TRUE(until([&] { return ann->read() == "now\n"; }));
  EXPECT_EQ(node_.said, "");
  node_.takes = true;
  server_->go_on();
  EXPECT_TRUE(until([&] { return ann->read() == "now\nlater\n"; }));
}

TEST_F(RoomServerTest, ManyThatStallTogetherHoldNoMoreThanTheirShare) {
  constexpr std::size_t kMostHeld = 256UL << 10;
  start({0, 100, kMostHeld});
  const auto sender = join();
  std::vector<std::unique_ptr<RoomPeer>> stalled;
  const std::string lines = numbered(100, 20'000);
  // Each falls behind at another place of the stream.
  for (int i = 0; i < 4; ++i) {
    stalled.push_back(join(4096));
    send_all(*sender, lines, [&] { sender->read(); });
  }
  EXPECT_TRUE(until([&] { return sender->read().size() >= 4 * lines.size(); })) << "who reads loses nothing";
  EXPECT_LE(server_->held_bytes(), kMostHeld + 2 * (kEnoughBatchBytes + kMostLineBytes));
  sender->send("still here\n");
  EXPECT_TRUE(until([&] { return sender->read().ends_with("\nstill here\n"); }));
}

TEST_F(RoomServerTest, WhoStallsForLongestGoesFirstWhenTooMuchIsHeld) {
  constexpr std::size_t kMostHeld = 512UL << 10;
  start({0, 100, kMostHeld});
  const auto sender = join();
  const std::string lines = numbered(300, 2'000);
  std::vector<std::unique_ptr<RoomPeer>> stalled;
  for (int i = 0; i < 3; ++i) {
    stalled.push_back(join(4096));
    send_all(*sender, lines, [&] { sender->read(); });
    ASSERT_TRUE(until([&] { return sender->read().size() >= (i + 1) * lines.size(); }));
  }
  const auto pauses = join(4096);
  send_all(*sender, lines, [&] { sender->read(); });
  ASSERT_TRUE(until([&] { return sender->read().size() >= 4 * lines.size(); }));
  EXPECT_LT(server_->clients(), 5U) << "one at least was closed";
  EXPECT_TRUE(until([&] {
    sender->send("still here\n");
    sender->read();
    return pauses->read().ends_with("\nstill here\n");
  })) << "not the one that fell behind last";
}

TEST_F(RoomServerTest, WaitsForOtherNodesAsLongAsTheyTakeSomething) {
  start();
  const auto ann = join();
  node_.unsent[1] = kMostUnsentBytes + 100;
  ann->send("later\n");
  const base::MonotonicTime begin = loop_.now();
  EXPECT_TRUE(until([&] {
    node_.unsent[1] -= node_.unsent[1] > kMostUnsentBytes ? 1 : 0;
    return loop_.now() - begin > 2 * kShortWait || !node_.said.empty();
  }));
  EXPECT_EQ(node_.said, "");
  node_.unsent[1] = kMostUnsentBytes - 1;
  EXPECT_TRUE(until([&] { return node_.said == "later\n"; }));
}

TEST_F(RoomServerTest, GoesOnWithoutOtherNodesThatTakeNothing) {
  start();
  const auto ann = join();
  node_.unsent[0] = kMostUnsentBytes;
  ann->send("hi\n");
  EXPECT_TRUE(until([&] { return node_.said == "hi\n"; }));
  node_.unsent[1] = kMostUnsentBytes;
  ann->send("later\n");
  const base::MonotonicTime begin = loop_.now();
  EXPECT_TRUE(until([&] { return loop_.now() - begin > kMostSilence / 4 || node_.said != "hi\n"; }));
  EXPECT_EQ(node_.said, "hi\n") << "the other one is waited for all the same";
}

TEST_F(RoomServerTest, WaitsWhileTheNodeIsBusyHoweverLongThatTakes) {
  start();
  const auto ann = join();
  node_.busy = true;
  ann->send("later\n");
  const base::MonotonicTime begin = loop_.now();
  EXPECT_TRUE(until([&] { return loop_.now() - begin > 2 * kMostSilence || !node_.said.empty(); }));
  EXPECT_EQ(node_.said, "");
  node_.busy = false;
  EXPECT_TRUE(until([&] { return node_.said == "later\n"; }));
}

TEST_F(RoomServerTest, StoppingEndsThoughMoreIsToBeShownAllTheTime) {
  start();
  const auto ann = join();
  node_.when_shown = [&] { server_->show("and another"); };
  server_->show("one");
  server_->stop();
  EXPECT_TRUE(until([&] {
    ann->read();
    return ann->ended();
  }));
  EXPECT_EQ(ann->read(), "one\n");
}

TEST_F(RoomServerTest, StoppingTellsTheNodeWhatWasTakenThoughItIsBehind) {
  start();
  const auto ann = join();
  node_.takes = false;
  ann->send("last\n");
  for (const std::string seen : {"one\n", "one\ntwo\n"}) {  // so that the loop has looked at ann's connection as well
    server_->show(seen.substr(seen.size() - 4, 3));
    EXPECT_TRUE(until([&] { return ann->read() == seen; }));
  }
  server_->stop();
  EXPECT_EQ(node_.said, "last\n");
}

TEST_F(RoomServerTest, StoppingGivesOutWhatItHasAndClosesAllInOrder) {
  start();
  const auto ann = join();
  const auto bob = join();
  ann->send("last\n");
  server_->show("words");
  // What ann has sent may or may not have been seen; what the node has said goes out.
  server_->stop();
  EXPECT_EQ(server_->clients(), 0U);
  EXPECT_TRUE(until([&] {
    bob->read();
    return bob->ended();
  }));
  EXPECT_EQ(bob->read().substr(0, 6), "words\n");
}

}  // namespace
}  // namespace buzzer::room
