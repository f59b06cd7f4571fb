#include "linkmgr/frame_codec.h"

#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/link.pb.h"
#include "tests/support/bytes.h"

namespace buzzer::linkmgr {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::to_bytes;

using Payloads = std::vector<std::string>;

std::string stream_of(const Payloads& payloads) {
  std::string stream;
  for (const auto& payload : payloads) append_frame(payload, stream);
  return stream;
}

std::string header(std::size_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift);
  return bytes;
}

// Hands a stream over in pieces and keeps what comes out.
class FrameCodecTest : public testing::Test {
 protected:
  [[nodiscard]] bool feed(std::string_view piece) {
    const auto read = reader_.read(to_bytes(piece), [this](std::string_view payload) {
      payloads_.emplace_back(payload);
      return payloads_.size() != stop_after_;
    });
    if (!read) error_ = read.error().message;
    return read.has_value();
  }

  FrameReader reader_{100};
  Payloads payloads_;
  std::size_t stop_after_ = 0;  // 0: never
  std::string error_;
};

TEST_F(FrameCodecTest, LengthIsFourBytesBigEndian) {
  std::string out = "before";
  append_frame(std::string(0x0102, 'x'), out);
  EXPECT_EQ(out, std::string("before\0\0\x01\x02", 10) + std::string(0x0102, 'x'));
}

TEST_F(FrameCodecTest, ExampleOfTheHeaderIsTrue) {
  proto::LinkFrame frame;
  frame.mutable_room_mark()->set_number(7);
  EXPECT_EQ(stream_of({frame.SerializeAsString()}), std::string("\0\0\0\x04\x4a\x02\x08\x07", 8));
}

TEST_F(FrameCodecTest, SplitAtAnyTwoPlacesTheFramesAreTheSame) {
  const Payloads sent{"one", std::string(1, '\0'), "a third, longer payload", "\xff\xff\xff\xff", "end"};
  const std::string stream = stream_of(sent);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      reader_ = FrameReader(100);
      payloads_.clear();
      const std::string_view all = stream;
      ASSERT_TRUE(feed(all.substr(0, first)));
      ASSERT_TRUE(feed(all.substr(first, second - first)));
      ASSERT_TRUE(feed(all.substr(second)));
      ASSERT_EQ(payloads_, sent) << "split at " << first << " and " << second;
    }
  }
}

TEST_F(FrameCodecTest, ByteByByteTheFramesAreTheSame) {
  const Payloads sent{"one", "two", std::string(100, 'x')};
  for (const char byte : stream_of(sent)) ASSERT_TRUE(feed({&byte, 1}));
  EXPECT_EQ(payloads_, sent);
}

TEST_F(FrameCodecTest, RandomFramesInRandomPiecesComeOutAsTheyWentIn) {
  std::mt19937 random(1);
  const auto draw = [&](std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
  };
  for (int round = 0; round < 500; ++round) {
    Payloads sent(draw(0, 20));
    for (auto& payload : sent) {
      for (std::size_t size = draw(1, draw(0, 9) == 0 ? 100 : 8); size > 0; --size) {
        payload += static_cast<char>(draw(0, 255));
      }
    }
    const std::string stream = stream_of(sent);
    reader_ = FrameReader(100);
    payloads_.clear();
    for (std::string_view rest = stream; !rest.empty();) {
      const std::size_t size = std::min(draw(0, 30), rest.size());
      ASSERT_TRUE(feed(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    ASSERT_EQ(payloads_, sent) << "round " << round;
  }
}

TEST_F(FrameCodecTest, IncompleteFrameIsNotHandedOver) {
  const std::string stream = stream_of({"payload"});
  ASSERT_TRUE(feed(stream.substr(0, stream.size() - 1)));
  EXPECT_THAT(payloads_, ElementsAre());
  ASSERT_TRUE(feed(stream.substr(stream.size() - 1)));
  EXPECT_THAT(payloads_, ElementsAre("payload"));
}

TEST_F(FrameCodecTest, PayloadAtTheLimitPasses) {
  ASSERT_TRUE(feed(stream_of({std::string(100, 'x')})));
  EXPECT_THAT(payloads_, ElementsAre(std::string(100, 'x')));
}

TEST_F(FrameCodecTest, LengthPastTheLimitIsAnErrorBeforeThePayloadComes) {
  EXPECT_FALSE(feed(header(101)));
  EXPECT_THAT(error_, AllOf(HasSubstr("101"), HasSubstr("100")));
}

TEST_F(FrameCodecTest, BadLengthIsAnErrorHoweverTheHeaderIsCut) {
  for (const std::size_t length : {0UL, 101UL, 0x01000000UL, 0xffffffffUL}) {
    for (std::size_t cut = 0; cut <= kFrameHeaderBytes; ++cut) {
      reader_ = FrameReader(100);
      error_.clear();
      const std::string bytes = header(length);
      const bool first = feed(bytes.substr(0, cut));
      EXPECT_FALSE(first && feed(bytes.substr(cut))) << length << " cut at " << cut;
      EXPECT_THAT(error_, HasSubstr(std::to_string(length)));
    }
  }
}

TEST_F(FrameCodecTest, FramesBeforeABadOneAreStillHandedOver) {
  EXPECT_FALSE(feed(stream_of({"good"}) + header(0) + stream_of({"lost"})));
  EXPECT_THAT(payloads_, ElementsAre("good"));
}

TEST_F(FrameCodecTest, WhatFollowsAStopIsNotLookedAt) {
  stop_after_ = 1;
  EXPECT_TRUE(feed(stream_of({"first", "second"}) + header(0)));
  EXPECT_THAT(payloads_, ElementsAre("first"));
}

TEST_F(FrameCodecTest, LimitRaisedByOneFrameHoldsForTheNext) {
  const std::string stream = stream_of({"proof", std::string(200, 'x')});
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    FrameReader reader(100);
    Payloads payloads;
    const auto take = [&](std::string_view payload) {
      payloads.emplace_back(payload);
      reader.set_limit(200);
      return true;
    };
    ASSERT_TRUE(reader.read(to_bytes(stream.substr(0, cut)), take)) << "cut at " << cut;
    ASSERT_TRUE(reader.read(to_bytes(stream.substr(cut)), take)) << "cut at " << cut;
    ASSERT_THAT(payloads, ElementsAre("proof", std::string(200, 'x'))) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace buzzer::linkmgr
