// Each rule of RFC 6455 for who reads frames.
#include "client/frame_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/reading.h"

namespace buzzer::client {
namespace {

using close_code::kInvalidText;
using close_code::kProtocolError;
using close_code::kTooBig;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kHuge = 0x7fffffffffffffff;

auto failure(std::uint16_t code, const std::string& part) {
  return AllOf(Field(&Seen::kind, Event::Kind::kFailure), Field(&Seen::code, code),
               Field(&Seen::payload, HasSubstr(part)));
}

std::string header_to(Role reader, Opcode opcode, std::uint64_t size, bool final = true) {
  FrameHeader header{final, opcode, size, {}};
  if (reader == Role::kServer) header.mask = kTestKey;
  const EncodedHeader encoded = encode_header(header);
  return std::string(tests::to_text(encoded.span()));
}

// The rules that are the same at both ends.
class FrameReaderTest : public testing::TestWithParam<Role> {
 protected:
  [[nodiscard]] static std::string frame(Opcode opcode, std::string_view payload, bool final = true) {
    return frame_to(GetParam(), opcode, payload, final);
  }
  [[nodiscard]] static std::vector<Seen> read(std::string_view bytes, ReaderLimits limits = {}) {
    return read_all(GetParam(), bytes, limits);
  }
  // Of a frame whose first byte has these bits besides the opcode's.
  [[nodiscard]] static std::string with_bits(int bits, std::string frame) {
    frame[0] = static_cast<char>(frame[0] | bits);
    return frame;
  }
};

INSTANTIATE_TEST_SUITE_P(Ends, FrameReaderTest, testing::Values(Role::kServer, Role::kClient), name_of_role);

TEST_P(FrameReaderTest, MessagesAndControlFramesComeOut) {
  EXPECT_THAT(read(frame(Opcode::kText, "Hello") + frame(Opcode::kBinary, "\xff") + frame(Opcode::kPing, "p") +
                   frame(Opcode::kPong, "q") + frame(Opcode::kText, "") + frame(Opcode::kBinary, "")),
              ElementsAre(text("Hello"), binary("\xff"), ping("p"), pong("q"), text(""), binary("")));
}

TEST_P(FrameReaderTest, FragmentsMakeOneMessage) {
  EXPECT_THAT(read(frame(Opcode::kText, "Hel", false) + frame(Opcode::kContinuation, "", false) +
                   frame(Opcode::kContinuation, "lo") + frame(Opcode::kBinary, "\xff", false) +
                   frame(Opcode::kContinuation, "\xfe") + frame(Opcode::kText, "next")),
              ElementsAre(text("Hello"), binary("\xff\xfe"), text("next")));
}

TEST_P(FrameReaderTest, ControlFramesStandBetweenFragments) {
  EXPECT_THAT(read(frame(Opcode::kText, "Hel", false) + frame(Opcode::kPing, "1") + frame(Opcode::kPong, "2") +
                   frame(Opcode::kContinuation, "lo")),
              ElementsAre(ping("1"), pong("2"), text("Hello")));
  EXPECT_THAT(read(frame(Opcode::kText, "Hel", false) + frame(Opcode::kClose, "")),
              ElementsAre(closed(close_code::kNoCode)));
}

TEST_P(FrameReaderTest, ControlFramesHoldUpTo125Bytes) {
  const std::string most(125, 'x');
  EXPECT_THAT(read(frame(Opcode::kPing, most) + frame(Opcode::kPong, most)), ElementsAre(ping(most), pong(most)));
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    for (const std::size_t size : {126UL, 65536UL}) {
      EXPECT_THAT(read(header_to(GetParam(), opcode, size)), ElementsAre(failure(kProtocolError, "125")));
    }
  }
}

TEST_P(FrameReaderTest, ControlFramesAreNotLimitedByTheMessages) {
  EXPECT_THAT(read(frame(Opcode::kPing, "longer than four"), {4, 4}), ElementsAre(ping("longer than four")));
}

TEST_P(FrameReaderTest, ControlFramesAreNotFragmented) {
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    EXPECT_THAT(read(frame(opcode, "", false)), ElementsAre(failure(kProtocolError, "fragments")));
  }
}

