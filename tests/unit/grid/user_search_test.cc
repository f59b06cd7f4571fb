#include "node/grid/user_search.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace buzzer::grid {
namespace {

class UserSearchTest : public testing::Test {
 protected:
  UserSearch search(std::uint32_t limit, std::size_t awaited) {
    proto::Query query;
    query.mutable_users()->set_limit(limit);
    return {query, awaited, [this](const proto::Answer& answer) {
              EXPECT_FALSE(told_) << "told twice";
              told_ = answer;
            }};
  }
  static proto::Answer page(std::initializer_list<const char*> names) {
    proto::Answer answer;
    for (const char* name : names) {
      answer.add_users()->set_name(name);
      answer.mutable_users()->rbegin()->set_registered_ms(static_cast<std::int64_t>(std::string(name).size()));
    }
    return answer;
  }
  static proto::Answer refusal(proto::ErrorCode code) {
    proto::Answer answer;
    answer.set_error(static_cast<std::uint32_t>(code));
    answer.set_message("why");
    return answer;
  }
  std::string names() const {
    std::string names;
    for (const proto::Account& user : told_->users()) names += user.name() + ' ';
    return names;
  }

  std::optional<proto::Answer> told_;
};

TEST_F(UserSearchTest, UsersOfAllAreInOrderWhateverTheirCase) {
  auto all = search(10, 3);
  all.take(page({"bob", "Zoe"}));
  all.take(page({"Carl", "_x"}));
  EXPECT_FALSE(told_);
  all.take(page({"alice", "BOBBY", "car"}));
  ASSERT_TRUE(told_);
  EXPECT_EQ(names(), "_x alice bob BOBBY car Carl Zoe ");
  EXPECT_FALSE(told_->more());
  EXPECT_FALSE(told_->partial());
  for (const proto::Account& user : told_->users()) {
    EXPECT_EQ(user.registered_ms(), static_cast<std::int64_t>(user.name().size())) << "the record of another user";
  }
}

TEST_F(UserSearchTest, OnlyTheFirstOfAllAreShownAndThatThereAreMore) {
  auto all = search(3, 2);
  all.take(page({"b", "D", "f"}));
  all.take(page({"A", "c", "E"}));
  ASSERT_TRUE(told_);
  EXPECT_EQ(names(), "A b c ");
  EXPECT_TRUE(told_->more());
}

TEST_F(UserSearchTest, AsManyAsWereAskedForAreNotMoreUnlessSomebodySaysSo) {
  auto exact = search(2, 2);
  exact.take(page({"b"}));
  exact.take(page({"a"}));
  ASSERT_TRUE(told_);
  EXPECT_EQ(names(), "a b ");
  EXPECT_FALSE(told_->more());
  told_.reset();
  auto one_has_more = search(2, 2);
  auto first = page({"a", "b"});
  first.set_more(true);
  one_has_more.take(first);
  one_has_more.take(page({}));
  ASSERT_TRUE(told_);
  EXPECT_TRUE(told_->more());
}

TEST_F(UserSearchTest, WhoCannotAnswerLeavesAHoleAndADefiniteErrorDecides) {
  auto holed = search(5, 2);
  holed.take(refusal(proto::ErrorCode::kUnavailable));
  holed.take(page({"bob"}));
  ASSERT_TRUE(told_);
  EXPECT_EQ(names(), "bob ");
  EXPECT_TRUE(told_->partial());
  told_.reset();
  auto refused = search(5, 3);
  refused.take(page({"bob"}));
  refused.take(refusal(proto::ErrorCode::kInvalidName));
  refused.take(page({"carl"}));
  ASSERT_TRUE(told_);
  EXPECT_EQ(told_->error(), static_cast<std::uint32_t>(proto::ErrorCode::kInvalidName));
  EXPECT_EQ(told_->message(), "why");
  EXPECT_TRUE(told_->users().empty());
}

}  // namespace
}  // namespace buzzer::grid
