#include "node/control/buzz_command.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace buzzer::control {
namespace {

// The query of a line that must be one.
proto::Query read(std::string_view line) {
  const auto parsed = parse_read(line);
  if (!parsed || !*parsed) {
    ADD_FAILURE() << line;
    return {};
  }
  return **parsed;
}

proto::Reply done(std::uint64_t id = 0, std::uint32_t version = 0) {
  proto::Reply reply;
  reply.set_id(id);
  reply.set_version(version);
  return reply;
}

TEST(BuzzCommandTest, RegistersTheNameAsItIsWritten) {
  const auto command = parse_as("as Bob register");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->account(), "Bob");
  EXPECT_EQ(command->register_account().name(), "Bob");
  EXPECT_TRUE(command->key().empty());
}

TEST(BuzzCommandTest, KeyStandsBeforeTheWish) {
  const auto command = parse_as("as bob with k1 post with k2");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->key(), "k1");
  EXPECT_EQ(command->post_buzz().text(), "with k2");
}

TEST(BuzzCommandTest, TextIsTheRestOfTheLineAndMayHoldEscapedNewlines) {
  EXPECT_EQ(parse_as("as bob post  two  spaces ")->post_buzz().text(), " two  spaces ");
  EXPECT_EQ(parse_as("as bob post a\\nb")->post_buzz().text(), "a\nb");
  EXPECT_EQ(parse_as("as bob post a\\\\nb\\t\\")->post_buzz().text(), "a\\nb\\t\\");
  EXPECT_EQ(parse_as("as bob post ")->post_buzz().text(), "");
}

TEST(BuzzCommandTest, EditAndDeleteNameABuzz) {
  const auto edit = parse_as("as bob edit 123 new text");
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->edit_buzz().id(), 123U);
  EXPECT_EQ(edit->edit_buzz().text(), "new text");
  EXPECT_EQ(parse_as("as bob delete 18446744073709551615")->delete_buzz().id(), 18446744073709551615U);
}

TEST(BuzzCommandTest, MalformedLinesAreAnsweredWithTheForm) {
  for (const char* line :
       {"as", "as ", "as bob", "as bob ", "as bob fly", "as bob post", "as bob register now", "as bob edit 1",
        "as bob edit x y", "as bob edit -1 y", "as bob delete", "as bob delete 1 2", "as bob delete 1x", "as bob with",
        "as bob with k1", "as bob with  post x", "as bob delete 18446744073709551616", "as  post x"}) {
    EXPECT_FALSE(parse_as(line)) << line;
  }
  for (const char* line : {"as bob reply", "as bob reply 1", "as bob reply x y", "as bob reply 0 y", "as bob follow",
                           "as bob follow ", "as bob follow a b", "as bob unfollow", "as bob unfollow a b"}) {
    EXPECT_FALSE(parse_as(line)) << line;
  }
  for (const char* line : {"author",
                           "author ",
                           "author bob before",
                           "author bob before x",
                           "author bob limit",
                           "author bob limit x",
                           "author bob before 0",
                           "author bob after 0",
                           "author bob after 0 limit 3",
                           "author bob limit -1",
                           "author bob 5",
                           "author bob limit 5 before 3",
                           "users a b",
                           "users a limit",
                           "users after",
                           "users a limit 5 6",
                           "feed",
                           "feed ",
                           "feed bob before 0",
                           "feed bob limit",
                           "topic",
                           "topic ",
                           "topic a b",
                           "topic a after 0",
                           "mentions",
                           "mentions bob before x",
                           "thread",
                           "thread ",
                           "thread x",
                           "thread 1 before 2",
                           "thread 1 after 0",
                           "thread 1 after",
                           "thread 1 limit 2 after 3",
                           "followers",
                           "followers bob after",
                           "followers bob before x",
                           "followees ",
                           "followees bob limit x",
                           "user",
                           "user ",
                           "user a b",
                           "owed ",
                           "owed 1"}) {
    const auto parsed = parse_read(line);
    ASSERT_TRUE(parsed) << line;
    EXPECT_FALSE(*parsed) << line;
    // The form begins with the line's own word.
    const std::string form(parsed->error());
    EXPECT_EQ(form.substr(0, form.find(' ')), std::string(line).substr(0, std::string(line).find(' ')));
  }
  for (const char* line : {"home", "home ", "home a b"}) EXPECT_FALSE(parse_home(line)) << line;
  for (const char* line : {"settle", "settle ", "settle x", "settle -1", "settle 600001", "settle 1 2"}) {
    EXPECT_FALSE(parse_settle(line)) << line;
  }
}