TEST_P(FrameReaderTest, ReservedBitsAreRefused) {
  for (const int bit : {0x10, 0x20, 0x40}) {
    for (const Opcode opcode : {Opcode::kText, Opcode::kPing}) {
      EXPECT_THAT(read(with_bits(bit, frame(opcode, "x"))), ElementsAre(failure(kProtocolError, "reserved bits")));
    }
    EXPECT_THAT(read(frame(Opcode::kText, "a", false) + with_bits(bit, frame(Opcode::kContinuation, "b"))),
                ElementsAre(failure(kProtocolError, "reserved bits")));
  }
}

TEST_P(FrameReaderTest, UnknownOpcodesAreRefused) {
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    EXPECT_THAT(read(frame(static_cast<Opcode>(opcode), "")),
                ElementsAre(failure(kProtocolError, "opcode " + std::to_string(opcode) + ", which is none")));
  }
}

TEST_P(FrameReaderTest, ContinuationNeedsAMessageAndAMessageItsContinuations) {
  EXPECT_THAT(read(frame(Opcode::kContinuation, "x")), ElementsAre(failure(kProtocolError, "no message to continue")));
  EXPECT_THAT(read(frame(Opcode::kText, "a") + frame(Opcode::kContinuation, "b")),
              ElementsAre(text("a"), failure(kProtocolError, "no message to continue")));
  EXPECT_THAT(read(frame(Opcode::kText, "a", false) + frame(Opcode::kContinuation, "b") +
                   frame(Opcode::kContinuation, "c", false)),
              ElementsAre(text("ab"), failure(kProtocolError, "no message to continue")));
  for (const Opcode opcode : {Opcode::kText, Opcode::kBinary}) {
    EXPECT_THAT(read(frame(Opcode::kText, "a", false) + frame(opcode, "b")),
                ElementsAre(failure(kProtocolError, "continuation must follow")));
  }
}

TEST_P(FrameReaderTest, LengthsMustBeAsShortAsTheyCanBe) {
  const auto with_length = [](std::initializer_list<int> length) {
    std::string bytes = "\x82";
    for (const int byte : length) bytes += static_cast<char>(byte);
    if (GetParam() == Role::kClient) return bytes;
    bytes[1] = static_cast<char>(bytes[1] | 0x80);
    return bytes + "mask";
  };
  for (const auto& length :
       {with_length({126, 0, 125}), with_length({126, 0, 0}), with_length({127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}),
        with_length({127, 0, 0, 0, 0, 0, 0, 0, 1})}) {
    EXPECT_THAT(read(length, {kHuge, kHuge}), ElementsAre(failure(kProtocolError, "than it needs")));
  }
  for (const auto& length : {with_length({126, 0, 126}), with_length({127, 0, 0, 0, 0, 0, 1, 0, 0})}) {
    EXPECT_THAT(read(length, {kHuge, kHuge}), IsEmpty());
  }
  EXPECT_THAT(read(with_length({127, 0x80, 0, 0, 0, 0, 0, 0, 0}), {kHuge, kHuge}),
              ElementsAre(failure(kProtocolError, "first of its 64 bits")));
}

TEST_P(FrameReaderTest, FrameAtTheLimitPassesAndALargerOneFailsAtItsHeader) {
  const std::string most(10, 'x');
  EXPECT_THAT(read(frame(Opcode::kText, most), {10, 100}), ElementsAre(text(most)));
  EXPECT_THAT(read(header_to(GetParam(), Opcode::kText, 11), {10, 100}),
              ElementsAre(AllOf(failure(kTooBig, "11 bytes"), failure(kTooBig, "limit is 10"))));
  EXPECT_THAT(read(header_to(GetParam(), Opcode::kBinary, kHuge), {10, 100}),
              ElementsAre(failure(kTooBig, std::to_string(kHuge))));
}

TEST_P(FrameReaderTest, MessageAtTheLimitPassesAndALargerOneFailsAtTheHeaderThatMakesItSo) {
  const std::string begin = frame(Opcode::kText, "123456", false) + frame(Opcode::kPing, std::string(50, 'p'));
  EXPECT_THAT(read(begin + frame(Opcode::kContinuation, "7890"), {8, 10}), ElementsAre(testing::_, text("1234567890")));
  EXPECT_THAT(read(begin + header_to(GetParam(), Opcode::kContinuation, 5), {8, 10}),
              ElementsAre(testing::_, AllOf(failure(kTooBig, "11 bytes"), failure(kTooBig, "limit is 10"))));
  EXPECT_THAT(read(header_to(GetParam(), Opcode::kText, 11), {100, 10}), ElementsAre(failure(kTooBig, "limit is 10")));
}

