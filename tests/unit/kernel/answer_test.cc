// The answer of an author's home when more wait for it than one entry goes through.
#include <algorithm>

#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"
#include "tests/unit/kernel/gossip_fixture.h"
#include "tests/unit/kernel/grid_check.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

class AnswerTest : public GossipTest {
 protected:
  static constexpr std::size_t kMany = 2 * kMostAnswered + 50;

  AnswerTest() {
    for (int i = 0; many_.size() < kMany; ++i) {
      const std::string name = "many" + std::to_string(i);
      if (shard_of_user(name) != kReaders) continue;
      grid_.register_user(name);
      many_.push_back(name);
    }
  }

  void all_follow(const std::string& author) {
    for (const std::string& name : many_) follow(name, author);
  }
  void follow(const std::string& follower, const std::string& author) {
    grid_.follow(follower, author);
    wishes_.emplace_back(follower, grid_.last().key());
  }
  // The questions reach the author's home, and its answers come back. The rows of neither are acknowledged, and so they
  // can be looked at.
  void bring_answers() {
    for (const auto& packet : grid_.send(kReaders, kAuthors)) grid_.deliver(packet);
    for (const auto& packet : grid_.send(kAuthors, kReaders)) {
      grid_.deliver(packet);
      expect_bounded();
    }
  }
  bool upkeep() {
    const bool any = grid_.upkeep(kReaders);
    expect_bounded();
    return any;
  }
  // Of each edge: it, its place in the arrival log, and two events for each of its commands; then a few of the whole.
  void expect_bounded() { EXPECT_LE(grid_.entry().events_size(), static_cast<int>(3 * kMostAnswered + 10)); }

  std::size_t edges(const std::string& author) {
    std::size_t count = 0;
    readers().visit_followers(author, "", [&count](std::string_view) { return ++count > 0; });
    return count;
  }
  std::size_t pending(const std::string& author) {
    return static_cast<std::size_t>(std::count_if(many_.begin(), many_.end(), [&](const std::string& name) {
      const proto::FollowEdge* edge = readers().edge(name, author);
      return edge != nullptr && edge->pending();
    }));
  }
  std::size_t answered(ErrorCode code) {
    return static_cast<std::size_t>(std::count_if(wishes_.begin(), wishes_.end(), [&](const auto& wish) {
      const proto::Reply* reply = grid_.resolved(wish.first, wish.second);
      return reply != nullptr && error(*reply) == code;
    }));
  }
  void expect_whole() {
    settle();
    EXPECT_EQ(whats_wrong(grid_), "");
  }

  std::vector<std::string> many_;
  const std::string nobody_ = name_at(kAuthors, 50);
  std::vector<std::pair<std::string, std::string>> wishes_;  // who, under which key
};

TEST_F(AnswerTest, WhomItAcceptsBecomeFollowersAPieceAtATime) {
  all_follow(author_);
  bring_answers();
  EXPECT_EQ(answered(ErrorCode::kNone), kMostAnswered / 2) << "each edge has a command";
  std::size_t left = pending(author_);
  EXPECT_EQ(left, kMany - kMostAnswered / 2);
  while (upkeep()) {
    if (left == 0) break;
    EXPECT_LT(pending(author_), left);
    left = pending(author_);
  }
  EXPECT_EQ(answered(ErrorCode::kNone), kMany);
  EXPECT_FALSE(upkeep());
  expect_whole();
}

TEST_F(AnswerTest, WhomItRefusesAreToldAPieceAtATimeAndNothingIsLeftOfThem) {
  all_follow(nobody_);
  bring_answers();
  EXPECT_EQ(answered(ErrorCode::kUnknownUser), kMostAnswered / 2);
  EXPECT_EQ(edges(nobody_), kMany - kMostAnswered / 2);
  EXPECT_EQ(readers().followed_author(nobody_)->followers(), edges(nobody_));
  while (upkeep())
    EXPECT_TRUE(edges(nobody_) == 0 || readers().followed_author(nobody_)->followers() == edges(nobody_));
  EXPECT_EQ(answered(ErrorCode::kUnknownUser), kMany);
  EXPECT_EQ(edges(nobody_), 0U);
  EXPECT_EQ(readers().followed_author(nobody_), nullptr);
  expect_whole();
}

// Who came when there was such a user would have been refused by the answer from before.
TEST_F(AnswerTest, WhoAsksAnewAmidARefusalEndsItAndWhoIsLeftWaitsForTheNextAnswer) {
  all_follow(nobody_);
  bring_answers();
  const std::size_t refused = answered(ErrorCode::kUnknownUser);
  const std::size_t left = edges(nobody_);
  ASSERT_GT(left, 0U);
  grid_.register_user(nobody_);
  follow(reader_, nobody_);
  EXPECT_TRUE(grid_.waits());
  EXPECT_TRUE(upkeep()) << "the sweep goes";
  EXPECT_FALSE(upkeep());
  EXPECT_EQ(edges(nobody_), left + 1);
  expect_whole();
  EXPECT_EQ(answered(ErrorCode::kUnknownUser), refused);
  EXPECT_EQ(answered(ErrorCode::kNone), left + 1);
  EXPECT_EQ(authors().account(nobody_)->followers(), left + 1);
}

