#include "node/control/control_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::control {
namespace {

// The parsed command as that kind; fails the test if it is another.
template <class Command>
Command parsed(std::string_view line) {
  ControlCommand command = parse_command(line);
  auto* as_expected = std::get_if<Command>(&command);
  if (as_expected == nullptr) {
    ADD_FAILURE() << "\"" << line << "\" was taken for alternative " << command.index();
    return {};
  }
  return std::move(*as_expected);
}

std::string answer_to(std::string_view line) { return parsed<Rejected>(line).answer; }

TEST(ControlCommandTest, WordsAloneAreCommands) {
  parsed<Get>("get");
  parsed<Alive>("alive");
  parsed<Status>("status");
  parsed<Mark>("mark");
  parsed<Stop>("stop");
}

TEST(ControlCommandTest, BroadcastTakesTheRestOfTheLineAsItIs) {
  EXPECT_EQ(parsed<Broadcast>("broadcast hello").text, "hello");
  EXPECT_EQ(parsed<Broadcast>("broadcast it's  two, spaced ").text, "it's  two, spaced ");
  EXPECT_EQ(parsed<Broadcast>("broadcast  leading").text, " leading");
  EXPECT_EQ(parsed<Broadcast>("broadcast broadcast x").text, "broadcast x");
  EXPECT_EQ(parsed<Broadcast>("broadcast gr\xc3\xbc\xc3\x9f"
                              "e \xf0\x9f\x90\x9d")
                .text,
            "gr\xc3\xbc\xc3\x9f"
            "e \xf0\x9f\x90\x9d");
}

TEST(ControlCommandTest, BlockCutsBothWaysUnlessItSaysOne) {
  const auto both = parsed<BlockPeer>("block 7");
  EXPECT_EQ(both.peer, base::NodeId(7));
  EXPECT_TRUE(both.in && both.out);
  const auto in = parsed<BlockPeer>("block 0 in");
  EXPECT_EQ(in.peer, base::NodeId(0));
  EXPECT_TRUE(in.in && !in.out);
  const auto out = parsed<BlockPeer>("block 63 out");
  EXPECT_EQ(out.peer, base::NodeId(63));
  EXPECT_TRUE(!out.in && out.out);
}

TEST(ControlCommandTest, UnblockNamesOnePeer) { EXPECT_EQ(parsed<UnblockPeer>("unblock 3").peer, base::NodeId(3)); }

TEST(ControlCommandTest, AuthBringsAToken) { EXPECT_EQ(parsed<Auth>("auth c0ffee").token, "c0ffee"); }

TEST(ControlCommandTest, InspectingIsOfOneBuzzOrTheGridOrAShard) {
  EXPECT_EQ(parsed<TraceBuzz>("trace 17").id, 17U);
  EXPECT_FALSE(parsed<TraceBuzz>("trace 17").json);
  EXPECT_TRUE(parsed<TraceBuzz>("trace json 17").json);
  for (const char* wrong : {"trace", "trace 0", "trace x", "trace json", "trace 1 2", "trace 18446744073709551616"}) {
    EXPECT_EQ(answer_to(wrong), "error usage: trace [json] <id>") << wrong;
  }
  EXPECT_EQ(parsed<AuditGrid>("audit").shard, std::nullopt);
  EXPECT_EQ(parsed<AuditGrid>("audit 63").shard, base::ShardId(63));
  EXPECT_TRUE(parsed<AuditGrid>("audit json").json);
  EXPECT_EQ(parsed<AuditGrid>("audit json 5").shard, base::ShardId(5));
  for (const char* wrong : {"audit 64", "audit x", "audit 1 2", "audit json 1 2", "audit "}) {
    EXPECT_EQ(answer_to(wrong), "error usage: audit [json] [<shard, 0 to 63>]") << wrong;
  }
}

TEST(ControlCommandTest, LinesAboutUsersAndBuzzesAreWishesOrQueries) {
  EXPECT_TRUE(parsed<Wish>("as bob follow max").command.has_follow_user());
  EXPECT_TRUE(parsed<Read>("feed bob").query.has_feed());
  EXPECT_TRUE(parsed<Read>("owed").query.has_owed());
  EXPECT_EQ(parsed<HomeOf>("home bob").user, "bob");
  EXPECT_EQ(parsed<Settle>("settle 5").most, std::chrono::milliseconds(5));
  EXPECT_EQ(answer_to("feed"), "error usage: feed <user> [before|after <id>] [limit <number>]");
  EXPECT_EQ(answer_to("settle soon"), "error usage: settle <ms>, at most 600000");
}

TEST(ControlCommandTest, MissingOrSurplusWordsAreAnsweredWithTheForm) {
  for (const char* line : {"get now", "get ", "get  "}) EXPECT_EQ(answer_to(line), "error usage: get") << line;
  EXPECT_EQ(answer_to("alive 1"), "error usage: alive");
  EXPECT_EQ(answer_to("status all"), "error usage: status");
  EXPECT_EQ(answer_to("mark 1"), "error usage: mark");
  EXPECT_EQ(answer_to("stop now"), "error usage: stop");
  for (const char* line : {"broadcast", "broadcast "}) {
    EXPECT_EQ(answer_to(line), "error usage: broadcast <message>") << line;
  }
  for (const char* line : {"auth", "auth a b"}) EXPECT_EQ(answer_to(line), "error usage: auth <token>") << line;
  for (const char* line : {"block", "block ", "block x", "block -1", "block 1x", "block 1 both", "block 1 in out",
                           "block 1 ", "block 4294967296", "block  1"}) {
    EXPECT_EQ(answer_to(line), "error usage: block <id> [in|out]") << line;
  }
  for (const char* line : {"unblock", "unblock ", "unblock x", "unblock 1 in"}) {
    EXPECT_EQ(answer_to(line), "error usage: unblock <id>") << line;
  }
}

TEST(ControlCommandTest, AnythingElseIsUnknown) {
  for (const std::string line : {"", " ", "GET", "gets", " get", "\tget", "hello world", "get\t"}) {
    EXPECT_EQ(answer_to(line), "error unknown command: " + line);
  }
}

TEST(ControlCommandTest, UnknownLineIsRepeatedUpTo64Bytes) {
  EXPECT_EQ(answer_to(std::string(64, 'x')), "error unknown command: " + std::string(64, 'x'));
  EXPECT_EQ(answer_to(std::string(65, 'x')), "error unknown command: " + std::string(64, 'x'));
}

TEST(ControlCommandTest, UnknownLineIsNotCutWithinACharacter) {
  const std::string bee = "\xf0\x9f\x90\x9d";
  for (const std::size_t before : {60U, 61U, 62U, 63U}) {
    const std::string line = std::string(before, 'x') + bee + "y";
    const std::string kept = before == 60 ? std::string(60, 'x') + bee : std::string(before, 'x');
    EXPECT_EQ(answer_to(line), "error unknown command: " + kept) << before;
  }
}

TEST(ControlCommandTest, OnlyTheLabsCommandsAreOpenToAll) {
  for (const char* line : {"get", "alive", "broadcast x", "auth x", "nonsense", "block x"}) {
    EXPECT_TRUE(open_to_all(parse_command(line))) << line;
  }
  for (const char* line : {"status", "block 1", "unblock 1", "mark", "stop", "as bob post x", "feed bob", "owed",
                           "settle 1", "trace 1", "audit"}) {
    EXPECT_FALSE(open_to_all(parse_command(line))) << line;
  }
}

}  // namespace
}  // namespace buzzer::control