TEST_P(FrameReaderTest, LimitIsForEachMessage) {
  const std::string half = frame(Opcode::kText, "12345", false) + frame(Opcode::kContinuation, "67890");
  EXPECT_THAT(read(half + half + half, {10, 10}), SizeIs(3));
}

TEST_P(FrameReaderTest, LimitIs64KiBUnlessSetOtherwise) {
  EXPECT_THAT(read(frame(Opcode::kBinary, std::string(65536, 'x'))), ElementsAre(binary(std::string(65536, 'x'))));
  EXPECT_THAT(read(header_to(GetParam(), Opcode::kBinary, 65537)), ElementsAre(failure(kTooBig, "65536")));
}

TEST_P(FrameReaderTest, CloseTellsCodeAndReason) {
  EXPECT_THAT(read(frame(Opcode::kClose, "")), ElementsAre(closed(close_code::kNoCode)));
  EXPECT_THAT(read(frame(Opcode::kClose, close_payload(1000, ""))), ElementsAre(closed(1000)));
  const std::string reason = "caf\xc3\xa9 closes";
  EXPECT_THAT(read(frame(Opcode::kClose, close_payload(4001, reason))), ElementsAre(closed(4001, reason)));
}

TEST_P(FrameReaderTest, CloseWithHalfACodeIsRefused) {
  EXPECT_THAT(read(frame(Opcode::kClose, "\x03")), ElementsAre(failure(kProtocolError, "half a code")));
}

TEST_P(FrameReaderTest, CloseWithACodeThatMayNotBeSentIsRefused) {
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    const std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    EXPECT_THAT(read(frame(Opcode::kClose, payload)), ElementsAre(failure(kProtocolError, std::to_string(code))));
  }
}

TEST_P(FrameReaderTest, CloseWhoseReasonIsNotUtf8IsRefused) {
  for (const std::string reason : {"\xff", "cut \xe2\x82"}) {
    EXPECT_THAT(read(frame(Opcode::kClose, close_payload(1000, "") + reason)),
                ElementsAre(failure(kInvalidText, "reason")));
  }
}

TEST_P(FrameReaderTest, NothingComesAfterAClose) {
  FrameReader reader(GetParam());
  EXPECT_THAT(read_all(reader, frame(Opcode::kClose, "") + frame(Opcode::kText, "late") + "\xff\xff"), SizeIs(1));
  const std::string later = frame(Opcode::kText, "later");
  std::span<const std::uint8_t> input = tests::to_bytes(later);
  EXPECT_FALSE(reader.next(input));
  EXPECT_TRUE(input.empty()) << "it is taken";
}

TEST_P(FrameReaderTest, NothingComesAfterAFailure) {
  FrameReader reader(GetParam());
  EXPECT_THAT(read_all(reader, frame(Opcode::kContinuation, "") + frame(Opcode::kText, "late")), SizeIs(1));
  EXPECT_THAT(read_all(reader, frame(Opcode::kText, "later")), IsEmpty());
  EXPECT_EQ(reader.held_bytes(), 0U);
}

TEST_P(FrameReaderTest, TextMustBeUtf8AndBinaryNeedNot) {
  const std::string wrong = "good \xff";
  EXPECT_THAT(read(frame(Opcode::kText, wrong)), ElementsAre(failure(kInvalidText, "UTF-8")));
  EXPECT_THAT(read(frame(Opcode::kBinary, wrong)), ElementsAre(binary(wrong)));
  EXPECT_THAT(read(frame(Opcode::kText, "go", false) + frame(Opcode::kContinuation, "\xff")),
              ElementsAre(failure(kInvalidText, "UTF-8")));
  EXPECT_THAT(read(frame(Opcode::kBinary, "go", false) + frame(Opcode::kContinuation, "\xff")),
              ElementsAre(binary("go\xff")));
}

