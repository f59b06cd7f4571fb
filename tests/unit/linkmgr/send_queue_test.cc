#include "linkmgr/send_queue.h"

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace buzzer::linkmgr {
namespace {

using testing::ElementsAre;

proto::EncodedFrame frame(std::string payload) { return std::make_shared<const std::string>(std::move(payload)); }

// The queue, and a peer that reads what leaves it.
class SendQueueTest : public testing::Test {
 protected:
  // Lets up to `most` bytes leave; returns how many were offered.
  std::size_t leave(std::size_t most = static_cast<std::size_t>(-1)) {
    const auto bytes = queue_->next_bytes(cipher_.get());
    const auto taken = bytes.first(std::min(most, bytes.size()));
    EXPECT_TRUE(reader_.read(taken, [this](std::string_view payload) {
      received_.emplace_back(payload);
      return true;
    }));
    queue_->taken(taken.size());
    return bytes.size();
  }
  void leave_all() {
    while (leave() > 0) continue;
  }

  std::optional<SendQueue> queue_{std::in_place, 1000};
  std::unique_ptr<LinkCipher> cipher_;  // null: unsealed
  FrameReader reader_{kMostPayload};
  std::vector<std::string> received_;
};

TEST_F(SendQueueTest, EmptyQueueHasNothingToSend) { EXPECT_EQ(leave(), 0U); }

TEST_F(SendQueueTest, FramesLeaveInOrderGatheredIntoOneWrite) {
  for (const char* payload : {"one", "two", "three"}) ASSERT_TRUE(queue_->push(frame(payload)));
  leave();
  EXPECT_THAT(received_, ElementsAre("one", "two", "three"));
  EXPECT_EQ(leave(), 0U);
}

TEST_F(SendQueueTest, BytesNotTakenAreOfferedAgain) {
  ASSERT_TRUE(queue_->push(frame("one")));
  ASSERT_TRUE(queue_->push(frame("two")));
  const std::size_t all = leave(0);
  for (std::size_t left = all; left > 0; --left) EXPECT_EQ(leave(1), left);
  EXPECT_THAT(received_, ElementsAre("one", "two"));
  EXPECT_EQ(leave(), 0U);
}

TEST_F(SendQueueTest, FullQueueRefusesAndKeepsWhatItHas) {
  EXPECT_TRUE(queue_->push(frame(std::string(600, 'a'))));
  EXPECT_FALSE(queue_->push(frame(std::string(401, 'b'))));
  EXPECT_TRUE(queue_->push(frame(std::string(400, 'c'))));
  EXPECT_FALSE(queue_->push(frame("d")));
  EXPECT_EQ(queue_->waiting_bytes(), 1000U);
  leave_all();
  EXPECT_THAT(received_, ElementsAre(std::string(600, 'a'), std::string(400, 'c')));
  EXPECT_EQ(queue_->waiting_bytes(), 0U);
  EXPECT_TRUE(queue_->push(frame(std::string(1000, 'e'))));
}

TEST_F(SendQueueTest, HalfOfItIsClosedToExpendableFrames) {
  EXPECT_FALSE(queue_->push(frame(std::string(501, 'a')), Importance::kExpendable));
  EXPECT_TRUE(queue_->push(frame(std::string(500, 'b')), Importance::kExpendable));
  EXPECT_FALSE(queue_->push(frame("c"), Importance::kExpendable));
  EXPECT_TRUE(queue_->push(frame(std::string(500, 'd'))));
}

TEST_F(SendQueueTest, FrameLargerThanTheBoundIsRefusedAlways) {
  EXPECT_FALSE(queue_->push(frame(std::string(1001, 'x'))));
  EXPECT_EQ(queue_->waiting_bytes(), 0U);
}

TEST_F(SendQueueTest, HeartbeatOvertakesWhatWaits) {
  ASSERT_TRUE(queue_->push(frame("line")));
  queue_->set_heartbeat(frame("heartbeat"));
  leave_all();
  EXPECT_THAT(received_, ElementsAre("heartbeat", "line"));
}

TEST_F(SendQueueTest, NewerHeartbeatReplacesOneThatHasNotLeft) {
  queue_->set_heartbeat(frame("old"));
  queue_->set_heartbeat(frame("new"));
  leave_all();
  EXPECT_THAT(received_, ElementsAre("new"));
}

TEST_F(SendQueueTest, HeartbeatHasRoomInAFullQueue) {
  ASSERT_TRUE(queue_->push(frame(std::string(1000, 'x'))));
  queue_->set_heartbeat(frame("heartbeat"));
  leave_all();
  EXPECT_THAT(received_, ElementsAre("heartbeat", std::string(1000, 'x')));
}

TEST_F(SendQueueTest, HeartbeatDoesNotCutAFrameThatIsLeaving) {
  ASSERT_TRUE(queue_->push(frame("line")));
  leave(3);
  queue_->set_heartbeat(frame("heartbeat"));
  ASSERT_TRUE(queue_->push(frame("next")));
  leave_all();
  EXPECT_THAT(received_, ElementsAre("line", "heartbeat", "next"));
}

TEST_F(SendQueueTest, OnlyAboutSixtyFourKibibytesAreGatheredAtATime) {
  queue_.emplace(10UL << 20);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(queue_->push(frame(std::string(10'000, 'x'))));
  queue_->set_heartbeat(frame("first"));
  EXPECT_GE(leave(), 64U << 10);
  queue_->set_heartbeat(frame("second"));
  EXPECT_LT(leave(), 80U << 10);
  EXPECT_EQ(std::count(received_.begin(), received_.end(), "second"), 1);
  leave_all();
  EXPECT_EQ(received_.size(), 102U);
}

TEST_F(SendQueueTest, HandshakeLeavesUnsealedAndBeforeAnythingElse) {
  cipher_ = std::make_unique<LinkCipher>(LinkKey{});
  queue_->push_handshake(frame("proof"));
  queue_->set_heartbeat(frame("heartbeat"));
  ASSERT_TRUE(queue_->push(frame("line")));
  leave_all();
  ASSERT_EQ(received_.size(), 3U);
  EXPECT_EQ(received_[0], "proof");
  LinkCipher opening{LinkKey{}};
  EXPECT_EQ(opening.open(received_[1]), "heartbeat");
  EXPECT_EQ(opening.open(received_[2]), "line");
}

TEST_F(SendQueueTest, SealedFramesOpenHoweverTheyAreCut) {
  cipher_ = std::make_unique<LinkCipher>(LinkKey{1});
  LinkCipher opening{LinkKey{1}};
  std::mt19937 random(1);
  std::vector<std::string> lines;
  for (int i = 0; i < 2000; ++i) {
    const std::string line = "line " + std::to_string(i);
    if (queue_->push(frame(line))) lines.push_back(line);
    if (random() % 10 == 0) queue_->set_heartbeat(frame("heartbeat"));
    if (random() % 3 == 0) leave(random() % 50);
  }
  leave_all();
  std::vector<std::string> opened;
  for (const auto& payload : received_) {
    const auto plain = opening.open(payload);
    ASSERT_TRUE(plain);
    if (*plain != "heartbeat") opened.push_back(*plain);
  }
  EXPECT_EQ(opened, lines);
  EXPECT_LT(lines.size(), 2000U);  // it was full at times
}

}  // namespace
}  // namespace buzzer::linkmgr
