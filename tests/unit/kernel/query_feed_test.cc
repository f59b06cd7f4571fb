// Home, topic, mentions and author feeds by id.
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kernel/query_fixture.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

proto::Feed home(const std::string& user) {
  proto::Feed feed;
  feed.set_home(user);
  return feed;
}
proto::Feed topic(const std::string& tag) {
  proto::Feed feed;
  feed.set_topic(tag);
  return feed;
}

class QueryFeedTest : public QueryTest {
 protected:
  QueryFeedTest() { register_user(alice_); }

  const std::string alice_ = name_in(kHere, 0);
  const std::string bob_ = name_in(kHere, 1);
  const std::string carol_ = name_in(kElsewhere, 0);
  const std::string dave_ = name_in(kElsewhere, 1);
};

TEST_F(QueryFeedTest, HomeHasOwnFollowedAndMentioningBuzzesNewestFirst) {
  follow(alice_, bob_);
  follow(alice_, carol_);
  put(make_buzz(id_at(1), alice_));
  put(make_buzz(id_at(2), bob_));
  put(make_buzz(id_at(3, kElsewhere), carol_));
  const auto mention = make_buzz(id_at(4, kElsewhere), dave_);
  put(mention);
  index(Index::kMention, lower_name(alice_), mention);
  put(make_buzz(id_at(5, kElsewhere), dave_));  // does not concern her
  put(make_buzz(id_at(6), name_in(kHere, 2)));
  EXPECT_THAT(ids(ask_feed(home(alice_)).buzzes()),
              ElementsAre(id_at(4, kElsewhere), id_at(3, kElsewhere), id_at(2), id_at(1)));
  EXPECT_FALSE(ask_feed(home(alice_)).more());
}

TEST_F(QueryFeedTest, HomeShowsEachBuzzOnceThoughItIsThereForSeveralReasons) {
  follow(alice_, carol_);
  follow(alice_, alice_);
  for (const auto& buzz : {make_buzz(id_at(1, kElsewhere), carol_), make_buzz(id_at(2), alice_)}) {
    put(buzz);
    index(Index::kMention, lower_name(alice_), buzz);
  }
  EXPECT_THAT(ids(ask_feed(home(alice_)).buzzes()), ElementsAre(id_at(2), id_at(1, kElsewhere)));
}

TEST_F(QueryFeedTest, HomeLeavesOutWhatIsDeletedAndWhoHasNotAccepted) {
  follow(alice_, carol_);
  follow(alice_, dave_, true);
  proto::Buzz deleted = make_buzz(id_at(1, kElsewhere), carol_, "");
  deleted.set_deleted(true);
  put(deleted);
  put(make_buzz(id_at(2, kElsewhere), carol_));
  put(make_buzz(id_at(3, kElsewhere), dave_));
  EXPECT_THAT(ids(ask_feed(home(alice_)).buzzes()), ElementsAre(id_at(2, kElsewhere)));
}

TEST_F(QueryFeedTest, SaysThatThereIsMoreOnlyIfSomethingIsShownThen) {
  follow(alice_, carol_);
  proto::Buzz deleted = make_buzz(id_at(1, kElsewhere), carol_, "");
  deleted.set_deleted(true);
  put(deleted);
  put(make_buzz(id_at(2), alice_));
  put(make_buzz(id_at(3), alice_));
  EXPECT_FALSE(ask_feed(home(alice_), 0, false, 2).more());
  EXPECT_TRUE(ask_feed(home(alice_), 0, false, 1).more());
  EXPECT_TRUE(ask_feed(home(alice_), 0, true, 1).more());
  EXPECT_FALSE(ask_feed(home(alice_), id_at(2), true, 1).more());
}

TEST_F(QueryFeedTest, PageEndsWhereItWouldBeTooLarge) {
  const std::string large(kMostPageBytes / 3, 'x');
  for (int i = 1; i <= 4; ++i) put(make_buzz(id_at(i), alice_, large));
  const proto::Answer answer = ask_feed(home(alice_));
  EXPECT_THAT(ids(answer.buzzes()), ElementsAre(id_at(4), id_at(3)));
  EXPECT_TRUE(answer.more());
  put(make_buzz(id_at(5), alice_, std::string(2 * kMostPageBytes, 'x')));
  EXPECT_THAT(ids(ask_feed(home(alice_)).buzzes()), ElementsAre(id_at(5)));
}

TEST_F(QueryFeedTest, TopicIsFoundHoweverItIsWritten) {
  const auto buzz = make_buzz(id_at(1, kElsewhere), carol_);
  put(buzz);
  index(Index::kTopic, "grüsse", buzz);
  for (const char* written : {"grüsse", "#GRÜSSE", "Grüße"}) {
    EXPECT_THAT(ids(ask_feed(topic(written)).buzzes()), ElementsAre(id_at(1, kElsewhere))) << written;
  }
  EXPECT_THAT(ids(ask_feed(topic("grüss")).buzzes()), IsEmpty());
  EXPECT_EQ(error_of(ask_feed(topic("grüss"))), ErrorCode::kNone);
}

