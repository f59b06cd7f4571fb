#include "linkmgr/lab/lab_line.h"

#include <random>

#include <gtest/gtest.h>

namespace buzzer::linkmgr::lab {
namespace {

using base::NodeId;

// Of a line that must be one.
LabLine parsed(std::string_view text) {
  const auto line = parse_lab_line(text);
  EXPECT_TRUE(line) << text.substr(0, 100);
  return line.value_or(LabLine{});
}

TEST(LabLineTest, PingNamesItsSender) {
  for (const std::uint32_t id : {0U, 7U, 63U, 4'000'000'000U}) {
    const LabLine line = parsed("ping " + std::to_string(id));
    EXPECT_EQ(line.kind, LabLine::Kind::kPing);
    EXPECT_EQ(line.sender, NodeId(id));
  }
}

TEST(LabLineTest, MessageIsAllBehindTheSecondSpace) {
  for (const std::string_view contents :
       {"hello", "I'm actually a cat", "I’m alive!", " two  spaces ", "ping 3", "", "a\r", "\t\x01\xff"}) {
    const std::string text = "msg 12 " + std::string(contents);
    const LabLine line = parsed(text);
    EXPECT_EQ(line.kind, LabLine::Kind::kMessage);
    EXPECT_EQ(line.sender, NodeId(12));
    EXPECT_EQ(line.contents, contents);
  }
  EXPECT_EQ(parsed(std::string_view("msg 1 a\0b", 9)).contents, std::string_view("a\0b", 3));
}

TEST(LabLineTest, WhatIsWrittenIsReadBack) {
  EXPECT_EQ(ping_line(NodeId(3)), "ping 3\n");
  EXPECT_EQ(message_line(NodeId(2), "I'm actually a cat"), "msg 2 I'm actually a cat\n");
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string contents(random() % 40, ' ');
    for (char& c : contents) {
      c = static_cast<char>(random());
      if (c == '\n') c = 'n';
    }
    std::string text = message_line(NodeId(63), contents);
    ASSERT_EQ(text.find('\n'), text.size() - 1);
    text.pop_back();
    const LabLine line = parsed(text);
    ASSERT_EQ(line.sender, NodeId(63));
    ASSERT_EQ(line.contents, contents);
  }
}

TEST(LabLineTest, OtherLinesAreStrange) {
  for (const std::string_view text : {"",
                                      " ",
                                      "ping",
                                      "ping ",
                                      "ping x",
                                      "ping 1 ",
                                      "ping  1",
                                      "ping +1",
                                      "ping -1",
                                      "ping 01",
                                      "ping 1x",
                                      "ping 1\r",
                                      "ping 4294967296",
                                      "ping 99999999999999999999",
                                      "PING 1",
                                      " ping 1",
                                      "pong 1",
                                      "pings 1",
                                      "msg",
                                      "msg ",
                                      "msg 1",
                                      "msg x hello",
                                      "msg  1 hello",
                                      "msg 01 hello",
                                      "msg -1 hello",
                                      "msg 1\thello",
                                      "MSG 1 hello",
                                      "get",
                                      "alive 1",
                                      "\xff\xfe",
                                      "GET / HTTP/1.1"}) {
    EXPECT_FALSE(parse_lab_line(text)) << text;
  }
  EXPECT_FALSE(parse_lab_line(std::string_view("\0ping 1", 7)));
}

TEST(LabLineTest, MessageMayHave65536Bytes) {
  const std::string most(kMostContents, 'x');
  EXPECT_EQ(parsed("msg 63 " + most).contents.size(), 65'536U);
  EXPECT_FALSE(parse_lab_line("msg 63 " + most + 'x'));
  EXPECT_TRUE(are_contents(most));
  EXPECT_FALSE(are_contents(most + 'x'));
  EXPECT_FALSE(are_contents("two\nlines"));
  EXPECT_EQ(message_line(NodeId(63), most).size(), kMostLine + 1);
}

}  // namespace
}  // namespace buzzer::linkmgr::lab
