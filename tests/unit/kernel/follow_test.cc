#include "node/kernel/following.h"
#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;
using Lines = std::vector<std::string>;

class FollowTest : public GossipTest {};

TEST_F(FollowTest, WaitsForTheAuthorsHomeAndIsThenAnswered) {
  grid_.follow(reader_, author_);
  const proto::Command command = grid_.last();
  EXPECT_TRUE(grid_.waits());
  EXPECT_TRUE(readers().edge(reader_, author_)->pending());
  EXPECT_EQ(grid_.resolved(reader_, command.key()), nullptr);
  settle();
  const proto::FollowEdge& edge = *readers().edge(reader_, author_);
  EXPECT_FALSE(edge.pending());
  EXPECT_EQ(edge.position(), readers().arrivals().last);
  EXPECT_TRUE(edge.keys().empty());
  EXPECT_EQ(told(kReaders), Lines{"FOLLOWED"});
  ASSERT_NE(grid_.resolved(reader_, command.key()), nullptr);
  EXPECT_EQ(error(*grid_.resolved(reader_, command.key())), ErrorCode::kNone);
  EXPECT_EQ(readers().account(reader_)->following(), 1U);
  EXPECT_EQ(authors().account(author_)->followers(), 1U);
}

// Whoever had registered as "Ann" was told of as "ann" when somebody followed.
TEST_F(FollowTest, EntriesOfTheLogNameBothAsRegistered) {
  const auto capital = [](std::string name) {
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
  };
  const std::string follower = name_at(kReaders, 20);
  for (const ShardId home : {kAuthors, kReaders}) {
    const std::string author = name_at(home, 30);
    grid_.register_user(capital(author));
    if (home == kAuthors) grid_.register_user(capital(follower));
    follow_and_settle(follower, author);
    grid_.follow(follower, author);  // changes nothing
    grid_.unfollow(follower, author);
    const std::uint64_t last = readers().arrivals().last;
    for (std::uint64_t at = last - 2; at <= last; ++at) {
      const proto::Arrival& arrival = *readers().arrival(at);
      EXPECT_EQ(arrival.follower(), follower);
      EXPECT_EQ(arrival.follower_name(), capital(follower));
      EXPECT_EQ(arrival.author(), author);
      EXPECT_EQ(arrival.author_name(), capital(author)) << at;
      EXPECT_EQ(arrival.unchanged(), at == last - 1);
    }
  }
}

// A client of the text protocol that asked for what was so already waited for its answer in vain.
TEST_F(FollowTest, AWishThatChangesNothingIsToldAsThat) {
  grid_.unfollow(reader_, "Nobody");
  grid_.unfollow(reader_, "no name");
  grid_.unfollow(reader_, reader_);
  EXPECT_EQ(told(kReaders), Lines{"UNFOLLOWED"});
  EXPECT_TRUE(readers().arrival(1)->unchanged());
  EXPECT_EQ(readers().arrival(1)->author(), "nobody");
  EXPECT_EQ(readers().arrival(1)->author_name(), "Nobody") << "as it was written: it is not known better here";
  follow_and_settle(reader_, author_);
  const std::uint64_t since = readers().edge(reader_, author_)->position();
  follow_and_settle(reader_, author_);
  EXPECT_EQ(told(kReaders), (Lines{"UNFOLLOWED", "FOLLOWED", "FOLLOWED"}));
  EXPECT_FALSE(readers().arrival(2)->unchanged());
  EXPECT_TRUE(readers().arrival(3)->unchanged());
  EXPECT_EQ(readers().edge(reader_, author_)->position(), since) << "the edge is what it was";
  EXPECT_EQ(readers().account(reader_)->following(), 1U);
  EXPECT_EQ(authors().account(author_)->followers(), 1U);
}

TEST_F(FollowTest, WhoTakesBackAFollowThatIsUnderWayIsTold) {
  grid_.follow(reader_, author_);
  grid_.unfollow(reader_, author_);
  settle();
  EXPECT_EQ(told(kReaders), Lines{"UNFOLLOWED"});
  EXPECT_TRUE(readers().arrival(1)->unchanged()) << "nobody was told that it began";
}

TEST_F(FollowTest, RepetitionWaitsTooAndIsAnsweredLikeTheFirst) {
  grid_.follow(reader_, author_);
  const proto::Command command = grid_.last();
  grid_.run(command);
  EXPECT_TRUE(grid_.waits());
  EXPECT_EQ(grid_.entry().events_size(), 0);
  settle();
  const proto::Reply reply = *grid_.resolved(reader_, command.key());
  EXPECT_EQ(grid_.run(command).SerializeAsString(), reply.SerializeAsString());
  EXPECT_FALSE(grid_.waits());
  proto::Command another = command;
  another.mutable_follow_user()->set_name(other_);
  EXPECT_EQ(error(grid_.run(another)), ErrorCode::kKeyReused);
}