TEST_P(FrameReaderTest, CharactersMayBeCutByFramesButNotByTheEnd) {
  EXPECT_THAT(read(frame(Opcode::kText, "\xe2", false) + frame(Opcode::kContinuation, "\x82", false) +
                   frame(Opcode::kContinuation, "\xac")),
              ElementsAre(text("\xe2\x82\xac")));
  EXPECT_THAT(read(frame(Opcode::kText, "\xe2\x82")), ElementsAre(failure(kInvalidText, "within a character")));
  EXPECT_THAT(read(frame(Opcode::kText, "\xe2", false) + frame(Opcode::kContinuation, "\x82")),
              ElementsAre(failure(kInvalidText, "within a character")));
}

TEST_P(FrameReaderTest, EachMessageIsJudgedAfresh) {
  EXPECT_THAT(
      read(frame(Opcode::kBinary, "\xe2", false) + frame(Opcode::kContinuation, "\x82") + frame(Opcode::kText, "a") +
           frame(Opcode::kText, "\xc3\xa9", false) + frame(Opcode::kContinuation, "") +
           frame(Opcode::kText, "b", false) + frame(Opcode::kContinuation, "c")),
      ElementsAre(binary("\xe2\x82"), text("a"), text("\xc3\xa9"), text("bc")));
}

TEST_P(FrameReaderTest, WrongByteOfTextFailsBeforeTheFrameIsComplete) {
  FrameReader reader(GetParam());
  const std::string payload = "good \xff and much that does not come any more";
  const std::string whole = frame(Opcode::kText, payload);
  const std::size_t header = whole.size() - payload.size();
  EXPECT_THAT(read_all(reader, whole.substr(0, header + 5)), IsEmpty());
  EXPECT_THAT(read_all(reader, whole.substr(header + 5, 1)), ElementsAre(failure(kInvalidText, "UTF-8")));
}

