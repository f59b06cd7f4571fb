#include "tests/unit/kernel/gossip_fixture.h"
#include "tests/unit/kernel/grid_check.h"

namespace buzzer::kernel {
namespace {

using Lines = std::vector<std::string>;

class StreamsTest : public GossipTest {
 protected:
  // A follower, and a buzz that has reached it; so both streams have been used and acknowledged.
  std::uint64_t follow_and_post() {
    follow_and_settle(reader_, author_);
    const auto id = grid_.post(author_, "hello").id();
    settle();
    return id;
  }
  void expect_repaired() {
    settle();
    EXPECT_EQ(whats_wrong(grid_), "");
  }
  Meeting judge() { return judge_stream(authors(), kReaders, stream_place(readers(), kAuthors)); }
  std::uint64_t breaks() { return authors().out_stream(kReaders)->breaks(); }
};

TEST_F(StreamsTest, AcknowledgedRowsGoAndThatOfTheWatermarkStaysToBeCompared) {
  follow_and_post();
  const Span there = authors().rows(kReaders);
  EXPECT_EQ(there.first, there.last);
  EXPECT_EQ(there.last, readers().watermark(kAuthors)->number());
  EXPECT_EQ(judge(), Meeting::kMeets);
  EXPECT_EQ(authors().out_stream(kReaders)->peer_incarnation(), grid_.incarnation(kReaders));
}

TEST_F(StreamsTest, ManyAcknowledgedRowsGoInSeveralEntries) {
  for (int i = 0; i < 700; ++i) grid_.post(author_, "for @" + reader_);
  for (const auto& packet : grid_.send(kAuthors, kReaders)) grid_.deliver(packet);
  int entries = 0;
  while (authors().rows(kReaders).first < readers().watermark(kAuthors)->number()) {
    const std::uint64_t before = authors().rows(kReaders).first;
    grid_.acknowledge(kAuthors, kReaders);
    ASSERT_GT(authors().rows(kReaders).first, before);
    ++entries;
  }
  EXPECT_GT(entries, 1);
}

TEST_F(StreamsTest, ReceiverThatHasNothingYetIsSentAllFromTheBeginning) {
  grid_.post(author_, "for @" + reader_);
  EXPECT_EQ(judge(), Meeting::kFromBeginning);
  EXPECT_FALSE(grid_.send(kAuthors, kReaders).empty()) << "and what was sent is lost";
  EXPECT_EQ(judge(), Meeting::kFromBeginning);
  EXPECT_EQ(breaks(), 0U);
  expect_repaired();
}

TEST_F(StreamsTest, RowsAreReadInPiecesOfWhichEachHasAtLeastOne) {
  for (int i = 0; i < 5; ++i) grid_.post(author_, std::string(400, 'a') + " @" + reader_);
  EXPECT_EQ(grid_.send(kAuthors, kReaders, 1).size(), 1U);
  const auto some = grid_.send(kAuthors, kReaders, 1500);
  EXPECT_GT(some.size(), 2U);
  EXPECT_LT(some.size(), 7U);
}

TEST_F(StreamsTest, WipedReceiverIsGivenWhatItShouldHave) {
  const auto id = follow_and_post();
  const auto mentioned = grid_.post(author_, "for @" + reader_).id();
  settle();
  grid_.wipe(kReaders);
  for (const std::string& name : {reader_, second_reader_}) grid_.register_user(name);
  EXPECT_EQ(breaks(), 1U) << "both ends say so";
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, id), nullptr) << "nobody follows any more";
  EXPECT_NE(copy_in(kReaders, mentioned), nullptr);
  EXPECT_EQ(authors().account(author_)->followers(), 0U) << "what it had declared is void";
}

TEST_F(StreamsTest, WipedSenderMakesItsCopiesVoid) {
  const auto id = follow_and_post();
  grid_.wipe(kAuthors);
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, id), nullptr);
  EXPECT_EQ(readers().edge(reader_, author_), nullptr) << "there is no such user any more";
  EXPECT_EQ(readers().account(reader_)->following(), 0U);
  EXPECT_EQ(told(kReaders), (Lines{"FOLLOWED", "POSTED 1", "UNFOLLOWED"}));
}

TEST_F(StreamsTest, AuthorsHomePutBackToBeforeTheFollowLearnsOfItAgain) {
  const auto backup = authors().clone();
  const auto lost = follow_and_post();
  grid_.restore(kAuthors, *backup, false);
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, lost), nullptr) << "its home has it no more";
  EXPECT_EQ(authors().account(author_)->followers(), 1U);
  const auto id = grid_.post(author_, "anew").id();
  expect_repaired();
  EXPECT_NE(copy_in(kReaders, id), nullptr);
}

// The numbers of rows meet, but not the rows.
TEST_F(StreamsTest, StorePutBackInSecretIsKnownByTheLifeOfItsRows) {
  follow_and_settle(reader_, author_);
  const auto backup = authors().clone();
  const auto lost = grid_.post(author_, "lost").id();
  settle();
  grid_.restore(kAuthors, *backup, true);
  grid_.move_clock(1);
  const auto id = grid_.post(author_, "instead").id();
  EXPECT_EQ(authors().rows(kReaders).last, readers().watermark(kAuthors)->number());
  EXPECT_EQ(judge(), Meeting::kBroken);
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, lost), nullptr);
  EXPECT_EQ(copy_in(kReaders, id)->buzz().text(), "instead");
  EXPECT_EQ(breaks(), 1U);
}

