#include <algorithm>
#include <bit>

#include "node/kernel/home_shard.h"
#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::kernel {
namespace {

using Lines = std::vector<std::string>;

class DeliveryTest : public GossipTest {
 protected:
  std::size_t buzzes_on_the_way(ShardId to) {
    const auto there = rows(kAuthors, to);
    return static_cast<std::size_t>(
        std::count_if(there.begin(), there.end(), [](const proto::Delivery& row) { return row.has_buzz(); }));
  }
};

TEST_F(DeliveryTest, OneForEachShardConcernedHoweverManyReasonsThereAre) {
  follow_and_settle(reader_, author_);
  follow_and_settle(second_reader_, author_);
  const std::string topic = topic_at(kReaders);
  const auto id = grid_.post(author_, "#" + topic + " for @" + reader_ + " @" + second_reader_ + " @" + other_).id();
  EXPECT_EQ(buzzes_on_the_way(kReaders), 1U);
  EXPECT_EQ(buzzes_on_the_way(kOthers), 1U);
  EXPECT_EQ(std::popcount(authors().buzz(BuzzId(id))->sent_to()), 2);
  settle();
  EXPECT_EQ(indexed(kReaders, Index::kTopic, topic), std::vector{id});
  EXPECT_EQ(indexed(kReaders, Index::kMention, second_reader_), std::vector{id});
  EXPECT_EQ(indexed(kOthers, Index::kMention, other_), std::vector{id});
  EXPECT_TRUE(indexed(kOthers, Index::kTopic, topic).empty()) << "the topic is not at home there";
  const proto::Arrival& arrival = *readers().arrival(readers().arrivals().last);
  EXPECT_EQ(arrival.mentioned_size(), 2);
  EXPECT_EQ(arrival.topics_size(), 1);
  EXPECT_EQ(arrival.root(), 0U) << "the thread is not at home there";
}

TEST_F(DeliveryTest, PostThatConcernsNobodyElseQueuesNothing) {
  const auto id = grid_.post(author_, "hello @" + author_).id();
  EXPECT_EQ(authors().buzz(BuzzId(id))->sent_to(), 0U);
  EXPECT_EQ(authors().out_stream(kReaders), nullptr);
  EXPECT_EQ(indexed(kAuthors, Index::kMention, author_), std::vector{id});
}

TEST_F(DeliveryTest, FirstRowToAShardBeginsTheStream) {
  grid_.post(author_, "for @" + reader_);
  const auto there = rows(kAuthors, kReaders);
  ASSERT_EQ(there.size(), 3U);
  EXPECT_TRUE(there[0].has_begin());
  EXPECT_FALSE(there[0].begin().again());
  EXPECT_TRUE(there[1].has_resynced());
  EXPECT_EQ(there[2].buzz().text(), "for @" + reader_);
}

TEST_F(DeliveryTest, RowIsTakenOnceAndInItsTurn) {
  grid_.post(author_, "one for @" + reader_);
  grid_.post(author_, "two for @" + reader_);
  const auto packets = grid_.send(kAuthors, kReaders);
  ASSERT_EQ(packets.size(), 4U);
  EXPECT_FALSE(grid_.deliver(packets[1])) << "it has overtaken the first";
  EXPECT_TRUE(grid_.deliver(packets[0]));
  EXPECT_FALSE(grid_.deliver(packets[0])) << "again";
  EXPECT_TRUE(grid_.deliver(packets[1]));
  EXPECT_FALSE(grid_.deliver(packets[3])) << "one is missing";
  EXPECT_TRUE(grid_.deliver(packets[2]));
  EXPECT_TRUE(grid_.deliver(packets[3]));
  EXPECT_FALSE(grid_.deliver(packets[2]));
  EXPECT_EQ(told(kReaders), (Lines{"POSTED 1", "POSTED 1"}));
  EXPECT_EQ(readers().watermark(kAuthors)->number(), 4U);
}

TEST_F(DeliveryTest, RowIsSentWithTheVersionOfThenSoThatOfTheEditTellsNothingNew) {
  const auto id = grid_.post(author_, "one for @" + reader_).id();
  grid_.edit(author_, id, "two for @" + reader_);
  settle();
  EXPECT_EQ(copy_in(kReaders, id)->buzz().text(), "two for @" + reader_);
  EXPECT_EQ(told(kReaders), Lines{"POSTED 2"});
  grid_.edit(author_, id, "three for @" + reader_);
  settle();
  EXPECT_EQ(told(kReaders), (Lines{"POSTED 2", "EDITED 3"}));
}

TEST_F(DeliveryTest, EditThatTakesAMentionAwayReachesWhoWasMentioned) {
  const auto id = grid_.post(author_, "for @" + reader_).id();
  settle();
  grid_.edit(author_, id, "for @" + other_);
  settle();
  EXPECT_EQ(copy_in(kReaders, id), nullptr);
  EXPECT_TRUE(indexed(kReaders, Index::kMention, reader_).empty());
  EXPECT_EQ(told(kReaders), (Lines{"POSTED 1", "EDITED 2"}));
  EXPECT_EQ(readers().arrival(2)->mentioned(0), reader_) << "who is to learn that it is no more";
  EXPECT_EQ(indexed(kOthers, Index::kMention, other_), std::vector{id});
  EXPECT_EQ(told(kOthers), Lines{"POSTED 2"});
}

TEST_F(DeliveryTest, DeleteReachesWhoNoLongerFollows) {
  follow_and_settle(reader_, author_);
  const auto id = grid_.post(author_, "hello").id();
  settle();
  grid_.unfollow(reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  grid_.remove(author_, id);
  grid_.follow(reader_, author_);
  settle();
  EXPECT_EQ(copy_in(kReaders, id), nullptr);
}

TEST_F(DeliveryTest, WhatNobodyHasAReasonForAdvancesTheWatermarkAndIsNotKept) {
  follow_and_settle(reader_, author_);
  grid_.unfollow(reader_, author_);
  const auto id = grid_.post(author_, "hello").id();
  EXPECT_TRUE(grid_.exchange(kAuthors, kReaders));
  EXPECT_EQ(copy_in(kReaders, id), nullptr);
  EXPECT_EQ(told(kReaders), (Lines{"FOLLOWED", "UNFOLLOWED"}));
  EXPECT_EQ(readers().watermark(kAuthors)->number(), authors().rows(kReaders).last);
}

TEST_F(DeliveryTest, PendingFollowerKeepsWhatArrivesBeforeTheAnswer) {
  const auto id = grid_.post(author_, "hello").id();
  grid_.follow(reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  const auto packets = grid_.send(kAuthors, kReaders);
  for (std::size_t i = 0; i + 1 < packets.size(); ++i) grid_.deliver(packets[i]);
  EXPECT_TRUE(readers().edge(reader_, author_)->pending());
  EXPECT_NE(copy_in(kReaders, id), nullptr);
}

// The backfill was taken in silence, and then the edit's own row was nothing new.
TEST_F(DeliveryTest, BackfillThatOvertakesAnEditTellsOfIt) {
  const auto id = grid_.post(author_, "one for @" + reader_).id();
  settle();
  grid_.follow(second_reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  grid_.edit(author_, id, "two for @" + reader_);
  settle();
  EXPECT_EQ(told(kReaders), (Lines{"POSTED 1", "EDITED 2", "FOLLOWED"}));
}

TEST_F(DeliveryTest, BackfillThatOvertakesAnEditTellsOfATopicThatIsNewInIt) {
  const auto id = grid_.post(author_, "one").id();
  grid_.follow(second_reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  grid_.edit(author_, id, "two #" + topic_at(kReaders));
  settle();
  EXPECT_EQ(told(kReaders), (Lines{"POSTED 2", "FOLLOWED"}));
}

TEST_F(DeliveryTest, BackfillThatBringsWhatIsOnlyFollowedIsToldToNobody) {
  const auto id = grid_.post(author_, "one").id();
  grid_.follow(second_reader_, author_);
  grid_.exchange(kReaders, kAuthors);
  grid_.edit(author_, id, "two");
  settle();
  EXPECT_EQ(told(kReaders), Lines{"FOLLOWED"});
}

TEST_F(DeliveryTest, BuzzOfAnothersAuthorOrOfNoneIsPassedOver) {
  follow_and_settle(reader_, author_);
  auto packet = [&] {
    grid_.post(author_, "hello");
    return grid_.send(kAuthors, kReaders).back();
  }();
  const std::uint64_t before = readers().copies();
  packet.delivery.mutable_buzz()->set_id(first_id(kIdEpochMs + 5, kOthers).value());
  EXPECT_TRUE(grid_.deliver(packet)) << "the stream goes on";
  EXPECT_EQ(readers().copies(), before);
  packet.delivery.clear_body();
  ++packet.number;
  EXPECT_FALSE(grid_.deliver(packet)) << "a row of a newer release waits for that release";
}

}  // namespace
}  // namespace buzzer::kernel
