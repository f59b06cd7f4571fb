#include "node/control/buzz_command.h"

#include <gtest/gtest.h>

#include "proto/errors.h"

namespace buzzer::control {
namespace {

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
  for (const char* line :
       {"author", "author ", "author bob before", "author bob before x", "author bob limit", "author bob limit x",
        "author bob before 0", "author bob after 0", "author bob after 0 limit 3", "author bob limit -1",
        "author bob 5", "author bob limit 5 before 3"}) {
    EXPECT_FALSE(parse_author(line)) << line;
  }
  for (const char* line : {"users a b", "users a limit", "users after", "users a limit 5 6"}) {
    EXPECT_FALSE(parse_users(line)) << line;
  }
  for (const char* line : {"home", "home ", "home a b"}) EXPECT_FALSE(parse_home(line)) << line;
}

TEST(BuzzCommandTest, FeedIsReadFromItsNewestUnlessThePlaceIsNamed) {
  const auto newest = parse_author("author bob");
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->author_feed().author(), "bob");
  EXPECT_EQ(newest->author_feed().from_id(), 0U);
  EXPECT_EQ(newest->author_feed().limit(), kUsualLimit);
  const auto older = parse_author("author bob before 7 limit 3");
  ASSERT_TRUE(older);
  EXPECT_EQ(older->author_feed().from_id(), 7U);
  EXPECT_FALSE(older->author_feed().newer());
  EXPECT_EQ(older->author_feed().limit(), 3U);
  EXPECT_TRUE(parse_author("author bob after 7")->author_feed().newer());
}

TEST(BuzzCommandTest, UsersAreSearchedForByPrefix) {
  EXPECT_EQ(parse_users("users")->users().prefix(), "");
  const auto page = parse_users("users bo after bob limit 9");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->users().prefix(), "bo");
  EXPECT_EQ(page->users().after(), "bob");
  EXPECT_EQ(page->users().limit(), 9U);
  EXPECT_EQ(parse_users("users limit 2")->users().limit(), 2U);
}

TEST(BuzzAnswerTest, EachWishHasItsOneLine) {
  proto::Reply reply;
  reply.set_id(5);
  reply.set_version(2);
  EXPECT_EQ(format_reply(*parse_as("as Bob register"), reply), "registered Bob");
  EXPECT_EQ(format_reply(*parse_as("as bob post x"), reply), "posted 5");
  EXPECT_EQ(format_reply(*parse_as("as bob edit 5 x"), reply), "edited 5/2");
  EXPECT_EQ(format_reply(*parse_as("as bob delete 5"), reply), "deleted 5");
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
  EXPECT_EQ(format_answer(*parse_author("author bob"), answer),
            "author 5/1 \"a \\\"b\\\" \\\\ c\\nd \xc3\xbc\",5/1 \"a \\\"b\\\" \\\\ c\\nd \xc3\xbc\" (more)");
}

TEST(BuzzAnswerTest, SearchSaysWhenItIsOnlyAPart) {
  proto::Answer answer;
  EXPECT_EQ(format_answer(*parse_users("users"), answer), "users ");
  answer.add_users()->set_name("bob");
  answer.add_users()->set_name("Bobby");
  answer.set_partial(true);
  EXPECT_EQ(format_answer(*parse_users("users"), answer), "users bob,Bobby (partial)");
}

TEST(BuzzAnswerTest, MarkOfAnEmptyAnswerStandsOneSpaceBehindTheWord) {
  proto::Answer answer;
  answer.set_partial(true);
  EXPECT_EQ(format_answer(*parse_users("users"), answer), "users (partial)");
  answer.set_more(true);
  EXPECT_EQ(format_answer(*parse_users("users"), answer), "users (more) (partial)");
}

}  // namespace
}  // namespace buzzer::control
