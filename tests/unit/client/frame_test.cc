#include "client/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/utf8_stream.h"
#include "tests/support/bytes.h"

namespace buzzer::client {
namespace {

using tests::to_bytes;

// The key of RFC 6455's examples.
constexpr MaskKey kExampleKey{0x37, 0xfa, 0x21, 0x3d};

std::string frame(FrameHeader header, std::string_view payload) {
  std::string out;
  append_frame(header, payload, out);
  return out;
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

// RFC 6455, 5.7.
TEST(FrameTest, ExamplesOfTheRfcAreTrue) {
  EXPECT_EQ(frame({true, Opcode::kText, 0, {}}, "Hello"), bytes({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}));
  EXPECT_EQ(frame({true, Opcode::kText, 0, kExampleKey}, "Hello"),
            bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(frame({false, Opcode::kText, 0, {}}, "Hel") + frame({true, Opcode::kContinuation, 0, {}}, "lo"),
            bytes({0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f}));
  EXPECT_EQ(frame({true, Opcode::kPing, 0, {}}, "Hello"), bytes({0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}));
  EXPECT_EQ(frame({true, Opcode::kPong, 0, kExampleKey}, "Hello"),
            bytes({0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(frame({true, Opcode::kBinary, 0, {}}, std::string(256, 'x')).substr(0, 4), bytes({0x82, 0x7e, 0x01, 0x00}));
  EXPECT_EQ(frame({true, Opcode::kBinary, 0, {}}, std::string(65536, 'x')).substr(0, 10),
            bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(FrameTest, FrameIsAppended) {
  std::string out = "before";
  append_frame({true, Opcode::kText, 0, kExampleKey}, "Hello", out);
  EXPECT_EQ(out, "before" + frame({true, Opcode::kText, 0, kExampleKey}, "Hello"));
}

TEST(FrameTest, LengthsAreWrittenAsShortAsTheyCanBeAndReadBack) {
  const struct {
    std::uint64_t length;
    std::size_t size;
  } cases[] = {{0, 2}, {125, 2}, {126, 4}, {127, 4}, {65535, 4}, {65536, 10}, {0x7fffffffffffffff, 10}};
  for (const auto& [length, size] : cases) {
    for (const bool masked : {false, true}) {
      FrameHeader header;
      header.opcode = Opcode::kBinary;
      header.final = masked;
      header.payload_size = length;
      if (masked) header.mask = kExampleKey;
      const EncodedHeader encoded = encode_header(header);
      ASSERT_EQ(encoded.size, size + (masked ? 4 : 0)) << length;
      EXPECT_EQ(header_size(encoded.bytes[1]), encoded.size);
      const FrameHeader decoded = decode_header(encoded.span());
      EXPECT_EQ(decoded.payload_size, length);
      EXPECT_EQ(decoded.opcode, Opcode::kBinary);
      EXPECT_EQ(decoded.final, masked);
      EXPECT_EQ(decoded.mask, header.mask);
    }
  }
}

TEST(FrameTest, MaskIsTheSameWhereverThePayloadIsCut) {
  std::string payload;
  for (int i = 0; i < 40; ++i) payload += static_cast<char>(7 * i);
  std::string expected;
  for (std::size_t i = 0; i < payload.size(); ++i) expected += static_cast<char>(payload[i] ^ kExampleKey[i % 4]);
  for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
    std::string masked(payload.size(), '\0');
    auto* const to = reinterpret_cast<std::uint8_t*>(masked.data());
    apply_mask(kExampleKey, 0, to_bytes(payload).first(cut), to);
    apply_mask(kExampleKey, cut, to_bytes(payload).subspan(cut), to + cut);
    ASSERT_EQ(masked, expected) << cut;
    apply_mask(kExampleKey, 0, to_bytes(masked), to);
    ASSERT_EQ(masked, payload) << "in place";
  }
}

TEST(FrameTest, CodesThatMayBeSentAreThoseOfTheRegistryAndOfApplications) {
  for (std::uint32_t code = 0; code <= 0xffff; ++code) {
    const bool defined = (code >= 1000 && code <= 1014) && code != 1004 && code != 1005 && code != 1006;
    ASSERT_EQ(may_be_sent(static_cast<std::uint16_t>(code)), defined || (code >= 3000 && code <= 4999)) << code;
  }
}

TEST(FrameTest, ClosePayloadIsTheCodeAndTheReason) {
  EXPECT_EQ(close_payload(1000, "bye"), bytes({0x03, 0xe8}) + "bye");
  EXPECT_EQ(close_payload(4001, ""), bytes({0x0f, 0xa1}));
}

TEST(FrameTest, LongReasonIsCutAfterAWholeCharacter) {
  EXPECT_EQ(close_payload(1000, std::string(123, 'x')).size(), 125U);
  EXPECT_EQ(close_payload(1000, std::string(124, 'x')).size(), 125U);
  for (std::size_t before = 115; before <= 123; ++before) {
    const std::string payload = close_payload(1000, std::string(before, 'x') + "\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
    const std::size_t smileys = before <= 115 ? 2 : before <= 119 ? 1 : 0;
    EXPECT_EQ(payload.size(), 2 + before + 4 * smileys) << before;
    EXPECT_TRUE(is_utf8(to_bytes(payload).subspan(2))) << before;
  }
}

}  // namespace
}  // namespace buzzer::client
