#include "node/gateway/flusher.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace buzzer::gateway {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class FlusherTest : public testing::Test {
 protected:
  // Says when it writes, and does something then.
  struct Writer final : Flushed {
    Writer(std::vector<int>& order, int name) : order_(order), name_(name) {}
    void flush() override {
      order_.push_back(name_);
      if (then) then();
    }

    std::function<void()> then;

   private:
    std::vector<int>& order_;
    const int name_;
  };

  std::shared_ptr<Writer> make(int name) { return std::make_shared<Writer>(order_, name); }
  std::vector<int> take() { return std::exchange(order_, {}); }

  tests::ManualLoop loop_;
  std::vector<int> order_;
  std::unique_ptr<Flusher> flusher_ = std::make_unique<Flusher>(loop_);
};

TEST_F(FlusherTest, WhatIsWantedSoonIsWrittenWhenTheTurnIsOverInTheOrderOfAsking) {
  const auto one = make(1);
  const auto two = make(2);
  flusher_->soon(two);
  flusher_->soon(one);
  EXPECT_THAT(take(), IsEmpty());
  loop_.settle();
  EXPECT_THAT(take(), ElementsAre(2, 1));
  loop_.advance(milliseconds(100));
  EXPECT_THAT(take(), IsEmpty()) << "once for each wish";
}

TEST_F(FlusherTest, ATickComesForAllWhoHaveAskedSinceTheLast) {
  const auto one = make(1);
  const auto two = make(2);
  flusher_->at_tick(one);
  loop_.advance(milliseconds(3));
  flusher_->at_tick(two);
  loop_.advance(milliseconds(1));
  EXPECT_THAT(take(), IsEmpty());
  loop_.advance(milliseconds(1));
  EXPECT_THAT(take(), ElementsAre(1, 2));
}

TEST_F(FlusherTest, AWriterMayAskAgainFromWithin) {
  const auto one = make(1);
  one->then = [&] {
    if (order_.size() < 3) flusher_->soon(one);
  };
  flusher_->soon(one);
  loop_.settle();
  EXPECT_THAT(take(), ElementsAre(1, 1, 1));
}

TEST_F(FlusherTest, ATickTakesLongerWhenTheLastOneDidButNotForEver) {
  const auto one = make(1);
  one->then = [&] { loop_.advance(milliseconds(9)); };
  flusher_->at_tick(one);
  loop_.advance(milliseconds(5));
  EXPECT_EQ(flusher_->tick(), milliseconds(18));
  one->then = [&] { loop_.advance(milliseconds(900)); };
  flusher_->at_tick(one);
  loop_.advance(milliseconds(18));
  EXPECT_EQ(flusher_->tick(), milliseconds(25));
  one->then = nullptr;
  flusher_->at_tick(one);
  loop_.advance(milliseconds(25));
  EXPECT_EQ(flusher_->tick(), milliseconds(5));
}

TEST_F(FlusherTest, WhoIsGoneIsPassedOver) {
  auto one = make(1);
  const auto two = make(2);
  flusher_->soon(one);
  flusher_->at_tick(one);
  flusher_->soon(two);
  one.reset();
  loop_.advance(milliseconds(50));
  EXPECT_THAT(take(), ElementsAre(2));
}

TEST_F(FlusherTest, AWriterMayEndAnotherThatWaits) {
  auto two = make(2);
  const auto one = make(1);
  one->then = [&] { two.reset(); };
  flusher_->soon(one);
  flusher_->soon(two);
  loop_.settle();
  EXPECT_THAT(take(), ElementsAre(1));
}

TEST_F(FlusherTest, NothingIsWrittenWhenItIsGone) {
  const auto one = make(1);
  flusher_->soon(one);
  flusher_->at_tick(one);
  flusher_.reset();
  loop_.advance(milliseconds(50));
  EXPECT_THAT(take(), IsEmpty());
}

}  // namespace
}  // namespace buzzer::gateway
