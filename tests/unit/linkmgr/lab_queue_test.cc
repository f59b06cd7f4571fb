#include "linkmgr/lab/lab_queue.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace buzzer::linkmgr::lab {
namespace {

SharedLine line(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

// Lets all leave, so many bytes at a time.
std::string leave_all(LabQueue& queue, std::size_t at_a_time = 1UL << 20) {
  std::string left;
  for (auto bytes = queue.next_bytes(); !bytes.empty(); bytes = queue.next_bytes()) {
    const std::size_t size = std::min(at_a_time, bytes.size());
    left.append(reinterpret_cast<const char*>(bytes.data()), size);
    queue.taken(size);
  }
  return left;
}

TEST(LabQueueTest, LinesLeaveInOrderHoweverFewBytesATimeAreTaken) {
  for (const std::size_t at_a_time : {1U, 2U, 3U, 7U, 1000U}) {
    LabQueue queue(1000);
    std::string all;
    for (int number = 0; number < 50; ++number) {
      const std::string text = "msg 1 " + std::to_string(number) + '\n';
      all += text;
      ASSERT_TRUE(queue.push(line(text)));
    }
    EXPECT_EQ(queue.waiting_bytes(), all.size());
    EXPECT_EQ(leave_all(queue, at_a_time), all);
    EXPECT_EQ(queue.waiting_bytes(), 0U);
  }
}

TEST(LabQueueTest, PingGoesAheadOfWhatWaitsButNeverIntoALine) {
  LabQueue queue(1000);
  ASSERT_TRUE(queue.push(line("msg 1 a\n")));
  std::string left(reinterpret_cast<const char*>(queue.next_bytes().data()), 3);
  queue.taken(3);
  ASSERT_TRUE(queue.push(line("msg 1 b\n")));
  queue.set_ping("ping 1\n");
  queue.set_ping("ping 1\n");
  left += leave_all(queue, 5);
  EXPECT_EQ(left, "msg 1 a\nping 1\nmsg 1 b\n");
}

TEST(LabQueueTest, FullQueueRefusesLinesAndStillTakesAPing) {
  LabQueue queue(20);
  ASSERT_TRUE(queue.push(line("msg 1 0123456789abc\n")));
  EXPECT_FALSE(queue.push(line("\n")));
  queue.set_ping("ping 1\n");
  EXPECT_EQ(leave_all(queue), "ping 1\nmsg 1 0123456789abc\n");
  EXPECT_TRUE(queue.push(line("msg 1 x\n")));
}

TEST(LabQueueTest, WhatIsGatheredAndNotTakenStillCounts) {
  LabQueue queue(20);
  ASSERT_TRUE(queue.push(line("msg 1 0123456789abc\n")));
  ASSERT_EQ(queue.next_bytes().size(), 20U);
  EXPECT_FALSE(queue.push(line("\n")));
  queue.taken(10);
  EXPECT_EQ(queue.waiting_bytes(), 10U);
  EXPECT_TRUE(queue.push(line("msg 1 b\n")));
}

}  // namespace
}  // namespace buzzer::linkmgr::lab