TEST_P(FrameReaderTest, WrongStartFailsBeforeTheHeaderIsComplete) {
  const std::string whole = with_bits(0x40, frame(Opcode::kText, std::string(70'000, 'x')));
  EXPECT_THAT(read(whole.substr(0, 2)), ElementsAre(failure(kProtocolError, "reserved bits")));
}

TEST_P(FrameReaderTest, EventsLeaveTheRestOfTheInputToTheCaller) {
  FrameReader reader(GetParam());
  const std::string both = frame(Opcode::kText, "one") + frame(Opcode::kText, "two");
  std::span<const std::uint8_t> input = tests::to_bytes(both);
  const auto first = reader.next(input);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload, "one");
  EXPECT_EQ(tests::to_text(input), frame(Opcode::kText, "two"));
}

TEST_P(FrameReaderTest, WholeMessageIsNotGathered) {
  FrameReader reader(GetParam());
  const std::string bytes = frame(Opcode::kText, std::string(60'000, 'x'));
  std::span<const std::uint8_t> input = tests::to_bytes(bytes);
  const auto event = reader.next(input);
  ASSERT_TRUE(event);
  EXPECT_EQ(reader.held_bytes(), 0U);
  const bool lies_in_input =
      event->payload.data() >= bytes.data() && event->payload.data() < bytes.data() + bytes.size();
  EXPECT_EQ(lies_in_input, GetParam() == Role::kClient);
}

TEST_P(FrameReaderTest, MessageLargerThanTheSharedBufferIsGathered) {
  const std::string large(200'000, 'x');
  EXPECT_THAT(read(frame(Opcode::kText, large), {1UL << 20, 1UL << 20}), ElementsAre(text(large)));
}

TEST_P(FrameReaderTest, HeaderMakesNothingBeHeldBeforeThePayloadComes) {
  FrameReader reader(GetParam(), {1UL << 30, 1UL << 30});
  EXPECT_THAT(read_all(reader, header_to(GetParam(), Opcode::kBinary, 1UL << 30)), IsEmpty());
  EXPECT_EQ(reader.held_bytes(), 0U);
  EXPECT_THAT(read_all(reader, std::string(100, 'x')), IsEmpty());
  EXPECT_LE(reader.held_bytes(), 200U);
}

TEST_P(FrameReaderTest, GatheredMessageNeverTakesMoreThanTheLimit) {
  for (const bool fragmented : {false, true}) {
    FrameReader reader(GetParam(), {1000, 1000});
    std::string bytes = frame(Opcode::kBinary, std::string(1000, 'x'));
    if (fragmented) {
      bytes = frame(Opcode::kBinary, "x", false);
      for (int i = 0; i < 999; ++i) bytes += frame(Opcode::kContinuation, "x", i == 998);
    }
    std::vector<Seen> seen;
    for (const char byte : bytes) {
      for (auto& event : read_all(reader, {&byte, 1})) seen.push_back(std::move(event));
      ASSERT_LE(reader.held_bytes(), 1000U);
    }
    EXPECT_THAT(seen, ElementsAre(binary(std::string(1000, 'x'))));
  }
}

TEST_P(FrameReaderTest, NothingIsHeldBetweenMessages) {
  FrameReader reader(GetParam());
  const std::string bytes = frame(Opcode::kText, std::string(100, 'x'));
  EXPECT_THAT(read_all(reader, bytes.substr(0, 50)), IsEmpty());
  EXPECT_GT(reader.held_bytes(), 0U);
  EXPECT_THAT(read_all(reader, bytes.substr(50)), SizeIs(1));
  EXPECT_EQ(reader.held_bytes(), 0U);
}

// A session without traffic is counted in bytes.
TEST(FrameReaderSizeTest, ReaderItselfIsSmall) { EXPECT_LE(sizeof(FrameReader), 256U); }

TEST(FrameReaderMaskTest, ServerDemandsMasksAndClientRefusesThem) {
  const std::string masked = frame_to(Role::kServer, Opcode::kText, "x");
  const std::string bare = frame_to(Role::kClient, Opcode::kText, "x");
  EXPECT_THAT(read_all(Role::kServer, masked), ElementsAre(text("x")));
  EXPECT_THAT(read_all(Role::kClient, bare), ElementsAre(text("x")));
  EXPECT_THAT(read_all(Role::kServer, bare), ElementsAre(failure(kProtocolError, "without a mask")));
  EXPECT_THAT(read_all(Role::kClient, masked), ElementsAre(failure(kProtocolError, "with a mask")));
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    EXPECT_THAT(read_all(Role::kServer, frame_to(Role::kClient, opcode, "")),
                ElementsAre(failure(kProtocolError, "without a mask")));
  }
}

// RFC 6455, 5.7, read.
TEST(FrameReaderMaskTest, ExamplesOfTheRfcAreRead) {
  using std::string_literals::operator""s;
  EXPECT_THAT(read_all(Role::kClient, "\x81\x05\x48\x65\x6c\x6c\x6f"), ElementsAre(text("Hello")));
  EXPECT_THAT(read_all(Role::kServer, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ElementsAre(text("Hello")));
  EXPECT_THAT(read_all(Role::kClient, "\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f"), ElementsAre(text("Hello")));
  EXPECT_THAT(read_all(Role::kClient, "\x89\x05\x48\x65\x6c\x6c\x6f"), ElementsAre(ping("Hello")));
  EXPECT_THAT(read_all(Role::kServer, "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ElementsAre(pong("Hello")));
  EXPECT_THAT(read_all(Role::kClient, "\x82\x7e\x01\x00"s + std::string(256, 'x')),
              ElementsAre(binary(std::string(256, 'x'))));
  EXPECT_THAT(read_all(Role::kClient, "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65536, 'x')),
              ElementsAre(binary(std::string(65536, 'x'))));
}

TEST(FrameReaderMaskTest, EachFrameHasAMaskOfItsOwn) {
  std::string bytes;
  append_frame({false, Opcode::kText, 0, MaskKey{1, 2, 3, 4}}, "Hello ", bytes);
  append_frame({true, Opcode::kContinuation, 0, MaskKey{5, 6, 7, 8}}, "there, and on", bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameReader reader(Role::kServer);
    EXPECT_THAT(read_all(reader, bytes.substr(0, cut)).size() + read_all(reader, bytes.substr(cut)).size(), 1U);
  }
  EXPECT_THAT(read_all(Role::kServer, bytes), ElementsAre(text("Hello there, and on")));
}

}  // namespace
}  // namespace buzzer::client