TEST(BuzzCommandTest, OtherLinesReadNothing) {
  for (const char* line : {"", "get", "authors bob", "AUTHOR bob", " author bob", "as bob post author"}) {
    EXPECT_FALSE(parse_read(line)) << line;
  }
}

TEST(BuzzCommandTest, ReplyNamesABuzz) {
  const auto reply = parse_as("as bob with k reply 123 so\nit is");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->key(), "k");
  EXPECT_EQ(reply->post_buzz().in_reply_to(), 123U);
  EXPECT_EQ(reply->post_buzz().text(), "so\nit is");
  EXPECT_EQ(reply->post_buzz().root(), 0U);
}

TEST(BuzzCommandTest, FollowAndUnfollowNameAUser) {
  EXPECT_EQ(parse_as("as bob follow Max")->follow_user().name(), "Max");
  EXPECT_EQ(parse_as("as bob with k unfollow Max")->unfollow_user().name(), "Max");
}

TEST(BuzzCommandTest, AuthorsFeedIsReadFromItsNewestUnlessThePlaceIsNamed) {
  const auto newest = read("author bob").author_feed();
  EXPECT_EQ(newest.author(), "bob");
  EXPECT_EQ(newest.from_id(), 0U);
  EXPECT_EQ(newest.limit(), kUsualLimit);
  const auto older = read("author bob before 7 limit 3").author_feed();
  EXPECT_EQ(older.from_id(), 7U);
  EXPECT_FALSE(older.newer());
  EXPECT_EQ(older.limit(), 3U);
  EXPECT_TRUE(read("author bob after 7").author_feed().newer());
}

TEST(BuzzCommandTest, EveryOtherFeedIsReadLikewise) {
  EXPECT_EQ(read("feed bob").feed().feed().home(), "bob");
  EXPECT_EQ(read("mentions bob").feed().feed().mentions(), "bob");
  EXPECT_EQ(read("topic #Grid").feed().feed().topic(), "#Grid");
  EXPECT_EQ(read("feed bob").feed().limit(), kUsualLimit);
  EXPECT_EQ(read("topic before").feed().feed().topic(), "before");
  for (const std::string feed : {"feed bob", "mentions bob", "topic grid"}) {
    const auto newer = read(feed + " after 7 limit 3").feed();
    EXPECT_EQ(newer.from_id(), 7U);
    EXPECT_TRUE(newer.newer());
    EXPECT_EQ(newer.limit(), 3U);
    EXPECT_FALSE(read(feed + " before 7").feed().newer());
  }
}

TEST(BuzzCommandTest, ThreadIsReadFromItsFirstReplyUnlessOneIsNamed) {
  const auto thread = read("thread 5").thread();
  EXPECT_EQ(thread.id(), 5U);
  EXPECT_EQ(thread.root(), 0U);
  EXPECT_EQ(thread.from_id(), 0U);
  EXPECT_EQ(thread.limit(), kUsualLimit);
  EXPECT_EQ(read("thread 5 after 9 limit 2").thread().from_id(), 9U);
  EXPECT_EQ(read("thread 5 limit 2").thread().limit(), 2U);
}

TEST(BuzzCommandTest, UsersAreSearchedForByPrefix) {
  EXPECT_EQ(read("users").users().prefix(), "");
  const auto page = read("users bo after bob limit 9").users();
  EXPECT_EQ(page.prefix(), "bo");
  EXPECT_EQ(page.after(), "bob");
  EXPECT_EQ(page.limit(), 9U);
  EXPECT_EQ(read("users limit 2").users().limit(), 2U);
}

