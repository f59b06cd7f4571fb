#include "node/store/unsynced_bytes.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::store {
namespace {

using testing::IsEmpty;

// What a file of "----" holds after a crash.
std::string after_crash(const UnsyncedBytes& bytes, Survival survival, base::Random& random) {
  std::string content = "----";
  for (const Piece& piece : bytes.survivors(survival, random)) {
    if (content.size() < piece.offset + piece.bytes.size()) content.resize(piece.offset + piece.bytes.size(), '0');
    content.replace(piece.offset, piece.bytes.size(), piece.bytes);
  }
  return content;
}

UnsyncedBytes two_records() {
  UnsyncedBytes bytes(4);
  bytes.append(std::string(100, 'a'));
  bytes.append(std::string(100, 'b'));
  return bytes;
}

TEST(UnsyncedBytesTest, AllOrNoneSurvive) {
  base::SeededRandom random(1);
  const UnsyncedBytes bytes = two_records();
  EXPECT_EQ(bytes.size(), 204U);
  EXPECT_EQ(after_crash(bytes, Survival::kAll, random), "----" + std::string(100, 'a') + std::string(100, 'b'));
  EXPECT_EQ(after_crash(bytes, Survival::kNone, random), "----");
}

TEST(UnsyncedBytesTest, TornOnesSurviveUpToSomePlace) {
  base::SeededRandom random(1);
  const std::string whole = "----" + std::string(100, 'a') + std::string(100, 'b');
  std::set<std::size_t> sizes;
  for (int i = 0; i < 50; ++i) {
    const std::string content = after_crash(two_records(), Survival::kTorn, random);
    EXPECT_EQ(content, whole.substr(0, content.size()));
    sizes.insert(content.size());
  }
  EXPECT_GT(sizes.size(), 20U);
}

TEST(UnsyncedBytesTest, ReorderedOnesSurviveInPiecesWithHolesBetween) {
  base::SeededRandom random(1);
  bool later_without_earlier = false;
  for (int i = 0; i < 50; ++i) {
    const std::string content = after_crash(two_records(), Survival::kReordered, random);
    later_without_earlier |= content.find('b') != std::string::npos && content.find('a') == std::string::npos;
  }
  EXPECT_TRUE(later_without_earlier);
}

TEST(UnsyncedBytesTest, WhatIsSyncedIsNoLongerAtRisk) {
  UnsyncedBytes bytes = two_records();
  bytes.synced();
  EXPECT_THAT(bytes.pieces(), IsEmpty());
  bytes.append("c");
  EXPECT_EQ(bytes.pieces().front().offset, 204U);
}

TEST(UnsyncedBytesTest, EightBytesAreOverwrittenWholeOrNotAtAll) {
  base::SeededRandom random(1);
  UnsyncedBytes bytes(8);
  bytes.overwrite(0, "abcdefgh");
  for (const Survival survival : kSurvivals) {
    for (int i = 0; i < 20; ++i) {
      for (const Piece& piece : bytes.survivors(survival, random)) EXPECT_EQ(piece.bytes, "abcdefgh");
    }
  }
}

}  // namespace
}  // namespace buzzer::store
