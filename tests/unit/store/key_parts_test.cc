#include "node/store/key_parts.h"

#include <string>

#include <gtest/gtest.h>

#include "node/store/gossip_keys.h"

namespace buzzer::store {
namespace {

constexpr ShardId kShard(5);
constexpr BuzzId kId(0x123);
const std::string kHash(kTokenHashBytes, '\x80');
const std::string kLongTopic(kMostTagBytes + 1, 't');

// Every kind of key that is written for a shard.
const std::vector<Key>& all_kinds() {
  static const std::vector<Key> kKeys{meta_key(kShard, ShardField::kClock),
                                      account_key(kShard, "bo"),
                                      credential_key(kShard, "bo"),
                                      session_key(kShard, "bo", kHash),
                                      buzz_key(kShard, kId),
                                      author_feed_key(kShard, "bo", 7, kId),
                                      command_key(kShard, "bo", "K1"),
                                      command_age_key(kShard, 7, "bo", "K1"),
                                      edge_key(kShard, "bo", "al"),
                                      follower_key(kShard, "al", "bo"),
                                      interest_key(kShard, "bo"),
                                      followed_author_key(kShard, "al"),
                                      copy_key(kShard, "al", kId),
                                      topic_keys(kShard, "tea").number(kId.value()),
                                      topic_keys(kShard, kLongTopic).number(kId.value()),
                                      mention_keys(kShard, "bo").number(kId.value()),
                                      thread_keys(kShard, BuzzId(9)).number(kId.value()),
                                      arrival_key(kShard, 7),
                                      row_key(kShard, ShardId(63), 7),
                                      out_stream_key(kShard, ShardId(63)),
                                      watermark_key(kShard, ShardId(63)),
                                      sweep_key(kShard, 7)};
  return kKeys;
}

TEST(KeyPartsTest, EveryKeyThatIsWrittenIsTakenApart) {
  std::string tables;
  for (const Key& key : all_kinds()) {
    const auto parts = take_apart(key.bytes());
    ASSERT_TRUE(parts) << describe_key(key.bytes());
    EXPECT_EQ(parts->shard, kShard);
    EXPECT_EQ(parts->table, key.bytes()[1]);
    if (tables.find(parts->table) == std::string::npos) tables += parts->table;
  }
  EXPECT_EQ(tables.size(), tables_of_a_shard().size()) << "a table that is not tried here";
}

TEST(KeyPartsTest, FieldsAreFoundWhereTheyStand) {
  const Key feed = author_feed_key(kShard, "bo", 7, kId);
  EXPECT_EQ(describe_key(feed.bytes()), "'f' bo 7 291");
  const Key age = command_age_key(kShard, 7, "bo", "K\x01");
  EXPECT_EQ(describe_key(age.bytes()), "'x' 7 bo K\\x01");
  const Key edge = edge_key(kShard, "bo", "al");
  EXPECT_EQ(describe_key(edge.bytes()), "'g' bo al");
  const Key row = row_key(kShard, ShardId(63), 7);
  EXPECT_EQ(describe_key(row.bytes()), "'o' 63 7");
  const Key topic = topic_keys(kShard, "tea").number(8);
  EXPECT_EQ(describe_key(topic.bytes()), "'t' tea 8");
  const Key hashed = topic_keys(kShard, kLongTopic).number(8);
  EXPECT_EQ(describe_key(hashed.bytes()), "'t' (hashed) 8");
}

TEST(KeyPartsTest, AKeyThatIsCutOrLongerIsNone) {
  for (const Key& key : all_kinds()) {
    const std::string whole(key.bytes());
    const bool ends_open = whole[1] == 'k' || whole[1] == 'x';  // with the client's key
    if (!ends_open) {
      EXPECT_FALSE(take_apart(whole.substr(0, whole.size() - 1))) << describe_key(whole);
      EXPECT_FALSE(take_apart(whole + '\x01')) << describe_key(whole);
    }
    EXPECT_FALSE(take_apart(whole.substr(0, 1)));
  }
}

TEST(KeyPartsTest, WhatTheGrammarDoesNotLetPassIsNone) {
  const auto is_key = [](const Key& key) { return take_apart(key.bytes()).has_value(); };
  const Key accounts = table_keys(kShard, 'a');
  EXPECT_TRUE(is_key(Key(accounts).text("bo").byte(0)));
  EXPECT_FALSE(is_key(Key(accounts).text("Bo").byte(0)));
  EXPECT_FALSE(is_key(Key(accounts).byte(0)));
  EXPECT_FALSE(is_key(Key(accounts).text(std::string(31, 'b')).byte(0)));
  EXPECT_FALSE(is_key(table_keys(kShard, 'q').byte(64)));
  EXPECT_FALSE(is_key(table_keys(kShard, 'm').letter('?')));
  EXPECT_FALSE(is_key(table_keys(kShard, '?').number(1)));
  EXPECT_FALSE(is_key(command_key(kShard, "bo", std::string(64, 'k')).letter('k')));
  EXPECT_FALSE(is_key(node_key(NodeField::kNode)));
}

}  // namespace
}  // namespace buzzer::store
