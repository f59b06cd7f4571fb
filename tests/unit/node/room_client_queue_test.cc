#include <array>
#include <string>

#include <gtest/gtest.h>

#include "node/room/client_queue.h"

namespace buzzer::room {
namespace {

class ClientQueueTest : public testing::Test {
 protected:
  // Lines l<first> ... of one batch.
  SharedBatch batch(int first, int count) {
    BatchBuilder builder(held_);
    for (int i = first; i < first + count; ++i) builder.add("l" + std::to_string(i));
    return builder.take();
  }

  // Everything that is queued, taken in writes of so many bytes, through so many buffers.
  std::string drain(std::size_t step, std::size_t buffers) {
    std::string all;
    while (!queue_.empty()) {
      std::array<iovec, 64> gathered{};
      const std::size_t filled = queue_.gather(std::span(gathered).first(buffers));
      std::string offered;
      for (std::size_t i = 0; i < filled; ++i) {
        offered.append(static_cast<const char*>(gathered[i].iov_base), gathered[i].iov_len);
      }
      EXPECT_FALSE(offered.empty());
      offered.resize(std::min(step, offered.size()));
      queue_.written(offered.size());
      all += offered;
    }
    return all;
  }

  const HeldBytes held_ = std::make_shared<std::atomic<std::size_t>>(0);
  ClientQueue queue_;
};

TEST_F(ClientQueueTest, GivesBackWhatWasAddedWhateverTheWritesAre) {
  for (const std::size_t step : {1U, 2U, 5U, 1000U}) {
    for (const std::size_t buffers : {1U, 2U, 64U}) {
      EXPECT_EQ(queue_.add(batch(0, 3), 0, kMostQueuedLines), 0U);
      EXPECT_EQ(queue_.add(batch(3, 1), 0, kMostQueuedLines), 0U);
      EXPECT_EQ(queue_.add(batch(4, 2), 0, kMostQueuedLines), 0U);
      EXPECT_EQ(queue_.lines(), 6U);
      EXPECT_EQ(drain(step, buffers), "l0\nl1\nl2\nl3\nl4\nl5\n");
      EXPECT_EQ(queue_.lines(), 0U);
    }
  }
}

TEST_F(ClientQueueTest, BatchMayHaveBeenWrittenInPart) {
  EXPECT_EQ(queue_.add(batch(0, 3), 4, kMostQueuedLines), 0U);  // within the second line
  EXPECT_EQ(queue_.lines(), 2U);
  EXPECT_EQ(drain(1, 1), "1\nl2\n");
  EXPECT_EQ(queue_.add(batch(0, 3), 3, kMostQueuedLines), 0U);
  EXPECT_EQ(queue_.lines(), 2U);
  EXPECT_EQ(drain(1, 1), "l1\nl2\n");
}

TEST_F(ClientQueueTest, TakesWholeLinesUpToItsLimitAndTellsHowManyItDidNot) {
  EXPECT_EQ(queue_.add(batch(0, 60), 0, 100), 0U);
  EXPECT_EQ(queue_.add(batch(60, 60), 0, 100), 20U);
  EXPECT_EQ(queue_.add(batch(120, 5), 0, 100), 5U);
  EXPECT_EQ(queue_.lines(), 100U);
  queue_.written(3 + 1);  // the first line, and a part of the second
  EXPECT_EQ(queue_.lines(), 99U);
  EXPECT_EQ(queue_.add(batch(200, 5), 0, 100), 4U);
  const std::string all = drain(7, 3);
  EXPECT_EQ(all.substr(0, 5), "1\nl2\n");
  EXPECT_EQ(all.substr(all.size() - 9), "l99\nl200\n");
}

TEST_F(ClientQueueTest, LineThatWasBegunIsFinishedEvenWithoutRoom) {
  EXPECT_EQ(queue_.add(batch(0, 3), 4, 0), 1U);
  EXPECT_EQ(queue_.lines(), 1U);
  EXPECT_EQ(drain(1, 1), "1\n");
  EXPECT_EQ(queue_.add(batch(0, 3), 3, 0), 2U) << "none was begun";
  EXPECT_TRUE(queue_.empty());
}

TEST_F(ClientQueueTest, BatchIsHeldUntilItIsWritten) {
  EXPECT_EQ(queue_.add(batch(0, 2), 0, 100), 0U);
  EXPECT_EQ(queue_.add(batch(2, 2), 0, 100), 0U);
  EXPECT_EQ(held_->load(), 12U);
  queue_.written(6);
  EXPECT_EQ(held_->load(), 6U);
  queue_ = {};
  EXPECT_EQ(held_->load(), 0U);
}

}  // namespace
}  // namespace buzzer::room