TEST(BuzzCommandTest, FollowersAndFolloweesAreReadByName) {
  EXPECT_EQ(read("followers bob").followers().user(), "bob");
  EXPECT_EQ(read("followers bob after carl limit 9").followers().after(), "carl");
  EXPECT_EQ(read("followees bob").followees().user(), "bob");
  EXPECT_EQ(read("followees bob after carl limit 9").followees().limit(), 9U);
  EXPECT_EQ(read("user Bob").user().name(), "Bob");
}

TEST(BuzzCommandTest, WhatIsOwedIsThatOfTheNodeThatIsAsked) { EXPECT_TRUE(read("owed").owed().here()); }

TEST(BuzzCommandTest, SettlingTakesAsLongAsItSays) {
  EXPECT_EQ(parse_settle("settle 0"), std::chrono::milliseconds(0));
  EXPECT_EQ(parse_settle("settle 600000"), std::chrono::minutes(10));
}

TEST(BuzzAnswerTest, EachWishHasItsOneLine) {
  EXPECT_EQ(format_reply(*parse_as("as Bob register"), done()), "registered Bob");
  EXPECT_EQ(format_reply(*parse_as("as bob post x"), done(5, 1)), "posted 5");
  EXPECT_EQ(format_reply(*parse_as("as bob reply 5 x"), done(6, 1)), "posted 6");
  EXPECT_EQ(format_reply(*parse_as("as bob edit 5 x"), done(5, 2)), "edited 5/2");
  EXPECT_EQ(format_reply(*parse_as("as bob delete 5"), done(5, 3)), "deleted 5");
  EXPECT_EQ(format_reply(*parse_as("as bob follow Max"), done()), "followed Max");
  EXPECT_EQ(format_reply(*parse_as("as bob unfollow max"), done()), "unfollowed max");
}

TEST(BuzzAnswerTest, DefiniteErrorSaysWhyAndAnIndefiniteOneNeverDependsOnTheMoment) {
  proto::Reply reply;
  reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kNameTaken));
  reply.set_message("that name is taken");
  EXPECT_EQ(format_reply(*parse_as("as bob register"), reply), "error name_taken: that name is taken");
  reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  EXPECT_EQ(format_reply(*parse_as("as bob register"), reply), "error unavailable");
}

TEST(BuzzAnswerTest, TextsAreQuotedSoThatAnAnswerIsOneLine) {
  proto::Answer answer;
  proto::Buzz& buzz = *answer.add_buzzes();
  buzz.set_id(5);
  buzz.set_version(1);
  buzz.set_text("a \"b\" \\ c\nd \xc3\xbc");
  *answer.add_buzzes() = buzz;
  answer.set_more(true);
  EXPECT_EQ(format_answer(read("author bob"), answer),
            "author 5/1 \"a \\\"b\\\" \\\\ c\\nd \xc3\xbc\",5/1 \"a \\\"b\\\" \\\\ c\\nd \xc3\xbc\" (more)");
}

TEST(BuzzAnswerTest, SearchSaysWhenItIsOnlyAPart) {
  proto::Answer answer;
  EXPECT_EQ(format_answer(read("users"), answer), "users ");
  answer.add_users()->set_name("bob");
  answer.add_users()->set_name("Bobby");
  answer.set_partial(true);
  EXPECT_EQ(format_answer(read("users"), answer), "users bob,Bobby (partial)");
}

TEST(BuzzAnswerTest, MarkOfAnEmptyAnswerStandsOneSpaceBehindTheWord) {
  proto::Answer answer;
  answer.set_partial(true);
  EXPECT_EQ(format_answer(read("users"), answer), "users (partial)");
  answer.set_more(true);
  EXPECT_EQ(format_answer(read("users"), answer), "users (more) (partial)");
}

class FeedAnswerTest : public testing::Test {
 protected:
  static proto::Buzz buzz(std::uint64_t id, const char* author, const char* text, std::uint64_t in_reply_to = 0) {
    proto::Buzz buzz;
    buzz.set_id(id);
    buzz.set_version(1);
    buzz.set_author(author);
    buzz.set_text(text);
    buzz.set_in_reply_to(in_reply_to);
    return buzz;
  }