TEST_F(QueryFeedTest, WhatIsNoTopicIsABadRequest) {
  for (const std::string written : {"", "#", "##go", "two words", "go!", "@bob", "#go #on", "\xff", "a\nb", "#go ",
                                    "https://example.com/#go", "-"}) {
    EXPECT_EQ(error_of(ask_feed(topic(written))), ErrorCode::kBadRequest) << written;
  }
  EXPECT_EQ(error_of(ask_feed(topic(std::string(10'000, 'x')))), ErrorCode::kBadRequest);
}

TEST_F(QueryFeedTest, MentionsAreThoseOfOneUserAndNobodyHasNone) {
  const auto buzz = make_buzz(id_at(1, kElsewhere), carol_);
  put(buzz);
  index(Index::kMention, lower_name(alice_), buzz);
  proto::Feed mentions;
  mentions.set_mentions(alice_);
  EXPECT_THAT(ids(ask_feed(mentions).buzzes()), ElementsAre(id_at(1, kElsewhere)));
  mentions.set_mentions(bob_);
  EXPECT_EQ(error_of(ask_feed(mentions)), ErrorCode::kUnknownUser);
  EXPECT_EQ(error_of(ask_feed(home(bob_))), ErrorCode::kUnknownUser);
  EXPECT_EQ(error_of(ask_feed(home("no name"))), ErrorCode::kUnknownUser);
}

TEST_F(QueryFeedTest, AuthorsFeedIsPagedByIdToo) {
  for (int i = 1; i <= 3; ++i) put(make_buzz(id_at(i), alice_));
  proto::Feed author;
  author.set_author(alice_);
  EXPECT_THAT(ids(ask_feed(author, id_at(3), false, 1).buzzes()), ElementsAre(id_at(2)));
  EXPECT_THAT(ids(ask_feed(author, id_at(1), true).buzzes()), ElementsAre(id_at(2), id_at(3)));
  author.set_author(bob_);
  EXPECT_EQ(error_of(ask_feed(author)), ErrorCode::kUnknownUser);
}

// One buzz of the run below.
struct Post {
  int author = 0;
  int ahead = 0;  // ms that its id is ahead of when it was posted, as after a burst
  bool mentions = false;
  bool deleted = false;
};

class HomeFeedModel : public QueryFeedTest {
 public:
  void TestBody() override {}

  // Authors: alice herself, followed here and elsewhere, pending, not followed.
  HomeFeedModel() {
    follow(alice_, bob_);
    follow(alice_, carol_);
    follow(alice_, dave_, true);
  }

  void post(const Post& post) {
    static const std::vector<int> kGap{0, 0, 1, 3};
    const std::vector<std::string> authors{alice_, bob_, carol_, dave_, name_in(kElsewhere, 2)};
    const std::string& author = authors[static_cast<std::size_t>(post.author)];
    const ShardId shard = shard_of_user(lower_name(author));
    clock_ms_ += kGap[static_cast<std::size_t>(post.ahead)];
    const BuzzId id = next_id(clock_ms_ + post.ahead, shard, last_[shard]);
    last_[shard] = id;
    proto::Buzz buzz = make_buzz(id.value(), author);
    buzz.set_posted_ms(clock_ms_);
    buzz.set_deleted(post.deleted);
    put(buzz);
    if (post.deleted) return;
    if (post.mentions) index(Index::kMention, lower_name(alice_), buzz);
    if (post.mentions || post.author < 3) expected_.insert(id.value());
  }

  // Reads the feed page by page, from that place on.
  [[nodiscard]] std::vector<std::uint64_t> read(std::uint64_t from, bool newer, std::uint32_t limit) const {
    std::vector<std::uint64_t> all;
    for (bool more = true; more;) {
      const proto::Answer answer = ask_feed(home(alice_), from, newer, limit);
      const auto page = ids(answer.buzzes());
      all.insert(all.end(), page.begin(), page.end());
      more = answer.more();
      RC_ASSERT(!more || page.size() == limit);
      RC_ASSERT(all.size() <= expected_.size());  // pages do not go in circles
      if (more) from = page.back();
    }
    return all;
  }

  [[nodiscard]] std::vector<std::uint64_t> expected(std::uint64_t from, bool newer) const {
    std::vector<std::uint64_t> all(expected_.begin(), expected_.end());
    if (!newer) std::reverse(all.begin(), all.end());
    if (from == 0) return all;
    all.erase(std::remove_if(all.begin(), all.end(), [&](auto id) { return newer ? id <= from : id >= from; }),
              all.end());
    return all;
  }

 private:
  std::int64_t clock_ms_ = kIdEpochMs + 1000;
  std::map<ShardId, BuzzId> last_;
  std::set<std::uint64_t> expected_;
};

TEST(HomeFeedPropertyTest, PagesFromAnywhereInBothDirectionsHaveWhatASortedListHas) {
  EXPECT_TRUE(rc::check("home", [] {
    const auto posts = *rc::gen::container<std::vector<Post>>(
        rc::gen::construct<Post>(rc::gen::inRange(0, 5), rc::gen::inRange(0, 4), rc::gen::arbitrary<bool>(),
                                 rc::gen::map(rc::gen::inRange(0, 6), [](int n) { return n == 0; })));
    const auto limit = *rc::gen::inRange<std::uint32_t>(1, 8);
    HomeFeedModel model;
    for (const Post& post : posts) model.post(post);
    std::vector<std::uint64_t> places = model.expected(0, true);
    places.push_back(0);
    places.push_back(id_at(1003));
    places.push_back(id_at(1010, kElsewhere));
    for (const std::uint64_t from : places) {
      for (const bool newer : {false, true}) {
        RC_ASSERT(model.read(from, newer, limit) == model.expected(from, newer));
      }
    }
  }));
}

}  // namespace
}  // namespace buzzer::kernel
