#include "node/store_tools/store_check.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/store/gossip_keys.h"
#include "node/store/key_parts.h"
#include "tests/unit/store_tools/sound_store.h"

namespace buzzer::store_tools {
namespace {

using base::BuzzId;
using base::ShardId;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// "kind: text" of each, but for the shard, which must be kShard.
std::vector<std::string> told(const StoreReport& report, ShardId shard = kShard) {
  std::vector<std::string> texts;
  for (std::size_t number = 0; number < kFindingKinds; ++number) {
    const auto kind = static_cast<FindingKind>(number);
    for (const Finding& finding : report.findings.of(kind).first) {
      EXPECT_EQ(finding.shard, shard) << finding.text;
      texts.push_back(std::string(name_of(kind)) + ": " + finding.text);
    }
  }
  return texts;
}

class StoreCheckTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> findings() const { return told(sound_.check()); }

  SoundStore sound_;
};

TEST_F(StoreCheckTest, InASoundStoreNothingIsWrongAndEveryTableIsCounted) {
  const StoreReport report = sound_.check();
  EXPECT_THAT(told(report), IsEmpty());
  EXPECT_EQ(report.shards, 1U);
  std::string tables;
  for (const auto& [letter, count] : report.tables) tables += letter;
  EXPECT_EQ(tables, "abcdfghijklmopqstwxz") << "all but mentions";
  EXPECT_EQ(report.tables.at('b').entries, 3U);
}

TEST_F(StoreCheckTest, AnEdgeWithoutItsFollowerAndAFollowerWithoutItsEdgeAreFound) {
  sound_.erase(store::follower_key(kShard, sound_.ann, sound_.bob));
  EXPECT_THAT(findings(),
              UnorderedElementsAre(
                  "no-counterpart: 'g' " + sound_.bob + ' ' + sound_.ann + " has no counterpart among the followers",
                  "wrong-count: 'i' " + sound_.ann + " does not count the followers in this shard"));
  sound_.put(store::follower_key(kShard, sound_.ann, sound_.bob), "");
  sound_.put(store::follower_key(kShard, sound_.bob, sound_.ann), "");
  EXPECT_THAT(findings(),
              UnorderedElementsAre(
                  "no-counterpart: 'h' " + sound_.bob + ' ' + sound_.ann + " has no counterpart among the follow edges",
                  "no-counterpart: 'i' " + sound_.bob + " is missing, although somebody here follows that author"));
}

TEST_F(StoreCheckTest, ABuzzWithoutItsPlaceInTheFeedAndAPlaceWithoutItsBuzzAreFound) {
  const std::string id = std::to_string(buzz_id(kShard, 1).value());
  sound_.erase(store::author_feed_key(kShard, sound_.ann, kPosted, buzz_id(kShard, 1)));
  EXPECT_THAT(findings(), UnorderedElementsAre(
                              "no-counterpart: 'b' " + id + " has no counterpart among the author feeds",
                              "wrong-count: the account of " + sound_.ann + " counts 2 buzzes, of which there are 1"));
  sound_.put(store::author_feed_key(kShard, sound_.ann, kPosted + 1, buzz_id(kShard, 1)), "");
  EXPECT_THAT(findings(), SizeIs(2)) << "each has another time than the other";
}

TEST_F(StoreCheckTest, ADeletedBuzzHasNoPlaceInTheFeed) {
  sound_.put(store::author_feed_key(kShard, sound_.ann, kPosted, buzz_id(kShard, 2)), "");
  EXPECT_THAT(findings(), SizeIs(2)) << "the place, and the count";
}

TEST_F(StoreCheckTest, ACommandKeyHasItsAge) {
  sound_.erase(store::command_age_key(kShard, kPosted, sound_.bob, "key 1"));
  sound_.put(store::command_age_key(kShard, kPosted + 5, sound_.ann, "key 2"), "");
  EXPECT_THAT(findings(), UnorderedElementsAre("no-counterpart: 'k' " + sound_.bob +
                                                   " key\\x201 has no counterpart among the command keys by age",
                                               "no-counterpart: 'x' " + std::to_string(kPosted + 5) + ' ' + sound_.ann +
                                                   " key\\x202 has no counterpart among the command keys"));
}

TEST_F(StoreCheckTest, NumbersThatDoNotFollowEachOtherAreFound) {
  sound_.erase(store::arrival_key(kShard, 8));
  sound_.erase(store::row_key(kShard, SoundStore::kOther, 8));
  EXPECT_THAT(findings(), ElementsAre("gap: 'l' 9 comes after number 7", "gap: 'o' 6 9 comes after number 7"));
}

TEST_F(StoreCheckTest, AStreamThatHasBegunHasRowsAndRowsHaveAStream) {
  sound_.erase(store::out_stream_key(kShard, SoundStore::kOther));
  sound_.put(store::out_stream_key(kShard, ShardId(7)), proto::OutStream());
  EXPECT_THAT(findings(), ElementsAre("no-counterpart: 'q' 7 has no rows",
                                      "no-counterpart: 'q' 6 is missing, although the stream has rows"));
}

TEST_F(StoreCheckTest, AnIndexNamesWhatIsThereAndSaysSo) {
  const auto entry = [&](BuzzId id) { return store::topic_keys(kShard, sound_.topic).number(id.value()); };
  sound_.put(entry(BuzzId(4711)), sound_.ann);
  sound_.put(entry(buzz_id(kShard, 2)), sound_.ann);
  sound_.put(entry(buzz_id(SoundStore::kOther, 0)), sound_.ann);
  const std::string begin = "no-counterpart: 't' " + sound_.topic + ' ';
  EXPECT_THAT(findings(),
              UnorderedElementsAre(
                  begin + "4711 names a buzz that is not there",
                  begin + std::to_string(buzz_id(kShard, 2).value()) + " names a buzz that does not say so",
                  begin + std::to_string(buzz_id(SoundStore::kOther, 0).value()) + " names a buzz that is not there"));
}

TEST_F(StoreCheckTest, CountsAreTheNumberOfWhatTheyCount) {
  auto account = sound_.record<proto::Account>(store::account_key(kShard, sound_.ann));
  account.set_followers(8);
  account.set_following(1);
  sound_.put(store::account_key(kShard, sound_.ann), account);
  auto followed = sound_.record<proto::FollowedAuthor>(store::followed_author_key(kShard, sound_.eve));
  followed.set_followers(2);
  sound_.put(store::followed_author_key(kShard, sound_.eve), followed);
  EXPECT_THAT(findings(), UnorderedElementsAre(
                              "wrong-count: the account of " + sound_.ann + " counts 1 followed, of which there are 0",
                              "wrong-count: the account of " + sound_.ann + " counts 8 followers, of which there are 3",
                              "wrong-count: 'j' " + sound_.eve + " does not count the followers in this shard"));
}

TEST_F(StoreCheckTest, WhatBelongsToAnAccountHasOne) {
  const std::string stranger = user_of(kShard, 9);
  sound_.put(store::credential_key(kShard, stranger), proto::Credential());
  EXPECT_THAT(findings(), ElementsAre("no-counterpart: 'p' " + stranger + " belongs to an account that is not there"));
}

TEST_F(StoreCheckTest, ValuesThatAreNoRecordOrDoNotFitTheirKeyAreFound) {
  sound_.put(store::sweep_key(kShard, 1), "\xff\xff\xff");
  sound_.put(store::credential_key(kShard, sound_.bob), "no record");
  sound_.put(store::meta_key(kShard, store::ShardField::kClock), "1234567");
  auto buzz = sound_.record<proto::Buzz>(store::buzz_key(kShard, buzz_id(kShard, 2)));
  buzz.set_id(1);
  sound_.put(store::buzz_key(kShard, buzz_id(kShard, 2)), buzz);
  EXPECT_THAT(findings(), UnorderedElementsAre("bad-value: 'z' 1 does not hold a record of its table",
                                               "bad-value: 'p' " + sound_.bob + " does not hold a record of its table",
                                               "bad-value: 'm' c is not 8 bytes",
                                               "bad-value: 'b' " + std::to_string(buzz_id(kShard, 2).value()) +
                                                   " holds another id than its key"));
}

TEST_F(StoreCheckTest, WhatIsAtHomeInAnotherShardIsFound) {
  proto::Account account;
  account.set_name(sound_.eve);
  sound_.put(store::account_key(kShard, sound_.eve), account);
  EXPECT_THAT(findings(), ElementsAre("misplaced: 'a' " + sound_.eve + " is of a user of another shard"));
}

TEST_F(StoreCheckTest, AShardOfAnotherNodeIsFoundAndNotLookedInto) {
  sound_.put(store::sweep_key(ShardId(4), 1), "\xff\xff\xff");
  EXPECT_THAT(told(sound_.check(), ShardId(4)),
              ElementsAre("foreign-shard: 1 entry of a shard that is at home at node 1"));
}

TEST_F(StoreCheckTest, KeysOfNoTableAreFound) {
  sound_.put(store::table_keys(kShard, 'a').text("Upper").byte(0), "");
  sound_.put(store::table_keys(kShard, '!').number(1), "");
  EXPECT_THAT(findings(),
              UnorderedElementsAre("unknown-key: \\x05aUpper\\x00 is no key of a shard",
                                   "unknown-key: \\x05!\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01 is no key of a shard"));
}

TEST_F(StoreCheckTest, KeysOfNoShardAndNoFactAreFound) {
  sound_.put(store::Key().byte(77).letter('a'), "");
  sound_.put(store::Key().byte(0xFF).letter('?'), "");
  const StoreReport report = sound_.check();
  EXPECT_EQ(report.findings.of(FindingKind::kUnknownKey).count, 2U);
}

TEST_F(StoreCheckTest, TheFirstTwentyAreNamedAndAllAreCounted) {
  for (std::uint64_t number = 2; number < 102; ++number) sound_.put(store::sweep_key(kShard, number), "\xff");
  const StoreReport report = sound_.check();
  EXPECT_EQ(report.findings.of(FindingKind::kBadValue).count, 100U);
  EXPECT_THAT(report.findings.of(FindingKind::kBadValue).first, SizeIs(Findings::kMostNamed));
}

// What a key says never tells a token's hash.
TEST(DescribeKeyTest, ASessionIsNamedByItsUserAlone) {
  const auto key = store::session_key(kShard, "bob", std::string(store::kTokenHashBytes, 'h'));
  EXPECT_EQ(store::describe_key(key.bytes()), "'s' bob");
}

}  // namespace
}  // namespace buzzer::store_tools