  proto::Answer answer_;
};

TEST_F(FeedAnswerTest, FeedsOfManyAuthorsNameThem) {
  *answer_.add_buzzes() = buzz(7, "Max", "two \"words\"");
  *answer_.add_buzzes() = buzz(5, "Bob", "x", 3);
  const std::string entries = "7/1 @Max \"two \\\"words\\\"\",5/1 @Bob to 3 \"x\"";
  EXPECT_EQ(format_answer(read("feed bob"), answer_), "feed " + entries);
  EXPECT_EQ(format_answer(read("mentions bob"), answer_), "mentions " + entries);
  answer_.set_more(true);
  EXPECT_EQ(format_answer(read("topic grid"), answer_), "topic " + entries + " (more)");
  EXPECT_EQ(format_answer(read("feed bob"), {}), "feed ");
}

TEST_F(FeedAnswerTest, ThreadShowsTheWayFromItsRootAndThenTheReplies) {
  *answer_.add_path() = buzz(5, "Bob", "root");
  *answer_.add_path() = buzz(6, "Max", "reply", 5);
  EXPECT_EQ(format_answer(read("thread 6"), answer_), "thread 5/1 @Bob \"root\",6/1 @Max to 5 \"reply\"");
  proto::Buzz deleted = buzz(7, "Ada", "", 6);
  deleted.set_version(2);
  deleted.set_deleted(true);
  *answer_.add_buzzes() = deleted;
  *answer_.add_buzzes() = buzz(8, "Bob", "still", 7);
  answer_.set_more(true);
  EXPECT_EQ(format_answer(read("thread 6"), answer_),
            "thread 5/1 @Bob \"root\",6/1 @Max to 5 \"reply\" | 7/2 @Ada to 6 deleted,8/1 @Bob to 7 \"still\" (more)");
}

TEST_F(FeedAnswerTest, ThreadThatHasLookedFurtherThanItListsSaysHowFar) {
  *answer_.add_path() = buzz(5, "Bob", "root");
  *answer_.add_buzzes() = buzz(8, "Bob", "still", 5);
  answer_.set_more(true);
  answer_.set_last_id(8);
  EXPECT_EQ(format_answer(read("thread 5"), answer_), R"(thread 5/1 @Bob "root" | 8/1 @Bob to 5 "still" (more))");
  answer_.set_last_id(9);
  EXPECT_EQ(format_answer(read("thread 5"), answer_),
            R"(thread 5/1 @Bob "root" | 8/1 @Bob to 5 "still" (more after 9))");
}

TEST_F(FeedAnswerTest, UserIsShownWithCounts) {
  proto::Account& user = *answer_.add_users();
  user.set_name("Bob");
  user.set_buzzes(3);
  user.set_followers(2);
  user.set_following(1);
  EXPECT_EQ(format_answer(read("user bob"), answer_), "user Bob buzzes 3 followers 2 following 1");
}

TEST_F(FeedAnswerTest, FollowersAndFolloweesAreNames) {
  answer_.add_users()->set_name("Ada");
  answer_.add_users()->set_name("Max");
  EXPECT_EQ(format_answer(read("followees bob"), answer_), "followees Ada,Max");
  answer_.set_more(true);
  answer_.set_partial(true);
  EXPECT_EQ(format_answer(read("followers bob"), answer_), "followers Ada,Max (more) (partial)");
  EXPECT_EQ(format_answer(read("followers bob"), {}), "followers ");
}

TEST_F(FeedAnswerTest, WhatIsOwedIsToldByStream) {
  EXPECT_EQ(format_answer(read("owed"), answer_), "owed nothing");
  for (const std::uint32_t to : {4U, 9U}) {
    proto::Owed& owed = *answer_.add_owed();
    owed.set_from(39);
    owed.set_to(to);
    owed.set_rows(to * 2);
  }
  EXPECT_EQ(format_answer(read("owed"), answer_), "owed 39>4 8,39>9 18");
}

}  // namespace
}  // namespace buzzer::control
