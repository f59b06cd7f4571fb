// What the server sends is written as the document shows it.
#include "proto/v1/messages.h"

#include <set>

#include <gtest/gtest.h>

#include "proto/v1/problems.h"
#include "tests/unit/proto_v1/document.h"

namespace buzzer::proto::v1 {
namespace {

using nlohmann::json;

constexpr std::int64_t kPosted = 1782221400123;
constexpr base::BuzzId kFirst(61422797304896);
constexpr base::BuzzId kSecond(61423047160128);
constexpr std::string_view kToken = "bz1.alice.Jx0b9c2oXq3TzV5mWn8kRy1sUd4fGh6jKl7pAe_-QwE";

template <class Message>
std::string written(const Message& message) {
  std::string out;
  append(out, message);
  return out;
}

User alice() { return {"alice", 1780300800000, 12, 3, 2}; }

User newcomer() { return {"alice", 1780300800000, 0, 0, 0}; }

Buzz buzz() {
  Buzz made;
  made.id = kFirst;
  made.author = "bob";
  made.text = "Hello @alice, welcome to the #grid!";
  made.version = 1;
  made.posted_ms = kPosted;
  made.entities = {{EntityKind::kMention, 6, 12, "alice"}, {EntityKind::kTopic, 29, 34, "grid"}};
  return made;
}

Buzz reply() {
  Buzz made;
  made.id = kSecond;
  made.author = "alice";
  made.text = "Thanks!";
  made.version = 2;
  made.posted_ms = kPosted + 61'000;
  made.edited_ms = kPosted + 119'877;
  made.in_reply_to = kFirst;
  made.root = kFirst;
  return made;
}

Buzz deleted() {
  Buzz made = reply();
  made.text.clear();
  made.edited_ms.reset();
  made.version = 3;
  made.deleted = true;
  return made;
}

Problem with_wait(Problem problem, std::uint32_t ms) {
  problem.retry_after_ms = ms;
  return problem;
}

Problem no_bobb() { return problem(ErrorCode::kUnknownUser, "no such user: bobb"); }

Grid grid() {
  Grid made;
  made.nodes = {{0, true, "ws://127.0.0.1:8080/ws"}, {1, false, {}}};
  made.links = {{0, 1, false, {}}, {0, 2, true, 0.25}};
  made.home = 1;
  made.owed = {{0, 1, 7}};
  made.partial = true;
  made.rates = GridRates{120.5, 12, 4800};
  return made;
}

Grid lone_grid() {
  Grid made;
  made.nodes = {{0, true, {}}};
  return made;
}

// Message by message, all that the document shows.
std::vector<std::pair<std::string, std::vector<std::string>>> all_written() {
  const std::int64_t expires = 1784811600000;
  return {
      {"registered", {written(RegisteredAnswer{1, newcomer()})}},
      {"logged_in", {written(LoggedInAnswer{2, alice(), std::string(kToken), expires})}},
      {"logged_out", {written(LoggedOutAnswer{3})}},
      {"posted", {written(PostedAnswer{4, kSecond, 1, kPosted + 61'000})}},
      {"edited", {written(EditedAnswer{5, kSecond, 2})}},
      {"deleted", {written(DeletedAnswer{6, kSecond, 3})}},
      {"followed", {written(FollowedAnswer{7, "bob"})}},
      {"unfollowed", {written(UnfollowedAnswer{8, "bob"})}},
      {"user", {written(UserAnswer{9, alice()})}},
      {"users", {written(UsersAnswer{10, {alice()}, "YWxpY2U", true})}},
      {"feed", {written(FeedAnswer{13, {reply(), buzz()}, "b2xkZXI", "bmV3ZXI"})}},
      {"buzz", {written(BuzzAnswer{14, buzz()})}},
      {"thread", {written(ThreadAnswer{15, {buzz()}, {deleted()}, {}})}},
      {"subscribed", {written(SubscribedAnswer{16, 1})}},
      {"unsubscribed", {written(UnsubscribedAnswer{17, 1})}},
      {"push",
       {written(Push{1, "XRwLnno_JGipbgTSyLFTfwAAAAAAAAAq", "XRwLnno_JGipbgTSyLFTfwAAAAAAAAAr",
                     BuzzEntry{BuzzEntryKind::kPosted, buzz()}}),
        written(Push{1, "XRwLnno_JGipbgTSyLFTfwAAAAAAAAAr", "XRwLnno_JGipbgTSyLFTfwAAAAAAAAA3",
                     FollowEntry{FollowEntryKind::kFollowed, "alice", "bob"}})}},
      {"mark", {written(Mark{1, "XRwLnno_JGipbgTSyLFTfwAAAAAAAAAr", "XRwLnno_JGipbgTSyLFTfwAAAAAAAAA3"})}},
      {"gap", {written(Gap{1, "XRwLnno_JGipbgTSyLFTfwAAAAAAAAA3"})}},
      {"subscription_ended", {written(SubscriptionEnded{1, no_bobb()})}},
      {"session_ended",
       {written(SessionEnded{problem(ErrorCode::kSessionEnded, "the session has expired: log in again")})}},
      {"grid", {written(GridAnswer{18, grid()})}},
      {"grid_changed", {written(GridChanged{2, lone_grid()})}},
      {"pong", {written(PongAnswer{20, kPosted})}},
      {"welcome", {written(Welcome{0, 3, 1782221398004, {65536, 32, 100, 1048576, 30000, 75000}})}},
      {"error",
       {written(ErrorAnswer{9, no_bobb()}),
        written(ErrorAnswer{2, with_wait(problem(ErrorCode::kTooManyRequests,
                                                 "too many register or log in at this node: try again later"),
                                         8000)}),
        written(ErrorAnswer{{}, problem(ErrorCode::kBadRequest, "\"id\" is missing")})}},
  };
}

TEST(MessagesTest, EveryMessageIsWrittenAsItsExamples) {
  for (const auto& [name, texts] : all_written()) {
    std::vector<json> messages;
    for (const std::string& text : texts) messages.push_back(json::parse(text));
    EXPECT_EQ(messages, examples_of(name)) << name;
  }
}

TEST(MessagesTest, EveryMessageOfTheServerIsAmongThem) {
  std::set<std::string> expected;
  for (const auto& [name, message] : document().at("components").at("messages").items()) expected.insert(name);
  for (const std::string& name : request_names()) expected.erase(name);
  std::set<std::string> here;
  for (const auto& [name, texts] : all_written()) here.insert(name);
  EXPECT_EQ(here, expected);
}

TEST(MessagesTest, WhatIsEmptyIsLeftOut) {
  EXPECT_EQ(written(UsersAnswer{1, {}, {}, false}), R"({"id":1,"type":"users","users":[]})");
  EXPECT_EQ(written(Mark{4, {}, "AAQ"}), R"({"type":"mark","subscription":4,"position":"AAQ"})");
  EXPECT_EQ(written(FeedAnswer{1, {}, {}, {}}), R"({"id":1,"type":"feed","buzzes":[]})");
}

TEST(MessagesTest, ListsHaveTheirCommas) {
  EXPECT_EQ(written(UsersAnswer{1, {alice(), newcomer()}, {}, false}),
            R"({"id":1,"type":"users","users":[)" + written(alice()) + ',' + written(newcomer()) + "]}");
}

TEST(MessagesTest, ABodyIsTheSameBehindEveryEnvelope) {
  const Entry entry = BuzzEntry{BuzzEntryKind::kEdited, reply()};
  std::string body;
  append_push_body(body, "AAQx", entry);
  for (const std::uint32_t subscription : {1U, 4294967295U}) {
    std::string envelope;
    append_push_envelope(envelope, subscription, "AAQp");
    EXPECT_EQ(envelope, R"({"type":"push","subscription":)" + std::to_string(subscription) + R"(,"prev":"AAQp",)");
    EXPECT_EQ(envelope + body, written(Push{subscription, "AAQp", "AAQx", entry}));
    EXPECT_TRUE(json::accept(envelope + body));
  }
}

TEST(MessagesTest, TextsAreEscapedWhereverTheyCanNeedIt) {
  Buzz made = buzz();
  made.text = "\"\\\n";
  made.entities = {{EntityKind::kLink, 0, 3, "https://a/\"b\""}};
  const json back = json::parse(written(made));
  EXPECT_EQ(back.at("text"), made.text);
  EXPECT_EQ(back.at("entities").at(0).at("value"), "https://a/\"b\"");
  const json error = json::parse(written(problem(ErrorCode::kBadRequest, "\"x\"\n is not known")));
  EXPECT_EQ(error.at("detail"), "\"x\"\n is not known");
}

TEST(ProblemsTest, TheRegistryAndTheDocumentAreTheSame) {
  std::set<std::pair<std::string, bool>> ours;
  for (const ErrorInfo& info : kErrors) {
    if (info.code != ErrorCode::kNone) ours.emplace(info.name, info.definite);
  }
  ours.emplace(error_info(static_cast<ErrorCode>(65535)).name, false);
  std::set<std::pair<std::string, bool>> documented;
  for (const json& code : document().at("components").at("schemas").at("ErrorCode").at("x-codes")) {
    documented.emplace(code.at("code"), code.at("definite"));
    EXPECT_EQ(code.contains("fallback"), code.at("code") == "unknown_error");
  }
  EXPECT_EQ(ours, documented);
}

TEST(ProblemsTest, EveryCodeHasTheTitleAndStatusOfTheDocument) {
  for (const json& code : document().at("components").at("schemas").at("ErrorCode").at("x-codes")) {
    ErrorCode number = static_cast<ErrorCode>(65535);
    for (const ErrorInfo& info : kErrors) {
      if (info.name == code.at("code")) number = info.code;
    }
    const json made = json::parse(written(problem(number, "why")));
    const json expected = {{"type", "urn:buzzer:error:" + code.at("code").get<std::string>()},
                           {"title", code.at("title")},
                           {"status", code.at("status")},
                           {"detail", "why"},
                           {"code", code.at("code")},
                           {"definite", code.at("definite")}};
    EXPECT_EQ(made, expected);
  }
}

}  // namespace
}  // namespace buzzer::proto::v1
