#include "base/log.h"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace buzzer::base {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;

const NodeId kNode(3);

// What `write` writes to standard error, line by line.
template <class Write>
std::vector<std::string> lines_written(LogLevel least, LogFormat format, Write write) {
  testing::internal::CaptureStderr();
  {
    const auto log = make_stderr_log(kNode, least, format);
    write(*log);
  }
  std::vector<std::string> lines;
  std::string text = testing::internal::GetCapturedStderr();
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.erase(0, end == std::string::npos ? end : end + 1);
  }
  return lines;
}

std::string value_in_text(std::string_view value) {
  const std::string line = format_text(kNode, "mesh", "m", {{"key", value}});
  const std::string before = "node=3 mesh: m key=";
  return line.rfind(before, 0) == 0 ? line.substr(before.size()) : "(not at its place) " + line;
}

TEST(LogTest, TextIsNodeComponentMessageAndFields) {
  EXPECT_EQ(format_text(kNode, "mesh", "peer is up", {{"peer", NodeId(1)}, {"port", -7}, {"host", "::1"}}),
            "node=3 mesh: peer is up peer=1 port=-7 host=::1");
  EXPECT_EQ(format_text(kNode, "node", "started", {}), "node=3 node: started");
}

TEST(LogTest, ValuesThatCouldBeMisreadAreQuoted) {
  EXPECT_EQ(value_in_text("plain-value/1:2,3"), "plain-value/1:2,3");
  EXPECT_EQ(value_in_text("h\xc3\xa9llo"), "h\xc3\xa9llo");
  EXPECT_EQ(value_in_text(""), R"("")");
  EXPECT_EQ(value_in_text("two words"), R"("two words")");
  EXPECT_EQ(value_in_text("a=b"), R"("a=b")");
  EXPECT_EQ(value_in_text(R"(say "hi")"), R"("say \"hi\"")");
  EXPECT_EQ(value_in_text(R"(back\slash)"), R"("back\\slash")");
}

TEST(LogTest, ControlCharactersCannotBreakALine) {
  EXPECT_EQ(value_in_text("a\nb"), R"("a\u000ab")");
  EXPECT_EQ(value_in_text("\r\t\x1b\x7f"), R"("\u000d\u0009\u001b\u007f")");
  EXPECT_EQ(value_in_text(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(value_in_text("a\u0085b\u009b\u2028\u00a0"), "a\\u0085b\\u009b\\u2028\u00a0");
}

TEST(LogTest, BytesThatAreNoTextAreReplaced) {
  const std::string_view torn = "a table of \xE0\x80 and \xFF bytes\n";
  EXPECT_EQ(value_in_text(torn), "\"a table of \uFFFD\uFFFD and \uFFFD bytes\\u000a\"");
  EXPECT_EQ(format_text(kNode, "store", torn, {}), "node=3 store: a table of \uFFFD\uFFFD and \uFFFD bytes\\u000a");
  const auto lines = lines_written(LogLevel::kInfo, LogFormat::kJson, [&](Log& log) { log.error("store", torn); });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(json::parse(lines[0]).at("message"), "a table of \uFFFD\uFFFD and \uFFFD bytes\n");
}

TEST(LogTest, TextLineBeginsWithTimeAndLevel) {
  const auto lines = lines_written(LogLevel::kInfo, LogFormat::kText, [](Log& log) {
    log.info("node", "started", {{"grid", "g"}});
  });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z info +"
                                     "node=3 node: started grid=g"));
}

TEST(LogTest, JsonLineIsAnObjectWithTheFields) {
  const auto lines = lines_written(LogLevel::kInfo, LogFormat::kJson, [](Log& log) {
    log.error("mesh", "it \"broke\"", {{"peer", NodeId(1)}, {"offset", -5}, {"reason", "no\nway \\ {} %v"}});
  });
  ASSERT_EQ(lines.size(), 1U);
  const json entry = json::parse(lines[0]);
  EXPECT_THAT(entry.at("time").get<std::string>(), MatchesRegex("[-0-9]+T[:0-9]+\\.[0-9]{3}Z"));
  EXPECT_EQ(entry.at("level"), "error");
  EXPECT_EQ(entry.at("node"), 3);
  EXPECT_EQ(entry.at("component"), "mesh");
  EXPECT_EQ(entry.at("message"), "it \"broke\"");
  EXPECT_EQ(entry.at("peer"), 1);
  EXPECT_EQ(entry.at("offset"), -5);
  EXPECT_EQ(entry.at("reason"), "no\nway \\ {} %v");
}

TEST(LogTest, EveryCharacterSurvivesJson) {
  std::string all;
  for (char c = 0; c < 0x7f; ++c) all += c;
  all += "\x7f\xc3\xa9\xf0\x9f\x90\x9d";
  const auto lines = lines_written(LogLevel::kInfo, LogFormat::kJson, [&](Log& log) {
    log.info("node", all, {{"value", all}});
  });
  ASSERT_EQ(lines.size(), 1U);
  const json entry = json::parse(lines[0]);
  EXPECT_EQ(entry.at("message"), all);
  EXPECT_EQ(entry.at("value"), all);
}

TEST(LogTest, LevelsAreNamedAsTheOptionNamesThem) {
  const auto lines = lines_written(LogLevel::kTrace, LogFormat::kJson, [](Log& log) {
    for (const auto level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError}) {
      log.write(level, "node", to_string(level), {});
    }
  });
  ASSERT_EQ(lines.size(), 5U);
  for (const auto& line : lines) {
    const json entry = json::parse(line);
    EXPECT_EQ(entry.at("level"), entry.at("message"));
  }
}

TEST(LogTest, LesserLevelsAreLeftOut) {
  const auto lines = lines_written(LogLevel::kWarn, LogFormat::kText, [](Log& log) {
    log.debug("node", "a");
    log.info("node", "b");
    log.warn("node", "c");
    log.error("node", "d");
  });
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("node: c"));
  EXPECT_THAT(lines[1], HasSubstr("node: d"));
}

TEST(LogTest, LinesOfSeveralThreadsStayWhole) {
  constexpr int kEach = 200;
  const auto lines = lines_written(LogLevel::kInfo, LogFormat::kJson, [](Log& log) {
    std::array<std::thread, 4> writers;
    for (auto& writer : writers) {
      writer = std::thread([&log] {
        for (int n = 0; n < kEach; ++n) log.info("node", std::string(200, 'x'), {{"n", n}});
      });
    }
    for (auto& writer : writers) writer.join();
  });
  ASSERT_EQ(lines.size(), 4U * kEach);
  for (const auto& line : lines) EXPECT_TRUE(json::accept(line)) << line;
}

}  // namespace
}  // namespace buzzer::base