TEST_F(StreamsTest, SenderPutBackInSecretToWhenItHadNothingForTheReceiverMakesItsCopiesVoid) {
  const auto backup = authors().clone();
  const auto lost = grid_.post(author_, "for @" + reader_).id();
  settle();
  grid_.restore(kAuthors, *backup, true);
  EXPECT_EQ(judge(), Meeting::kBroken) << "it would never ask; the receiver says by itself how far it is";
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, lost), nullptr);
}

// The answer had been acknowledged, and would never have come again.
TEST_F(StreamsTest, FollowerPutBackInSecretToWhenItWaitedIsAnsweredAgain) {
  grid_.follow(reader_, author_);
  const std::string key = grid_.last().key();
  grid_.exchange(kReaders, kAuthors);
  const auto backup = readers().clone();
  settle();
  grid_.post(author_, "for @" + other_);
  settle();
  grid_.restore(kReaders, *backup, true);
  EXPECT_TRUE(readers().edge(reader_, author_)->pending());
  expect_repaired();
  EXPECT_FALSE(readers().edge(reader_, author_)->pending());
  EXPECT_NE(grid_.resolved(reader_, key), nullptr);
}

TEST_F(StreamsTest, OlderVersionReplacesANewerOneOnlyOfAnEarlierEpoch) {
  follow_and_settle(reader_, author_);
  const auto id = grid_.post(author_, "one").id();
  settle();
  const auto backup = authors().clone();
  grid_.edit(author_, id, "two");
  settle();
  EXPECT_EQ(copy_in(kReaders, id)->buzz().text(), "two");
  grid_.restore(kAuthors, *backup, false);
  expect_repaired();
  EXPECT_EQ(copy_in(kReaders, id)->buzz().text(), "one") << "as its home has it now";
}

TEST_F(StreamsTest, NewLifeAloneBreaksNothing) {
  follow_and_post();
  grid_.restart(kAuthors);
  grid_.restart(kReaders);
  grid_.post(author_, "hello again");
  expect_repaired();
  EXPECT_EQ(breaks(), 0U);
  EXPECT_EQ(told(kReaders), (Lines{"FOLLOWED", "POSTED 1", "POSTED 1"}));
}

TEST_F(StreamsTest, ResyncTellsReadersNothingThatTheyKnow) {
  follow_and_post();
  const std::uint64_t before = readers().arrivals().last;
  const auto backup = authors().clone();
  grid_.restore(kAuthors, *backup, false);
  expect_repaired();
  EXPECT_EQ(breaks(), 1U);
  EXPECT_EQ(readers().arrivals().last, before);
}

TEST_F(StreamsTest, PeerOfTheIncarnationThatIsKnownChangesNothing) {
  follow_and_post();
  Decision decision;
  const Moment moment{kIdEpochMs + 1'000'000, kAuthors, 7};
  decide_peer_incarnation(authors(), kReaders, grid_.incarnation(kReaders), 99, moment, decision);
  EXPECT_EQ(decision.entry.events_size(), 0);
  decide_peer_incarnation(authors(), kOthers, 12345, 99, moment, decision);
  EXPECT_EQ(decision.entry.events_size(), 0) << "there is nothing between them";
}

TEST_F(StreamsTest, EventsWithNumbersThatAreNotTheNextDoNotFit) {
  follow_and_post();
  const auto fits = [this](const auto& make) {
    proto::Entry entry;
    entry.set_clock_ms(authors().shard_state().clock_ms());
    entry.set_shard(kAuthors.value());
    make(*entry.add_events());
    return apply(*authors().clone(), entry);
  };
  const Span there = authors().rows(kReaders);
  const auto row = [&](std::uint64_t number) {
    return fits([&](proto::Event& event) {
      event.mutable_row_queued()->set_to(kReaders.value());
      event.mutable_row_queued()->set_number(number);
    });
  };
  EXPECT_FALSE(row(there.last));
  EXPECT_TRUE(row(there.last + 1));
  EXPECT_FALSE(row(there.last + 2));
  const auto arrival = [&](std::uint64_t position) {
    return fits([&](proto::Event& event) { event.mutable_arrival_noted()->set_position(position); });
  };
  EXPECT_FALSE(arrival(authors().arrivals().last));
  EXPECT_TRUE(arrival(authors().arrivals().last + 1));
  EXPECT_FALSE(fits([&](proto::Event& event) {
    event.mutable_rows_trimmed()->set_to(kReaders.value());
    event.mutable_rows_trimmed()->set_first(there.last + 1);
  })) << "the last row stays";
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_interest_put()->set_author("nobody"); }));
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_copy_erased()->set_id(5); }));
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_edge_erased()->set_author("nobody"); }));
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_watermark_put()->set_from(base::kShardCount); }));
  EXPECT_FALSE(fits([](proto::Event& event) { event.mutable_followed_author_put()->set_author("someone"); }))
      << "a turn is an id that was not given before";
}

}  // namespace
}  // namespace buzzer::kernel
