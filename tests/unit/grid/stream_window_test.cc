#include "node/grid/stream_window.h"

#include <gtest/gtest.h>

namespace buzzer::grid {
namespace {

TEST(StreamWindowTest, WhatIsSentTakesRoomUntilItIsAcknowledged) {
  StreamWindow window;
  window.open(7, 11, 100);
  EXPECT_TRUE(window.has_room_for(1000)) << "alone";
  window.sent(7, 3, 60);
  EXPECT_EQ(window.next(), 14U);
  EXPECT_TRUE(window.has_room_for(40));
  EXPECT_FALSE(window.has_room_for(41));
  window.sent(7, 1, 40);
  EXPECT_EQ(window.acknowledged(12, 100), 0U) << "a part of what was sent together";
  EXPECT_EQ(window.acknowledged(13, 100), 60U);
  EXPECT_EQ(window.under_way(), 40U);
  EXPECT_EQ(window.acknowledged(14, 30), 40U);
  EXPECT_EQ(window.acknowledged(14, 30), 0U);
  window.sent(7, 1, 1);
  EXPECT_FALSE(window.has_room_for(30)) << "the credit is another now";
}

TEST(StreamWindowTest, OpeningItForgetsWhatWasUnderWay) {
  StreamWindow window;
  window.open(7, 11, 100);
  window.sent(7, 3, 60);
  window.open(0, 1, 50);
  EXPECT_EQ(window.under_way(), 0U);
  EXPECT_EQ(window.acknowledged(13, 50), 0U);
  window.sent(8, 2, 10);
  EXPECT_EQ(window.generation(), 8U) << "that of its first rows";
  EXPECT_EQ(window.next(), 3U);
}

}  // namespace
}  // namespace buzzer::grid
