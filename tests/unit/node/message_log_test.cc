#include "node/room/message_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::room {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MessageLogTest, LinesAreKeptOldestFirst) {
  MessageLog log;
  EXPECT_THAT(log.lines(), IsEmpty());
  for (const char* line : {"one", "", "two", "one"}) log.append(line);
  EXPECT_THAT(log.lines(), ElementsAre("one", "", "two", "one"));
}

TEST(MessageLogTest, OldestLinesGoWhenThereAreTooMany) {
  MessageLog log({3, 1000});
  for (const char* line : {"a", "b", "c", "d", "e"}) log.append(line);
  EXPECT_THAT(log.lines(), ElementsAre("c", "d", "e"));
}

TEST(MessageLogTest, OldestLinesGoWhenTheyHoldTooManyBytes) {
  MessageLog log({100, 10});
  log.append("1234");
  log.append("5678");
  log.append("90");
  EXPECT_THAT(log.lines(), ElementsAre("1234", "5678", "90"));
  log.append("x");
  EXPECT_THAT(log.lines(), ElementsAre("5678", "90", "x"));
  log.append("123456789");
  EXPECT_THAT(log.lines(), ElementsAre("x", "123456789"));
}

TEST(MessageLogTest, LineLargerThanTheLogLeavesItEmptyAndUsable) {
  MessageLog log({100, 10});
  log.append("a");
  log.append("12345678901");
  EXPECT_THAT(log.lines(), IsEmpty());
  log.append("1234567890");
  EXPECT_THAT(log.lines(), ElementsAre("1234567890"));
}

TEST(MessageLogTest, TenThousandLinesAreKeptByDefault) {
  MessageLog log;
  for (int i = 0; i < 10'001; ++i) log.append(std::to_string(i));
  EXPECT_THAT(log.lines(), SizeIs(10'000));
  EXPECT_EQ(log.lines().front(), "1");
  EXPECT_EQ(log.lines().back(), "10000");
}

}  // namespace
}  // namespace buzzer::room
