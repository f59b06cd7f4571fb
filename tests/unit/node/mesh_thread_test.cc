#include "node/mesh_thread.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "node/room/line_batch.h"
#include "node/room/room_server.h"
#include "node/room_thread.h"
#include "tests/support/run_until.h"

namespace buzzer::node {
namespace {

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override {}
};

class GoodHealth final : public linkmgr::HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override { return {}; }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

linkmgr::LinkOptions alone() {
  linkmgr::LinkOptions options;
  options.grid_id = "alone";
  options.listen = {"127.0.0.1", 0};
  return options;
}

class MeshThreadTest : public testing::Test {
 protected:
  void TearDown() override { thread_.stop(); }

  base::AsioEventLoop home_;
  base::SeededRandom random_{1};
  SilentLog log_;
  GoodHealth health_;
  base::Inbox<MeshReport> reports_{"worker-0", {}, [] {}};
  MeshThread thread_{alone(), random_, log_, health_, reports_};
};

TEST_F(MeshThreadTest, IsBusyUntilWhatIsForAllHasBeenGivenToTheLinks) {
  const auto frame = std::make_shared<const std::string>(std::string(64UL << 10, 'x'));
  std::size_t told = 0;
  while (!thread_.is_busy()) {
    ASSERT_LT(told, kMostToAllBytes);
    ASSERT_TRUE(thread_.tell(SendToAll{frame}, frame->size()));
    told += frame->size();
  }
  EXPECT_GT(told, kMostToAllBytes / 2);
  ASSERT_TRUE(thread_.start());
  EXPECT_TRUE(tests::run_until(home_, [&] { return !thread_.is_busy(); }));
}

TEST_F(MeshThreadTest, WhatIsRefusedIsNotOnItsWay) {
  const auto frame = std::make_shared<const std::string>(1UL << 20, 'x');
  while (thread_.tell(SendToAll{frame}, frame->size())) continue;
  ASSERT_TRUE(thread_.start());
  EXPECT_TRUE(tests::run_until(home_, [&] { return !thread_.is_busy(); }));
}

// Who heeds is_busy() and the backlogs, as the room does, loses nothing to a peer that takes nothing for a while: all
// that may be on its way by then has its place in the link's queue, of which half is for expendable frames.
TEST(MeshThreadBoundsTest, ALinksQueueHasRoomForAllThatTheRoomSendsBeforeItWaits) {
  EXPECT_LT(kMostSaidBytes + kMostToAllBytes + room::kMostUnsentBytes + 4 * room::kEnoughBatchBytes,
            linkmgr::LinkOptions().most_queued_bytes / 2);
}

}  // namespace
}  // namespace buzzer::node