TEST_F(FollowTest, SecondWishOfTheSameFollowerWaitsForTheSameAnswer) {
  grid_.follow(reader_, author_);
  std::vector<std::string> keys{grid_.last().key()};
  for (int i = 1; i < kMostWaitingKeys; ++i) {
    grid_.follow(reader_, author_);
    EXPECT_TRUE(grid_.waits());
    keys.push_back(grid_.last().key());
  }
  EXPECT_EQ(error(grid_.follow(reader_, author_)), ErrorCode::kUnavailable) << "they are bounded";
  EXPECT_EQ(readers().followed_author(author_)->followers(), 1U);
  settle();
  for (const std::string& key : keys) EXPECT_NE(grid_.resolved(reader_, key), nullptr) << key;
}

TEST_F(FollowTest, WhoFollowsAnAuthorWhomTheShardFollowsWaitsForNobody) {
  follow_and_settle(reader_, author_);
  EXPECT_EQ(error(grid_.follow(second_reader_, author_)), ErrorCode::kNone);
  EXPECT_FALSE(grid_.waits());
  EXPECT_FALSE(readers().edge(second_reader_, author_)->pending());
  settle();
  EXPECT_EQ(authors().account(author_)->followers(), 2U);
}

TEST_F(FollowTest, WhoComesWhileTheQuestionIsUnderWayAsksTooAndWhatIsAcceptedHoldsForAll) {
  grid_.follow(reader_, author_);
  const std::string first = grid_.last().key();
  const auto turn = readers().followed_author(author_)->turn();
  grid_.follow(second_reader_, author_);
  EXPECT_TRUE(grid_.waits());
  EXPECT_GT(readers().followed_author(author_)->turn(), turn);
  EXPECT_EQ(readers().followed_author(author_)->first_turn(), turn);
  settle();
  EXPECT_NE(grid_.resolved(reader_, first), nullptr);
  EXPECT_NE(grid_.resolved(second_reader_, grid_.last().key()), nullptr);
  EXPECT_EQ(authors().interest(author_)->followers(kReaders.value()), 2U);
}

TEST_F(FollowTest, OfNobodyIsRefusedAndLeavesNothing) {
  const std::string nobody = name_at(kAuthors, 50);
  grid_.follow(reader_, nobody);
  const std::string key = grid_.last().key();
  EXPECT_TRUE(grid_.waits());
  settle();
  ASSERT_NE(grid_.resolved(reader_, key), nullptr);
  EXPECT_EQ(error(*grid_.resolved(reader_, key)), ErrorCode::kUnknownUser);
  EXPECT_EQ(readers().edge(reader_, nobody), nullptr);
  EXPECT_EQ(readers().followed_author(nobody), nullptr);
  EXPECT_TRUE(told(kReaders).empty()) << "nobody was told of the edge";
  EXPECT_EQ(error(grid_.follow(reader_, name_at(kReaders, 50))), ErrorCode::kUnknownUser) << "at home here";
  EXPECT_EQ(error(grid_.follow(reader_, "no name")), ErrorCode::kUnknownUser);
  EXPECT_EQ(error(grid_.follow(reader_, reader_)), ErrorCode::kOwnAccount);
}

// Who followed when there was such a user got the refusal of somebody else's earlier question.
TEST_F(FollowTest, AuthorWhoRegistersWhileTheRefusalIsUnderWayIsFollowed) {
  const std::string late = name_at(kAuthors, 50);
  grid_.follow(reader_, late);
  const auto question = grid_.send(kReaders, kAuthors);
  for (const auto& packet : question) grid_.deliver(packet);
  grid_.register_user(late);
  grid_.follow(second_reader_, late);
  const std::string key = grid_.last().key();
  settle();
  ASSERT_NE(grid_.resolved(second_reader_, key), nullptr);
  EXPECT_EQ(error(*grid_.resolved(second_reader_, key)), ErrorCode::kNone);
  EXPECT_EQ(authors().account(late)->followers(), 2U) << "and so is the wish that was still waiting";
  EXPECT_EQ(authors().interest(late)->followers(kReaders.value()), 2U);
}

TEST_F(FollowTest, SameFollowerAskingAgainIsNotRefusedByTheAnswerToTheFirstQuestion) {
  const std::string late = name_at(kAuthors, 50);
  grid_.follow(reader_, late);
  const auto question = grid_.send(kReaders, kAuthors);
  for (const auto& packet : question) grid_.deliver(packet);
  grid_.register_user(late);
  grid_.follow(reader_, late);
  const std::string key = grid_.last().key();
  settle();
  ASSERT_NE(grid_.resolved(reader_, key), nullptr);
  EXPECT_EQ(error(*grid_.resolved(reader_, key)), ErrorCode::kNone);
  EXPECT_EQ(authors().account(late)->followers(), 1U);
}