TEST_F(AnswerTest, NextRefusalGoesThroughWhoIsLeft) {
  all_follow(nobody_);
  bring_answers();
  follow(reader_, nobody_);
  expect_whole();
  EXPECT_EQ(answered(ErrorCode::kUnknownUser), kMany + 1);
  EXPECT_EQ(readers().followed_author(nobody_), nullptr);
}

TEST_F(AnswerTest, SecondWishOfWhoIsStillToBeAnsweredIsAnsweredWithTheFirst) {
  all_follow(author_);
  bring_answers();
  const auto late = std::find_if(many_.begin(), many_.end(),
                                 [&](const std::string& name) { return readers().edge(name, author_)->pending(); });
  ASSERT_NE(late, many_.end());
  const std::uint64_t last_row = readers().rows(kAuthors).last;
  follow(*late, author_);
  EXPECT_TRUE(grid_.waits());
  EXPECT_EQ(readers().rows(kAuthors).last, last_row) << "the answer is there: nobody is asked";
  expect_whole();
  EXPECT_EQ(answered(ErrorCode::kNone), kMany + 1);
}

TEST_F(AnswerTest, WhoComesWhileTheAcceptedAreGoneThroughFollowsAtOnceAndWhoLeavesIsAnswered) {
  all_follow(author_);
  bring_answers();
  EXPECT_EQ(error(grid_.follow(reader_, author_)), ErrorCode::kNone);
  EXPECT_FALSE(grid_.waits());
  for (const std::string& name : many_) {
    if (readers().edge(name, author_)->pending()) grid_.unfollow(name, author_);
  }
  EXPECT_EQ(answered(ErrorCode::kNone), kMany);
  expect_whole();
  EXPECT_EQ(authors().account(author_)->followers(), 1 + kMostAnswered / 2);
}

// All edges went in one entry, however many there were.
TEST_F(AnswerTest, FollowersOfAnAuthorWhoseHomeWasPutBackToBeforeHerLeaveAPieceAtATime) {
  const auto backup = authors().clone();
  grid_.register_user(nobody_);
  all_follow(nobody_);
  settle();
  ASSERT_EQ(edges(nobody_), kMany);
  grid_.restore(kAuthors, *backup, false);
  for (int i = 0; edges(nobody_) == kMany; ++i) {
    ASSERT_LT(i, 10);
    grid_.upkeep(kReaders);
    bring_answers();
  }
  EXPECT_EQ(edges(nobody_), kMany - kMostAnswered);
  expect_whole();
  EXPECT_EQ(edges(nobody_), 0U);
  EXPECT_EQ(readers().account(many_.front())->following(), 0U);
}

// Who followed already was told that it was so, and then the refusal took that edge too.
TEST_F(AnswerTest, FollowOfWhoIsStillToLeaveIsNotAnsweredBeforeThat) {
  const auto backup = authors().clone();
  grid_.register_user(nobody_);
  all_follow(nobody_);
  settle();
  grid_.restore(kAuthors, *backup, false);
  for (int i = 0; edges(nobody_) == kMany; ++i) {
    ASSERT_LT(i, 10);
    grid_.upkeep(kReaders);
    bring_answers();
  }
  grid_.register_user(nobody_);
  const auto late = std::find_if(many_.begin(), many_.end(),
                                 [&](const std::string& name) { return readers().edge(name, nobody_) != nullptr; });
  ASSERT_NE(late, many_.end());
  EXPECT_EQ(error(grid_.follow(*late, nobody_)), ErrorCode::kUnavailable);
  expect_whole();
  grid_.follow(*late, nobody_);
  expect_whole();
  EXPECT_NE(readers().edge(*late, nobody_), nullptr);
  EXPECT_EQ(authors().account(nobody_)->followers(), 1U);
}

// Her count at home was what it had been when the question was asked.
TEST_F(AnswerTest, AuthorWhoRegistersAnewAmidThatKeepsWhoIsLeftAndTheirNumber) {
  const auto backup = authors().clone();
  grid_.register_user(nobody_);
  all_follow(nobody_);
  settle();
  grid_.restore(kAuthors, *backup, false);
  for (int i = 0; edges(nobody_) == kMany; ++i) {
    ASSERT_LT(i, 10);
    grid_.upkeep(kReaders);
    bring_answers();
  }
  grid_.register_user(nobody_);
  const auto again = readers().clone();
  grid_.restore(kReaders, *again, false);  // asks once more, in the same turn, while the edges go on going
  EXPECT_TRUE(upkeep());
  expect_whole();
  EXPECT_EQ(authors().account(nobody_)->followers(), edges(nobody_));
}

}  // namespace
}  // namespace buzzer::kernel
