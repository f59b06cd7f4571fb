#include "base/descriptors.h"

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <vector>

#include <gtest/gtest.h>

#include "base/owned_socket.h"

namespace buzzer::base {
namespace {

// Sets the soft limit for the time of a test.
class DescriptorsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }
  void TearDown() override { ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  static void limit_to(rlim_t count) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = count;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  // Takes descriptors for as long as so many are spare.
  static std::vector<OwnedSocket> take_while_spare(std::size_t count) {
    std::vector<OwnedSocket> taken;
    while (has_spare_descriptors(count)) taken.emplace_back(::eventfd(0, EFD_CLOEXEC));
    return taken;
  }
  static std::size_t left() {
    std::vector<OwnedSocket> taken;
    while (true) {
      OwnedSocket next(::eventfd(0, EFD_CLOEXEC));
      if (!next.is_there()) return taken.size();
      taken.push_back(std::move(next));
    }
  }

 private:
  rlimit before_{};
};

TEST_F(DescriptorsTest, WhoTakesWhileSomeAreSpareLeavesThem) {
  limit_to(200);
  const auto taken = take_while_spare(20);
  EXPECT_FALSE(taken.empty());
  EXPECT_EQ(left(), 20U);
}

TEST_F(DescriptorsTest, OfALowLimitAQuarterIsLeft) {
  limit_to(100);
  const auto taken = take_while_spare(256);
  EXPECT_FALSE(taken.empty());
  EXPECT_EQ(left(), 25U);
}

TEST_F(DescriptorsTest, WhatIsGivenBackIsSpareAgain) {
  limit_to(200);
  auto taken = take_while_spare(20);
  EXPECT_FALSE(has_spare_descriptors(20));
  taken.clear();
  EXPECT_TRUE(has_spare_descriptors(20));
}

}  // namespace
}  // namespace buzzer::base
