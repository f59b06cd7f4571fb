#include "node/kernel/upkeep.h"

#include <algorithm>

#include "tests/unit/kernel/gossip_fixture.h"
#include "tests/unit/kernel/grid_check.h"

namespace buzzer::kernel {
namespace {

class UpkeepTest : public GossipTest {
 protected:
  std::size_t sweeps(ShardId shard) {
    std::size_t count = 0;
    grid_.state(shard).visit_sweeps([&count](std::uint64_t /*number*/, const proto::Sweep& /*sweep*/) {
      ++count;
      return true;
    });
    return count;
  }
  // The question only: nothing else is done.
  void follow_and_exchange(const std::string& author) {
    grid_.follow(reader_, author);
    grid_.exchange(kReaders, kAuthors);
  }
  void post(int count, const std::string& text) {
    for (int i = 0; i < count; ++i) {
      grid_.post(author_, text);
      grid_.move_clock(1);
    }
  }
};

TEST_F(UpkeepTest, WithNothingToDoMakesNoEntry) {
  EXPECT_FALSE(grid_.upkeep(kAuthors));
  follow_and_settle(reader_, author_);
  EXPECT_FALSE(grid_.upkeep(kAuthors));
  EXPECT_FALSE(grid_.upkeep(kReaders));
}

TEST_F(UpkeepTest, ArrivalLogIsTrimmedByNumberAPieceAtATime) {
  post(50, "hello");
  const UpkeepOptions options{.most_arrivals = 10, .most_looked_at = 25};
  EXPECT_TRUE(grid_.upkeep(kAuthors, options));
  EXPECT_EQ(authors().arrivals().first, 26U);
  EXPECT_TRUE(grid_.upkeep(kAuthors, options));
  EXPECT_EQ(authors().arrivals().first, 41U);
  EXPECT_EQ(authors().arrival(40), nullptr);
  EXPECT_FALSE(grid_.upkeep(kAuthors, options));
}

TEST_F(UpkeepTest, ArrivalLogIsTrimmedByAgeAndTheLastEntryStays) {
  post(3, "old");
  grid_.move_clock(1000);
  post(2, "new");
  const UpkeepOptions options{.oldest_arrival = std::chrono::milliseconds(500)};
  EXPECT_TRUE(grid_.upkeep(kAuthors, options));
  EXPECT_EQ(authors().arrivals().first, 4U);
  grid_.move_clock(1000);
  EXPECT_TRUE(grid_.upkeep(kAuthors, options));
  EXPECT_EQ(authors().arrivals().first, 5U);
  EXPECT_EQ(authors().arrivals().last, 5U);
  EXPECT_FALSE(grid_.upkeep(kAuthors, options)) << "the next position is the one after it";
}

TEST_F(UpkeepTest, SweepOfAnAuthorGoesOnWhereItStoppedAndLeavesWhatHasAnotherReason) {
  post(6, "hello");
  const auto mentioned = grid_.post(author_, "for @" + reader_).id();
  follow_and_settle(reader_, author_);
  ASSERT_EQ(readers().copies(), 7U);
  grid_.unfollow(reader_, author_);
  EXPECT_EQ(readers().copies(), 7U) << "nobody has to wait for it";
  const UpkeepOptions options{.most_swept = 4};
  EXPECT_TRUE(grid_.upkeep(kReaders, options));
  EXPECT_EQ(readers().copies(), 3U);
  EXPECT_TRUE(grid_.upkeep(kReaders, options));
  EXPECT_EQ(readers().copies(), 1U);
  EXPECT_NE(copy_in(kReaders, mentioned), nullptr);
  EXPECT_EQ(sweeps(kReaders), 0U);
  EXPECT_FALSE(grid_.upkeep(kReaders, options));
}

TEST_F(UpkeepTest, SweepIsDroppedWhenSomebodyFollowsAgain) {
  post(3, "hello");
  follow_and_settle(reader_, author_);
  grid_.unfollow(reader_, author_);
  grid_.follow(second_reader_, author_);
  EXPECT_TRUE(grid_.upkeep(kReaders));
  EXPECT_EQ(sweeps(kReaders), 0U);
  EXPECT_EQ(readers().copies(), 3U);
  settle();
  EXPECT_EQ(whats_wrong(grid_), "");
}

TEST_F(UpkeepTest, SecondSweepOfAnAuthorBeginsAgainUnderTheSameNumber) {
  post(4, "hello");
  follow_and_settle(reader_, author_);
  grid_.unfollow(reader_, author_);
  grid_.upkeep(kReaders, {.most_swept = 2});
  grid_.follow(reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  grid_.exchange(kAuthors, kReaders);
  EXPECT_EQ(readers().copies(), 4U) << "backfilled";
  grid_.unfollow(reader_, author_);
  EXPECT_EQ(sweeps(kReaders), 1U);
  settle();
  EXPECT_EQ(readers().copies(), 0U);
}

TEST_F(UpkeepTest, ResyncComesInPiecesAndWaitsForAReceiverThatDoesNotAnswer) {
  post(30, "for @" + reader_);
  settle();
  grid_.wipe(kReaders);
  grid_.register_user(reader_);
  const UpkeepOptions options{.most_looked_at = 8, .most_rows_queued = 5, .most_rows_owed = 12};
  std::uint64_t before = authors().rows(kReaders).last;
  int pieces = 0;
  while (grid_.upkeep(kAuthors, options)) {
    EXPECT_LE(authors().rows(kReaders).last - before, 6U);
    before = authors().rows(kReaders).last;
    ASSERT_LT(++pieces, 20);
  }
  EXPECT_TRUE(authors().out_stream(kReaders)->resyncing());
  EXPECT_LE(before, 12U + 6U) << "a receiver that is down costs no more than this";
  ASSERT_TRUE(grid_.settle(options));
  EXPECT_FALSE(authors().out_stream(kReaders)->resyncing());
  EXPECT_EQ(readers().copies(), 30U);
}

TEST_F(UpkeepTest, SweepOfAShardIsDroppedWhenItsStreamBeginsAnewOnceMore) {
  post(5, "for @" + reader_);
  settle();
  const auto backup = authors().clone();
  grid_.restore(kAuthors, *backup, false);
  const UpkeepOptions options{.most_looked_at = 2};
  while (sweeps(kReaders) == 0) {
    grid_.upkeep(kAuthors);
    grid_.exchange(kAuthors, kReaders);
  }
  grid_.restore(kAuthors, *backup, false);
  grid_.exchange(kAuthors, kReaders);
  EXPECT_TRUE(grid_.upkeep(kReaders, options));
  EXPECT_EQ(sweeps(kReaders), 0U);
  EXPECT_EQ(readers().copies(), 5U) << "what is confirmed will show at the end of this one";
  ASSERT_TRUE(grid_.settle(options));
  EXPECT_EQ(whats_wrong(grid_), "");
}

// All that the shard had ever declared was looked through in the entry of one row.
TEST_F(UpkeepTest, InterestThatAShardHasNotDeclaredAnewGoesAPieceAtATime) {
  constexpr int kAuthorsFollowed = 12;
  std::vector<std::string> followed;
  for (int i = 1; i <= kAuthorsFollowed; ++i) {
    followed.push_back(name_at(kAuthors, i));
    grid_.register_user(followed.back());
    follow_and_settle(reader_, followed.back());
  }
  const auto interested = [&] {
    return std::count_if(followed.begin(), followed.end(),
                         [&](const std::string& name) { return authors().interest(name) != nullptr; });
  };
  grid_.wipe(kReaders);
  grid_.register_user(reader_);
  grid_.exchange(kAuthors, kReaders);
  grid_.exchange(kReaders, kAuthors);
  ASSERT_EQ(sweeps(kAuthors), 3U) << "of interest, of copies, and of questions, of which there are none";
  EXPECT_EQ(interested(), kAuthorsFollowed) << "nobody has to wait for it";
  follow_and_exchange(followed.front());
  const auto unwanted = grid_.post(followed.back(), "for nobody").id();
  auto left = interested();
  while (grid_.upkeep(kAuthors, {.most_swept = 4})) {
    EXPECT_GE(interested(), left - 4);
    left = interested();
  }
  EXPECT_EQ(left, 1) << "what was declared meanwhile";
  settle();
  EXPECT_EQ(whats_wrong(grid_), "");
  EXPECT_EQ(copy_in(kReaders, unwanted), nullptr);
}

// Likewise all whom anybody here follows, for those few whose home has not answered.
TEST_F(UpkeepTest, QuestionsWhoseAnswersWereLostAreAskedOnceMoreAPieceAtATime) {
  constexpr int kAuthorsFollowed = 12;
  std::vector<std::string> keys;
  post(1, "for @" + reader_);
  settle();
  for (int i = 1; i <= kAuthorsFollowed; ++i) {
    grid_.register_user(name_at(kAuthors, i));
    grid_.follow(reader_, name_at(kAuthors, i));
    keys.push_back(grid_.last().key());
  }
  grid_.exchange(kReaders, kAuthors);
  const auto backup = authors().clone();
  grid_.restore(kAuthors, *backup, false);  // the answers that it had not sent yet go with their stream
  for (const auto& packet : grid_.send(kAuthors, kReaders, 1)) grid_.deliver(packet);
  const std::uint64_t before = readers().rows(kAuthors).last;
  ASSERT_EQ(sweeps(kReaders), 1U);
  EXPECT_TRUE(grid_.upkeep(kReaders, {.most_swept = 5}));
  EXPECT_EQ(readers().rows(kAuthors).last - before, 5U);
  settle();
  for (const std::string& key : keys) EXPECT_NE(grid_.resolved(reader_, key), nullptr) << key;
  EXPECT_EQ(whats_wrong(grid_), "");
}

}  // namespace
}  // namespace buzzer::kernel