TEST_F(FollowTest, WithinOneShardIsDoneAtOnce) {
  EXPECT_EQ(error(grid_.follow(reader_, second_reader_)), ErrorCode::kNone);
  EXPECT_FALSE(grid_.waits());
  EXPECT_EQ(readers().edge(reader_, second_reader_)->position(), 1U);
  EXPECT_EQ(readers().account(second_reader_)->followers(), 1U);
  EXPECT_EQ(error(grid_.follow(reader_, second_reader_)), ErrorCode::kNone) << "as wished already";
  EXPECT_EQ(readers().account(second_reader_)->followers(), 1U);
  EXPECT_EQ(error(grid_.unfollow(reader_, second_reader_)), ErrorCode::kNone);
  EXPECT_EQ(readers().account(second_reader_)->followers(), 0U);
  EXPECT_EQ(readers().interest(second_reader_), nullptr);
  EXPECT_EQ(told(kReaders), (Lines{"FOLLOWED", "FOLLOWED", "UNFOLLOWED"}));
}

TEST_F(FollowTest, UnfollowOfWhoStillWaitsAnswersTheFollow) {
  grid_.follow(reader_, author_);
  const std::string key = grid_.last().key();
  EXPECT_EQ(error(grid_.unfollow(reader_, author_)), ErrorCode::kNone);
  ASSERT_NE(grid_.resolved(reader_, key), nullptr);
  EXPECT_EQ(error(*grid_.resolved(reader_, key)), ErrorCode::kNone);
  settle();
  EXPECT_EQ(readers().edge(reader_, author_), nullptr);
  EXPECT_EQ(authors().account(author_)->followers(), 0U);
}

TEST_F(FollowTest, AnswerToAnEarlierTurnIsNotTakenForThePresentOne) {
  grid_.follow(reader_, author_);
  const auto question = grid_.send(kReaders, kAuthors);
  for (const auto& packet : question) grid_.deliver(packet);
  grid_.unfollow(reader_, author_);
  grid_.follow(reader_, author_);
  EXPECT_TRUE(grid_.exchange(kAuthors, kReaders)) << "the answer to the first question";
  EXPECT_TRUE(readers().edge(reader_, author_)->pending());
  settle();
  EXPECT_FALSE(readers().edge(reader_, author_)->pending());
}

TEST_F(FollowTest, LastUnfollowEndsTheInterestAndDropsTheCopies) {
  const auto id = grid_.post(author_, "hello").id();
  follow_and_settle(reader_, author_);
  follow_and_settle(second_reader_, author_);
  grid_.unfollow(reader_, author_);
  settle();
  EXPECT_EQ(authors().account(author_)->followers(), 1U);
  EXPECT_NE(copy_in(kReaders, id), nullptr);
  grid_.unfollow(second_reader_, author_);
  settle();
  EXPECT_EQ(authors().account(author_)->followers(), 0U);
  EXPECT_EQ(copy_in(kReaders, id), nullptr);
  EXPECT_EQ(readers().followed_author(author_), nullptr);
}

TEST_F(FollowTest, BringsTheLastBuzzesOldestFirstBeforeTheAnswer) {
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < kBackfill + 10; ++i) {
    ids.push_back(grid_.post(author_, std::to_string(i)).id());
    grid_.move_clock(1);
  }
  grid_.remove(author_, ids.back());
  grid_.follow(reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  std::vector<std::uint64_t> sent;
  const auto rows_there = rows(kAuthors, kReaders);
  for (const proto::Delivery& row : rows_there) {
    for (const proto::Buzz& buzz : row.backfill().buzzes()) {
      sent.push_back(buzz.id());
      EXPECT_EQ(buzz.sent_to(), 0U) << "for the author's home alone";
      EXPECT_FALSE(buzz.text().empty());
    }
    EXPECT_LE(static_cast<std::size_t>(row.backfill().buzzes_size()), kBackfillPerRow);
  }
  EXPECT_EQ(sent, std::vector<std::uint64_t>(ids.begin() + 9, ids.end() - 1));
  EXPECT_TRUE(rows_there.back().has_interest_answer());
  settle();
  EXPECT_EQ(told(kReaders), Lines{"FOLLOWED"}) << "they take no places in the arrival log";
  EXPECT_EQ(readers().copies(), kBackfill);
}

TEST_F(FollowTest, TooManyAreRefusedThoseWhoWaitIncluded) {
  for (std::uint64_t i = 0; i < kMostFollowed; ++i) {
    proto::FollowEdge edge;
    edge.set_pending(i % 2 == 0);
    readers().put_edge(reader_, "followed" + std::to_string(i), edge);
  }
  EXPECT_EQ(error(grid_.follow(reader_, author_)), ErrorCode::kTooManyFollowed);
  EXPECT_EQ(error(grid_.follow(second_reader_, author_)), ErrorCode::kNone);
}

TEST_F(FollowTest, WhoWaitsForOneAuthorIsBounded) {
  grid_.follow(reader_, author_);
  proto::FollowedAuthor record = *readers().followed_author(author_);
  record.set_followers(kMostPending);
  readers().put_followed_author(author_, record);
  EXPECT_EQ(error(grid_.follow(second_reader_, author_)), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace buzzer::kernel
