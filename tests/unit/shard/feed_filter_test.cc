#include "node/shard/feed_filter.h"

#include <gtest/gtest.h>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/shard/feed_entry.h"
#include "proto/link.pb.h"
#include "tests/unit/shard/shard_with_feeds.h"

namespace buzzer::shard {
namespace {

using proto::Arrival;
using Kind = FeedName::Kind;

constexpr std::uint64_t kAt = 10;  // the position of what arrives

FeedName feed(Kind kind, const std::string& name) { return {kind, name, base::BuzzId()}; }

TEST(FeedFilterTest, HomeIsOwnEntriesMentionsAndWhoIsFollowed) {
  Arrival arrival = tests::arrival_of(Arrival::POSTED, "ann", 5);
  EXPECT_TRUE(passes(feed(Kind::kHome, "ann"), kAt, arrival, 0));
  EXPECT_FALSE(passes(feed(Kind::kHome, "bob"), kAt, arrival, 0));
  EXPECT_TRUE(passes(feed(Kind::kHome, "bob"), kAt, arrival, 3));
  arrival.add_mentioned("bob");
  EXPECT_TRUE(passes(feed(Kind::kHome, "bob"), kAt, arrival, 0));
}

TEST(FeedFilterTest, EdgeCountsForWhatComesAfterItTookEffect) {
  const Arrival arrival = tests::arrival_of(Arrival::EDITED, "ann", 5);
  EXPECT_TRUE(passes(feed(Kind::kHome, "bob"), kAt, arrival, kAt - 1));
  EXPECT_FALSE(passes(feed(Kind::kHome, "bob"), kAt, arrival, kAt));
  EXPECT_FALSE(passes(feed(Kind::kHome, "bob"), kAt, arrival, kAt + 1));
}

TEST(FeedFilterTest, FollowIsTheFollowersAlone) {
  for (const auto kind : {Arrival::FOLLOWED, Arrival::UNFOLLOWED}) {
    const Arrival arrival = tests::follow_of(kind, "bob", "ann");
    EXPECT_TRUE(passes(feed(Kind::kHome, "bob"), kAt, arrival, 0));
    EXPECT_FALSE(passes(feed(Kind::kHome, "ann"), kAt, arrival, 0));
    EXPECT_FALSE(passes(feed(Kind::kHome, "cy"), kAt, arrival, 3)) << "who follows the one who is followed";
    EXPECT_FALSE(passes(feed(Kind::kAuthor, "ann"), kAt, arrival, 0));
    EXPECT_FALSE(passes({Kind::kThread, {}, base::BuzzId(1)}, kAt, arrival, 0));
  }
}

TEST(FeedFilterTest, OtherFeedsGoByWhatTheEntryNames) {
  Arrival arrival = tests::arrival_of(Arrival::DELETED, "ann", 5);
  arrival.add_mentioned("bob");
  arrival.add_topics("sea");
  arrival.set_root(4);
  EXPECT_TRUE(passes(feed(Kind::kAuthor, "ann"), kAt, arrival, 0));
  EXPECT_FALSE(passes(feed(Kind::kAuthor, "bob"), kAt, arrival, 0));
  EXPECT_TRUE(passes(feed(Kind::kMentions, "bob"), kAt, arrival, 0));
  EXPECT_FALSE(passes(feed(Kind::kMentions, "ann"), kAt, arrival, 0));
  EXPECT_TRUE(passes(feed(Kind::kTopic, "sea"), kAt, arrival, 0));
  EXPECT_FALSE(passes(feed(Kind::kTopic, "bob"), kAt, arrival, 0));
  EXPECT_TRUE(passes({Kind::kThread, {}, base::BuzzId(4)}, kAt, arrival, 0));
  EXPECT_FALSE(passes({Kind::kThread, {}, base::BuzzId(5)}, kAt, arrival, 0));
}

proto::Feed topic(const std::string& text) {
  proto::Feed asked;
  asked.set_topic(text);
  return asked;
}

TEST(FeedNameTest, CaseDoesNotMatterAndTheShardIsTheNames) {
  proto::Feed asked;
  asked.set_home("Ann");
  ASSERT_TRUE(name_feed(asked));
  EXPECT_EQ(name_feed(asked)->name, "ann");
  EXPECT_EQ(home_of(*name_feed(asked)), kernel::shard_of_user("ann"));
  for (const char* text : {"#Straße", "STRASSE", "strasse"}) {
    ASSERT_TRUE(name_feed(topic(text))) << text;
    EXPECT_EQ(name_feed(topic(text))->name, "strasse");
    EXPECT_EQ(home_of(*name_feed(topic(text))), kernel::shard_of_topic("strasse"));
  }
  asked.set_thread(kernel::first_id(kernel::kIdEpochMs + 5, base::ShardId(9)).value());
  EXPECT_EQ(home_of(*name_feed(asked)), base::ShardId(9));
}

TEST(FeedNameTest, WhatCannotBeIsAWrongNameOfAUserOrABadRequest) {
  EXPECT_EQ(flaw_of(proto::Feed()), proto::ErrorCode::kBadRequest);
  EXPECT_EQ(flaw_of(topic("two words")), proto::ErrorCode::kBadRequest);
  proto::Feed asked;
  asked.set_thread(0);
  EXPECT_EQ(flaw_of(asked), proto::ErrorCode::kBadRequest);
  asked.set_home("a-b");
  EXPECT_EQ(flaw_of(asked), proto::ErrorCode::kInvalidName);
  asked.set_author("a-b");
  EXPECT_EQ(flaw_of(asked), proto::ErrorCode::kInvalidName);
  asked.set_mentions("a-b");
  EXPECT_EQ(flaw_of(asked), proto::ErrorCode::kInvalidName);
}

TEST(FeedNameTest, WhatCannotBeIsNoFeed) {
  for (const char* text : {"", "#", "##x", "two words", "x!", "#a#b", "@ann", "\xff", "http://x"}) {
    EXPECT_FALSE(name_feed(topic(text))) << text;
  }
  EXPECT_FALSE(name_feed(topic(std::string(501, 'x'))));
  proto::Feed asked;
  EXPECT_FALSE(name_feed(asked));
  asked.set_thread(0);
  EXPECT_FALSE(name_feed(asked));
  for (const char* name : {"", "two words", "\xff", "a-b"}) {
    asked.set_home(name);
    EXPECT_FALSE(name_feed(asked));
    asked.set_author(name);
    EXPECT_FALSE(name_feed(asked));
    asked.set_mentions(name);
    EXPECT_FALSE(name_feed(asked));
  }
}

proto::FeedEntry entry_of(const Arrival& arrival, const proto::Buzz* present) {
  std::string encoded = "of another entry";
  encode_feed_entry(arrival, present, encoded);
  proto::FeedEntry entry;
  EXPECT_TRUE(entry.ParseFromString(encoded));
  return entry;
}

TEST(FeedEntryTest, HasThePresentVersionAndNothingThatIsTheHomesOwn) {
  proto::Buzz buzz;
  buzz.set_id(5);
  buzz.set_author("Ann");
  buzz.set_text("hello");
  buzz.set_version(3);
  buzz.set_sent_to(~0ULL);
  const auto entry = entry_of(tests::arrival_of(Arrival::POSTED, "ann", 5), &buzz);
  EXPECT_EQ(entry.kind(), Arrival::POSTED);
  EXPECT_EQ(entry.id(), 5U);
  EXPECT_EQ(entry.buzz().text(), "hello");
  EXPECT_EQ(entry.buzz().version(), 3U);
  EXPECT_EQ(entry.buzz().author(), "Ann");
  EXPECT_EQ(entry.buzz().sent_to(), 0U);
}

TEST(FeedEntryTest, OfADeletedBuzzOnlyItsDeletionIsTold) {
  proto::Buzz buzz;
  buzz.set_id(5);
  buzz.set_author("Ann");
  buzz.set_version(4);
  buzz.set_posted_ms(77);
  buzz.set_deleted(true);
  const auto entry = entry_of(tests::arrival_of(Arrival::EDITED, "ann", 5), &buzz);
  EXPECT_EQ(entry.kind(), Arrival::DELETED);
  EXPECT_EQ(entry.buzz().version(), 4U);
  EXPECT_EQ(entry.buzz().author(), "Ann");
  EXPECT_EQ(entry.buzz().posted_ms(), 0);
}

// A buzz that was deleted while a client was away, and its copy with it, was told as `posted` with an empty text; later
// one that was edited away from a topic was told as deleted, though it lived on elsewhere.
TEST(FeedEntryTest, BuzzThatIsNotHereAnyMoreHasLeftUnlessItsDeletionIsTold) {
  for (const auto kind : {Arrival::POSTED, Arrival::EDITED, Arrival::DELETED}) {
    Arrival arrival = tests::arrival_of(kind, "ann", 5);
    EXPECT_EQ(entry_of(arrival, nullptr).buzz().author(), "ann");
    arrival.set_author_name("Ann");
    const auto entry = entry_of(arrival, nullptr);
    EXPECT_EQ(entry.kind(), kind == Arrival::DELETED ? Arrival::DELETED : kLeft);
    EXPECT_EQ(entry.buzz().text(), "");
    EXPECT_EQ(entry.id(), 5U);
    EXPECT_EQ(entry.buzz().id(), 5U);
    EXPECT_EQ(entry.buzz().author(), "Ann");
    EXPECT_EQ(entry.buzz().version(), 1U);
  }
}

// Both were named in lower case, whatever they had registered as.
TEST(FeedEntryTest, FollowNamesBothAsRegistered) {
  Arrival arrival = tests::follow_of(Arrival::FOLLOWED, "bob", "ann");
  arrival.set_follower_name("Bob");
  arrival.set_author_name("Ann");
  const auto entry = entry_of(arrival, nullptr);
  EXPECT_EQ(entry.kind(), Arrival::FOLLOWED);
  EXPECT_EQ(entry.follower(), "Bob");
  EXPECT_EQ(entry.author(), "Ann");
  EXPECT_FALSE(entry.has_buzz());
  EXPECT_FALSE(entry.unchanged());
  arrival.set_unchanged(true);
  EXPECT_TRUE(entry_of(arrival, nullptr).unchanged());
}

TEST(FeedEntryTest, FollowFromBeforeNamesWereKeptHasThemInLowerCase) {
  const auto entry = entry_of(tests::follow_of(Arrival::UNFOLLOWED, "bob", "ann"), nullptr);
  EXPECT_EQ(entry.kind(), Arrival::UNFOLLOWED);
  EXPECT_EQ(entry.follower(), "bob");
  EXPECT_EQ(entry.author(), "ann");
}

}  // namespace
}  // namespace buzzer::shard
