#include "node/store/key_schema.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/store/gossip_keys.h"

namespace buzzer::store {
namespace {

constexpr ShardId kShard(5);

std::string hex(std::string_view bytes) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (!text.empty()) text += ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool holds(const Key& beginning, const Key& key) {
  const KeysBeginning keys(beginning);
  const Range range = keys.range();
  return range.begin <= key.bytes() && (range.end.empty() || key.bytes() < range.end);
}

// The example in key_schema.h.
TEST(KeySchemaTest, TheWorkedExampleIsRight) {
  const Key key = author_feed_key(kShard, "bo", 1'767'225'600'000, BuzzId(0x123));
  EXPECT_EQ(hex(key.bytes()), "05 66 62 6F 00 00 00 01 9B 76 DA A8 00 00 00 00 00 00 00 01 23");
  const KeysBeginning feed(author_feed_keys(kShard, "bo"));
  EXPECT_EQ(hex(feed.range().begin), "05 66 62 6F 00");
  EXPECT_EQ(hex(feed.range().end), "05 66 62 6F 01");
}

// Stores on disk rest on these bytes: another result needs a new schema version.
TEST(KeySchemaTest, TheBytesOfEveryTableStayAsTheyAre) {
  EXPECT_EQ(hex(meta_key(kShard, ShardField::kIncarnation).bytes()), "05 6D 69");
  EXPECT_EQ(hex(meta_key(kShard, ShardField::kEpoch).bytes()), "05 6D 65");
  EXPECT_EQ(hex(meta_key(kShard, ShardField::kSequence).bytes()), "05 6D 73");
  EXPECT_EQ(hex(meta_key(kShard, ShardField::kClock).bytes()), "05 6D 63");
  EXPECT_EQ(hex(meta_key(kShard, ShardField::kLastId).bytes()), "05 6D 6C");
  EXPECT_EQ(hex(account_key(kShard, "bo_9").bytes()), "05 61 62 6F 5F 39 00");
  EXPECT_EQ(hex(buzz_key(kShard, BuzzId(1)).bytes()), "05 62 00 00 00 00 00 00 00 01");
  EXPECT_EQ(hex(command_key(kShard, "bo", "K1").bytes()), "05 6B 62 6F 00 4B 31");
  EXPECT_EQ(hex(command_age_key(kShard, 256, "bo", "K1").bytes()), "05 78 00 00 00 00 00 00 01 00 62 6F 00 4B 31");
  EXPECT_EQ(hex(node_key(NodeField::kSchemaVersion).bytes()), "FF 76");
  EXPECT_EQ(hex(node_key(NodeField::kGridId).bytes()), "FF 67");
  EXPECT_EQ(hex(node_key(NodeField::kNode).bytes()), "FF 69");
  EXPECT_EQ(hex(node_key(NodeField::kNodes).bytes()), "FF 6E");
  EXPECT_EQ(hex(node_key(NodeField::kShards).bytes()), "FF 73");
  EXPECT_EQ(hex(node_key(NodeField::kSynced).bytes()), "FF 79");
}

TEST(KeySchemaTest, TheBytesOfWhatFollowsAndGossipMakeStayAsTheyAre) {
  constexpr ShardId kOther(9);
  EXPECT_EQ(hex(edge_key(kShard, "bo", "al").bytes()), "05 67 62 6F 00 61 6C 00");
  EXPECT_EQ(hex(follower_key(kShard, "al", "bo").bytes()), "05 68 61 6C 00 62 6F 00");
  EXPECT_EQ(hex(interest_key(kShard, "bo").bytes()), "05 69 62 6F 00");
  EXPECT_EQ(hex(followed_author_key(kShard, "bo").bytes()), "05 6A 62 6F 00");
  EXPECT_EQ(hex(copy_key(kShard, "bo", BuzzId(1)).bytes()), "05 63 62 6F 00 00 00 00 00 00 00 00 01");
  EXPECT_EQ(hex(topic_keys(kShard, "go").number(1).bytes()), "05 74 67 6F 00 00 00 00 00 00 00 00 01");
  EXPECT_EQ(hex(mention_keys(kShard, "bo").number(1).bytes()), "05 6E 62 6F 00 00 00 00 00 00 00 00 01");
  EXPECT_EQ(hex(thread_keys(kShard, BuzzId(2)).number(3).bytes()),
            "05 64 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 03");
  EXPECT_EQ(hex(arrival_key(kShard, 256).bytes()), "05 6C 00 00 00 00 00 00 01 00");
  EXPECT_EQ(hex(row_key(kShard, kOther, 1).bytes()), "05 6F 09 00 00 00 00 00 00 00 01");
  EXPECT_EQ(hex(out_stream_key(kShard, kOther).bytes()), "05 71 09");
  EXPECT_EQ(hex(watermark_key(kShard, kOther).bytes()), "05 77 09");
  EXPECT_EQ(hex(sweep_key(kShard, 1).bytes()), "05 7A 00 00 00 00 00 00 00 01");
}

TEST(KeySchemaTest, LongTopicStandsAsItsHash) {
  const std::string longest(64, 'x');
  EXPECT_EQ(topic_keys(kShard, longest).bytes().size(), 2 + 64 + 1);
  // XXH64 of 65 times "x", seed 0.
  EXPECT_EQ(hex(topic_keys(kShard, longest + "x").bytes()), "05 74 01 4E 51 0F 58 68 B3 3D D5");
  EXPECT_NE(topic_keys(kShard, longest + "y").bytes(), topic_keys(kShard, longest + "x").bytes());
}

TEST(KeySchemaTest, NoTopicHoldsEntriesOfAnother) {
  const std::vector<std::string> topics{
      "g", "go", "go_", "golang", "\u00fcber", std::string(64, 'x'), std::string(65, 'x'), std::string(66, 'x')};
  for (const std::string& topic : topics) {
    for (const std::string& other : topics) {
      const bool same = topic == other;
      EXPECT_EQ(holds(topic_keys(kShard, topic), topic_keys(kShard, other).number(0)), same) << topic << ' ' << other;
      EXPECT_EQ(holds(topic_keys(kShard, topic), topic_keys(kShard, other).number(~0ULL)), same)
          << topic << ' ' << other;
    }
  }
}

TEST(KeySchemaTest, NoFollowerHoldsEdgesOfAnother) {
  for (const char* name : {"b", "bo", "bo_", "bob"}) {
    for (const char* other : {"b", "bo", "bo_", "bob"}) {
      const bool same = std::string_view(name) == other;
      EXPECT_EQ(holds(edge_keys(kShard, name), edge_key(kShard, other, "al")), same);
      EXPECT_EQ(holds(follower_keys(kShard, name), follower_key(kShard, other, "al")), same);
      EXPECT_EQ(holds(copy_keys(kShard, name), copy_key(kShard, other, BuzzId(~0ULL))), same);
      EXPECT_EQ(holds(mention_keys(kShard, name), mention_keys(kShard, other).number(~0ULL)), same);
    }
  }
}

TEST(KeySchemaTest, NumbersAreOrderedAsTheyCount) {
  const std::vector<std::uint64_t> numbers{0, 1, 255, 256, 65'535, 1ULL << 53, ~0ULL};
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_LT(buzz_key(kShard, BuzzId(numbers[i - 1])).bytes(), buzz_key(kShard, BuzzId(numbers[i])).bytes());
  }
  for (const std::uint64_t number : numbers) {
    const auto bytes = encode_number(number);
    EXPECT_EQ(decode_number({bytes.data(), bytes.size()}), number);
  }
  EXPECT_EQ(decode_number("1234567"), std::nullopt);
}

TEST(KeySchemaTest, NoFeedHoldsEntriesOfAnotherAuthor) {
  for (const char* author : {"b", "bo", "bo_", "bob", "bo0", "zz"}) {
    for (const char* other : {"b", "bo", "bo_", "bob", "bo0", "zz"}) {
      const bool same = std::string_view(author) == other;
      EXPECT_EQ(holds(author_feed_keys(kShard, author), author_feed_key(kShard, other, 0, BuzzId(0))), same);
      EXPECT_EQ(holds(author_feed_keys(kShard, author), author_feed_key(kShard, other, ~0ULL, BuzzId(~0ULL))), same);
    }
  }
}

TEST(KeySchemaTest, AccountsAreFoundByTheBeginningOfTheirNames) {
  EXPECT_TRUE(holds(accounts_beginning(kShard, "bo"), account_key(kShard, "bo")));
  EXPECT_TRUE(holds(accounts_beginning(kShard, "bo"), account_key(kShard, "bobby")));
  EXPECT_FALSE(holds(accounts_beginning(kShard, "bo"), account_key(kShard, "b")));
  EXPECT_FALSE(holds(accounts_beginning(kShard, "bo"), account_key(kShard, "bp")));
  EXPECT_TRUE(holds(accounts_beginning(kShard, ""), account_key(kShard, "bp")));
  EXPECT_FALSE(holds(accounts_beginning(kShard, ""), buzz_key(kShard, BuzzId(0))));
}

TEST(KeySchemaTest, AShardHoldsItsKeysAndNoOthers) {
  const Key key = buzz_key(ShardId(63), BuzzId(~0ULL));
  EXPECT_TRUE(holds(shard_keys(ShardId(63)), key));
  EXPECT_FALSE(holds(shard_keys(ShardId(62)), key));
  EXPECT_FALSE(holds(shard_keys(ShardId(63)), node_key(NodeField::kGridId)));
}

TEST(KeySchemaTest, BehindAllThatBeginWithTheLargestByteThereIsNothing) {
  EXPECT_EQ(hex(Key().text("\x01\xFF\xFF").after_all_beginning_so().bytes()), "02");
  EXPECT_EQ(hex(Key().text("\xFF").after_all_beginning_so().bytes()), "");
}

TEST(KeySchemaTest, KeysAreParsedBack) {
  const Key feed_key = author_feed_key(kShard, "bo", 8, BuzzId(9));
  const auto place = parse_author_feed_key(feed_key.bytes());
  ASSERT_TRUE(place);
  EXPECT_EQ(place->author, "bo");
  EXPECT_EQ(place->posted, 8U);
  EXPECT_EQ(place->id, BuzzId(9));
  const Key age_key = command_age_key(kShard, 10, "bo", std::string_view("k\0\xFF", 3));
  const auto age = parse_command_age_key(age_key.bytes());
  ASSERT_TRUE(age);
  EXPECT_EQ(age->made, 10U);
  EXPECT_EQ(age->account, "bo");
  EXPECT_EQ(age->client_key, std::string_view("k\0\xFF", 3));
}

TEST(KeySchemaTest, KeysOfSessionsAreParsedBack) {
  for (const char byte : {'\0', 'a', '\xFF'}) {
    const std::string hash(kTokenHashBytes, byte);
    const Key key = session_key(kShard, "bo", hash);
    EXPECT_EQ(parse_session_key(key.bytes()), hash);
    EXPECT_TRUE(holds(session_keys(kShard, "bo"), key));
    EXPECT_FALSE(holds(session_keys(kShard, "b"), key));
    EXPECT_FALSE(holds(session_keys(kShard, "bob"), key));
    EXPECT_FALSE(parse_session_key(key.bytes().substr(0, key.bytes().size() - 1)));
    EXPECT_FALSE(parse_session_key(Key(key).byte(0).bytes()));
  }
  EXPECT_FALSE(parse_session_key(session_keys(kShard, "bo").bytes()));
  EXPECT_FALSE(parse_session_key(credential_key(kShard, "bo").bytes()));
  EXPECT_FALSE(holds(session_keys(kShard, "bo"), credential_key(kShard, "bo")));
}

TEST(KeySchemaTest, KeysOfFollowsAndGossipAreParsedBack) {
  const Key edge = edge_key(kShard, "bo", "al");
  EXPECT_EQ(parse_edge_key(edge.bytes())->follower, "bo");
  EXPECT_EQ(parse_edge_key(edge.bytes())->author, "al");
  const Key follower = follower_key(kShard, "al", "bo");
  EXPECT_EQ(parse_follower_key(follower.bytes())->follower, "bo");
  EXPECT_EQ(parse_follower_key(follower.bytes())->author, "al");
  EXPECT_EQ(parse_interest_key(interest_key(kShard, "bo").bytes()), "bo");
  EXPECT_EQ(parse_followed_author_key(followed_author_key(kShard, "bo").bytes()), "bo");
  const Key copy = copy_key(kShard, "bo", BuzzId(7));
  EXPECT_EQ(parse_copy_key(copy.bytes())->author, "bo");
  EXPECT_EQ(parse_copy_key(copy.bytes())->id, BuzzId(7));
  EXPECT_EQ(parse_index_key(topic_keys(kShard, "go").number(7).bytes()), BuzzId(7));
  EXPECT_EQ(parse_index_key(topic_keys(kShard, std::string(65, 'x')).number(7).bytes()), BuzzId(7));
  EXPECT_EQ(parse_index_key(mention_keys(kShard, "bo").number(7).bytes()), BuzzId(7));
  EXPECT_EQ(parse_index_key(thread_keys(kShard, BuzzId(1)).number(7).bytes()), BuzzId(7));
  EXPECT_EQ(parse_arrival_key(arrival_key(kShard, 7).bytes()), 7U);
  EXPECT_EQ(parse_row_key(row_key(kShard, ShardId(9), 7).bytes()), 7U);
  EXPECT_EQ(parse_sweep_key(sweep_key(kShard, 7).bytes()), 7U);
}

TEST(KeySchemaTest, WhatIsNoKeyOfItsTableIsNotParsedAsOne) {
  const Key edge = edge_key(kShard, "bo", "al");
  const Key copy = copy_key(kShard, "bo", BuzzId(7));
  const Key topic = topic_keys(kShard, std::string(65, 'x')).number(7);
  EXPECT_FALSE(parse_edge_key(follower_key(kShard, "bo", "al").bytes()));
  EXPECT_FALSE(parse_follower_key(edge.bytes()));
  EXPECT_FALSE(parse_edge_key(edge.bytes().substr(0, edge.bytes().size() - 1)));
  EXPECT_FALSE(parse_interest_key(followed_author_key(kShard, "bo").bytes()));
  EXPECT_FALSE(parse_copy_key(copy.bytes().substr(0, copy.bytes().size() - 1)));
  EXPECT_FALSE(parse_index_key(copy.bytes()));
  EXPECT_FALSE(parse_index_key(topic.bytes().substr(0, topic.bytes().size() - 1)));
  EXPECT_FALSE(parse_index_key(topic_keys(kShard, "go").bytes()));
  EXPECT_FALSE(parse_index_key(""));
  EXPECT_FALSE(parse_arrival_key(sweep_key(kShard, 7).bytes()));
  EXPECT_FALSE(parse_row_key(out_stream_key(kShard, ShardId(9)).bytes()));
}

TEST(KeySchemaTest, WhatIsNoKeyOfATableIsNotParsed) {
  for (const std::string& bytes : {std::string(), std::string("\x05"),
                                   std::string("\x05"
                                               "ibo"),
                                   std::string("\x40"
                                               "ibo\0",
                                               5),
                                   std::string("\x05"
                                               "i\0",
                                               3),
                                   std::string("\x05"
                                               "ibo\0x",
                                               6)}) {
    EXPECT_EQ(parse_interest_key(bytes), std::nullopt) << hex(bytes);
  }
  const Key key = author_feed_key(kShard, "bo", 8, BuzzId(9));
  EXPECT_FALSE(parse_author_feed_key(key.bytes().substr(0, key.bytes().size() - 1)));
  EXPECT_FALSE(parse_command_age_key(key.bytes()));
}

}  // namespace
}  // namespace buzzer::store
