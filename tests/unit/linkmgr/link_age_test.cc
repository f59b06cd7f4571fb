// Which of two proven links of a pair is the newer one.
#include <vector>

#include <gtest/gtest.h>

#include "linkmgr/link.h"

namespace buzzer::linkmgr {
namespace {

LinkAge age(std::uint64_t boot, std::uint64_t number, std::uint64_t sequence) {
  return {base::BootId(boot), base::LinkNumber(number), sequence};
}

TEST(LinkAgeTest, WithinOneLifeOfThePeerItsOwnCountDecides) {
  EXPECT_TRUE(supersedes(age(7, 2, 1), age(7, 1, 1)));
  EXPECT_FALSE(supersedes(age(7, 1, 1), age(7, 2, 1)));
}

TEST(LinkAgeTest, ConnectionsAcceptedInTheOtherOrderDoNotConfuseTheCount) {
  EXPECT_TRUE(supersedes(age(7, 2, 10), age(7, 1, 11)));
  EXPECT_FALSE(supersedes(age(7, 1, 11), age(7, 2, 10)));
}

TEST(LinkAgeTest, ALinkDoesNotSupersedeItself) {
  EXPECT_FALSE(supersedes(age(7, 1, 5), age(7, 1, 5)));
  EXPECT_FALSE(supersedes(age(7, 1, 6), age(7, 1, 5)));
}

TEST(LinkAgeTest, AfterARestartOfThePeerTheOrderOfAcceptanceDecides) {
  EXPECT_TRUE(supersedes(age(8, 1, 11), age(7, 900, 10)));
  EXPECT_FALSE(supersedes(age(7, 900, 10), age(8, 1, 11)));
}

TEST(LinkAgeTest, BootIdsAreRandomAndTheirSizeMeansNothing) {
  EXPECT_TRUE(supersedes(age(1, 1, 11), age(0xffffffffffffffff, 1, 10)));
  EXPECT_TRUE(supersedes(age(0xffffffffffffffff, 1, 11), age(1, 1, 10)));
}

TEST(LinkAgeTest, OfTwoLinksNeverBothAreTheNewer) {
  std::vector<LinkAge> ages;
  for (std::uint64_t boot = 1; boot <= 2; ++boot) {
    for (std::uint64_t number = 1; number <= 3; ++number) {
      for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) ages.push_back(age(boot, number, sequence));
    }
  }
  for (const LinkAge& left : ages) {
    for (const LinkAge& right : ages) EXPECT_FALSE(supersedes(left, right) && supersedes(right, left));
  }
}

}  // namespace
}  // namespace buzzer::linkmgr
