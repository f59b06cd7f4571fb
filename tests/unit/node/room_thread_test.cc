#include "node/room_thread.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/run_until.h"
#include "tests/unit/node/room_peer.h"

namespace buzzer::node {
namespace {

using tests::RoomPeer;

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override {}
};

// This thread is worker 0.
class RoomThreadTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(thread_.start()); }
  void TearDown() override { thread_.stop(); }

  [[nodiscard]] bool until(const std::function<bool()>& condition) { return tests::run_until(home_, condition); }
  std::unique_ptr<RoomPeer> join() {
    const std::size_t before = thread_.counts().clients;
    auto peer = std::make_unique<RoomPeer>(thread_.port());
    EXPECT_TRUE(until([&] { return thread_.counts().clients > before; }));
    return peer;
  }

  base::AsioEventLoop home_;
  SilentLog log_;
  std::string said_;
  RoomThread thread_{{},
                     home_,
                     log_,
                     [this](std::string_view line) { said_ += std::string(line) + '|'; },
                     [] { return false; },
                     std::make_shared<linkmgr::Backlogs>()};
};

TEST_F(RoomThreadTest, WhatClientsSayArrivesAtWorker0LineByLine) {
  const auto ann = join();
  ann->send("one\ntwo\r\n\n");
  EXPECT_TRUE(until([&] { return said_ == "one|two\r||" && ann->read() == "one\ntwo\r\n\n"; }));
}

TEST_F(RoomThreadTest, WhatWorker0ShowsArrivesAtAllClientsInOrder) {
  const auto ann = join();
  const auto bob = join();
  std::string all;
  for (int i = 0; i < 5'000; ++i) {
    thread_.show(std::to_string(i));
    all += std::to_string(i) + '\n';
  }
  EXPECT_TRUE(until([&] { return std::min(ann->read().size(), bob->read().size()) >= all.size(); }));
  EXPECT_TRUE(ann->read() == all);
  EXPECT_TRUE(bob->read() == all);
  EXPECT_EQ(said_, "");
}

// Worker 0 does not turn for a while: more than it may be behind by is then not taken, and is not lost either.
TEST_F(RoomThreadTest, NothingIsLostWhileWorker0IsBusy) {
  const auto ann = join();
  const std::string line = std::string(1'000, 'x') + '\n';
  std::string_view unsent;
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += line;
  unsent = lines;
  const auto reads_and_sends = [&] {
    unsent.remove_prefix(ann->send(unsent));
    ann->read();
  };
  const auto deadline = home_.now() + tests::kTestDeadline;
  while (ann->read().size() < kMostSaidBytes / 10 * 9 && home_.now() < deadline) reads_and_sends();
  EXPECT_EQ(said_, "") << "this thread has not turned";
  EXPECT_LT(ann->read().size(), lines.size());
  ASSERT_TRUE(until([&] {
    reads_and_sends();
    return said_.size() >= lines.size();
  }));
  EXPECT_EQ(said_.size(), lines.size());
  EXPECT_TRUE(until([&] { return ann->read().size() >= lines.size(); }));
  EXPECT_EQ(thread_.counts().dropped_lines, 0U);
}

TEST_F(RoomThreadTest, LettingClientsGoHandsOverWhatTheySaidAndEndsThem) {
  const auto ann = join();
  ann->send("last words\n");
  EXPECT_TRUE(until([&] { return ann->read() == "last words\n"; }));
  said_.clear();
  thread_.show("from the node");
  thread_.let_clients_go();
  EXPECT_TRUE(until([&] {
    ann->read();
    return ann->ended();
  }));
  EXPECT_EQ(thread_.counts().clients, 0U);
  thread_.let_clients_go();
}

}  // namespace
}  // namespace buzzer::node
