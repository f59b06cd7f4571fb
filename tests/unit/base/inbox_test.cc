#include "base/inbox.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::base {
namespace {

using testing::ElementsAre;

class InboxTest : public testing::Test {
 protected:
  std::vector<int> drained(Inbox<int>& inbox) {
    std::vector<int> taken;
    inbox.drain([&](int message) { taken.push_back(message); });
    return taken;
  }

  int wakes_ = 0;
  const std::function<void()> wake_ = [this] { ++wakes_; };
};

TEST_F(InboxTest, MessagesLeaveInTheOrderInWhichTheyCame) {
  Inbox<int> inbox("test", {}, wake_);
  EXPECT_TRUE(inbox.push(1));
  inbox.push_always(2);
  EXPECT_TRUE(inbox.push(3));
  EXPECT_THAT(drained(inbox), ElementsAre(1, 2, 3));
  EXPECT_THAT(drained(inbox), ElementsAre());
}

TEST_F(InboxTest, OnlyTheFirstMessageOfAnEmptyInboxWakes) {
  Inbox<int> inbox("test", {}, wake_);
  ASSERT_TRUE(inbox.push(1));
  ASSERT_TRUE(inbox.push(2));
  inbox.push_always(3);
  EXPECT_EQ(wakes_, 1);
  drained(inbox);
  inbox.push_always(4);
  ASSERT_TRUE(inbox.push(5));
  EXPECT_EQ(wakes_, 2);
}

TEST_F(InboxTest, MessagePushedWhileDrainingWakesAgain) {
  Inbox<int> inbox("test", {}, wake_);
  ASSERT_TRUE(inbox.push(1));
  inbox.drain([&](int message) { ASSERT_TRUE(inbox.push(message + 1)); });
  EXPECT_EQ(wakes_, 2);
  EXPECT_THAT(drained(inbox), ElementsAre(2));
}

TEST_F(InboxTest, FullInboxRefusesAndCounts) {
  Inbox<int> inbox("test", {2, 1000}, wake_);
  EXPECT_TRUE(inbox.push(1));
  EXPECT_TRUE(inbox.push(2));
  EXPECT_FALSE(inbox.push(3));
  EXPECT_FALSE(inbox.push(4));
  EXPECT_EQ(inbox.refused(), 2U);
  EXPECT_THAT(drained(inbox), ElementsAre(1, 2));
  EXPECT_TRUE(inbox.push(5));
}

TEST_F(InboxTest, WeightIsBoundedToo) {
  Inbox<int> inbox("test", {100, 10}, wake_);
  EXPECT_FALSE(inbox.push(0, 11));
  EXPECT_TRUE(inbox.push(1, 6));
  EXPECT_FALSE(inbox.push(2, 5));
  EXPECT_TRUE(inbox.push(3, 4));
  EXPECT_TRUE(inbox.push(4));  // weighs nothing
  EXPECT_THAT(drained(inbox), ElementsAre(1, 3, 4));
  EXPECT_TRUE(inbox.push(5, 10));
}

TEST_F(InboxTest, HalfOfItIsClosedToExpendableMessages) {
  Inbox<int> inbox("test", {4, 10}, wake_);
  EXPECT_TRUE(inbox.push_expendable(1, 5));
  EXPECT_EQ(inbox.fill(), 0.5);
  EXPECT_FALSE(inbox.push_expendable(2, 1)) << "by weight";
  EXPECT_TRUE(inbox.push(3, 5));
  EXPECT_EQ(inbox.refused(), 1U);
  EXPECT_THAT(drained(inbox), ElementsAre(1, 3));
  EXPECT_EQ(inbox.fill(), 0.0);
  EXPECT_TRUE(inbox.push_expendable(4));
  EXPECT_TRUE(inbox.push_expendable(5));
  EXPECT_EQ(inbox.fill(), 0.5);
  EXPECT_FALSE(inbox.push_expendable(6)) << "by number";
  EXPECT_TRUE(inbox.push(7));
}

TEST_F(InboxTest, SomeMayBeTakenAndTheRestLater) {
  Inbox<int> inbox("test", {}, wake_);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(inbox.push(i));
  std::vector<int> taken;
  const auto take = [&](int message) { taken.push_back(message); };
  EXPECT_TRUE(inbox.drain_some(2, take));
  EXPECT_THAT(taken, ElementsAre(0, 1));
  ASSERT_TRUE(inbox.push(5));
  EXPECT_EQ(wakes_, 2) << "as the inbox was empty";
  EXPECT_FALSE(inbox.drain_some(3, take)) << "what came since has woken the receiver";
  EXPECT_THAT(taken, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_FALSE(inbox.drain_some(3, take));
  EXPECT_THAT(taken, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(InboxTest, HugeWeightDoesNotOverflow) {
  Inbox<int> inbox("test", {100, 10}, wake_);
  ASSERT_TRUE(inbox.push(1, 5));
  EXPECT_FALSE(inbox.push(2, static_cast<std::size_t>(-1)));
}

TEST_F(InboxTest, RefusedMessageWakesNobody) {
  Inbox<int> inbox("test", {100, 10}, wake_);
  EXPECT_FALSE(inbox.push(1, 11));
  EXPECT_EQ(wakes_, 0);
}

TEST_F(InboxTest, PushAlwaysEntersAFullInboxAndPushStillDoesNot) {
  Inbox<int> inbox("test", {1, 10}, wake_);
  ASSERT_TRUE(inbox.push(1));
  inbox.push_always(2);
  EXPECT_FALSE(inbox.push(3));
  EXPECT_THAT(drained(inbox), ElementsAre(1, 2));
}

TEST_F(InboxTest, MessagesAreMovedThrough) {
  Inbox<std::unique_ptr<int>> inbox("test", {}, wake_);
  ASSERT_TRUE(inbox.push(std::make_unique<int>(7)));
  int seen = 0;
  inbox.drain([&](std::unique_ptr<int> message) { seen = *message; });
  EXPECT_EQ(seen, 7);
}

// The receiver sleeps until woken, so a wake that is missing stops this test, and a missing lock shows under TSan.
TEST_F(InboxTest, SeveralSendersLoseNothingAndKeepTheirOrder) {
  constexpr std::size_t kSenders = 4;
  constexpr int kEach = 20'000;
  struct Numbered {
    std::size_t sender;
    int number;
  };
  std::mutex mutex;
  std::condition_variable woken;
  bool wake = false;
  Inbox<Numbered> inbox("test", {64, 1'000'000}, [&] {
    const std::lock_guard lock(mutex);
    wake = true;
    woken.notify_one();
  });

  std::vector<std::thread> senders;
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&inbox, sender] {
      for (int number = 0; number < kEach; ++number) {
        if (number % 100 == 0) {
          inbox.push_always({sender, number});
          continue;
        }
        while (!inbox.push({sender, number}, 8)) std::this_thread::yield();
      }
    });
  }

  std::vector<int> next(kSenders, 0);
  std::size_t received = 0;
  bool in_order = true;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (received < kSenders * kEach) {
    std::unique_lock lock(mutex);
    if (!woken.wait_until(lock, deadline, [&] { return wake; })) break;
    wake = false;
    lock.unlock();
    inbox.drain([&](Numbered message) {
      in_order = in_order && message.number == next[message.sender]++;
      ++received;
    });
  }
  EXPECT_EQ(received, kSenders * kEach) << "the receiver was not woken";
  EXPECT_TRUE(in_order);
  while (received < kSenders * kEach) inbox.drain([&](Numbered) { ++received; });  // so that the senders can end
  for (auto& sender : senders) sender.join();
}

}  // namespace
}  // namespace buzzer::base
