// That it does not matter in which pieces the bytes come.
#include <rapidcheck.h>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/frame_reader.h"
#include "tests/unit/client/reading.h"

namespace buzzer::client {
namespace {

constexpr std::size_t kLimit = 300;

std::vector<Seen> read_in_pieces(FrameReader& reader, const std::vector<std::string_view>& pieces) {
  std::vector<Seen> seen;
  for (const auto piece : pieces) {
    // A copy of its own, so that a sanitizer sees who reads past its end.
    const std::string copy(piece);
    for (auto& event : read_all(reader, copy)) seen.push_back(std::move(event));
  }
  return seen;
}

std::vector<std::string> conversations(Role role) {
  const auto frame = [role](Opcode opcode, std::string_view payload, bool final = true) {
    return frame_to(role, opcode, payload, final);
  };
  const std::string euro = "\xe2\x82\xac";
  return {
      frame(Opcode::kText, "one") + frame(Opcode::kText, "") + frame(Opcode::kBinary, std::string("\xff\0", 2)) +
          frame(Opcode::kClose, close_payload(1000, "bye " + euro)) + frame(Opcode::kText, "late"),
      frame(Opcode::kText, euro.substr(0, 1), false) + frame(Opcode::kPing, "ping") +
          frame(Opcode::kContinuation, euro.substr(1, 1), false) + frame(Opcode::kPong, "") +
          frame(Opcode::kContinuation, euro.substr(2)) + frame(Opcode::kClose, ""),
      frame(Opcode::kText, std::string(126, 'x')) + frame(Opcode::kPing, std::string(125, 'y')),
      frame(Opcode::kText, "good") + frame(Opcode::kText, "wrong \xed\xa0\x80 text"),
      frame(Opcode::kText, "cut \xf0\x9f", false) + frame(Opcode::kContinuation, "\x98"),
      frame(Opcode::kText, "good") + frame(Opcode::kBinary, std::string(kLimit + 1, 'x')),
      frame(Opcode::kText, std::string(200, 'x'), false) + frame(Opcode::kContinuation, std::string(101, 'x')),
      frame(Opcode::kPing, "p") + frame(Opcode::kPing, std::string(126, 'x')),
      frame(Opcode::kText, "a", false) + frame(Opcode::kText, "b"),
      frame(Opcode::kContinuation, "a"),
      frame(Opcode::kClose, "\x03"),
      frame(Opcode::kClose, close_payload(1000, "") + "\xff"),
      frame(static_cast<Opcode>(11), "x"),
      frame_to(role == Role::kServer ? Role::kClient : Role::kServer, Opcode::kText, "x"),
  };
}

class FrameReaderCutsTest : public testing::TestWithParam<Role> {};

INSTANTIATE_TEST_SUITE_P(Ends, FrameReaderCutsTest, testing::Values(Role::kServer, Role::kClient), name_of_role);

TEST_P(FrameReaderCutsTest, CutAnywhereTheEventsAreTheSame) {
  for (const std::string& bytes : conversations(GetParam())) {
    const auto expected = read_all(GetParam(), bytes, {kLimit, kLimit});
    ASSERT_FALSE(expected.empty());
    const std::string_view all = bytes;
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      FrameReader reader(GetParam(), {kLimit, kLimit});
      ASSERT_EQ(read_in_pieces(reader, {all.substr(0, cut), all.substr(cut)}), expected) << "cut at " << cut;
    }
  }
}

TEST_P(FrameReaderCutsTest, ByteByByteTheEventsAreTheSame) {
  for (const std::string& bytes : conversations(GetParam())) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(std::string_view(bytes).substr(i, 1));
    FrameReader reader(GetParam(), {kLimit, kLimit});
    ASSERT_EQ(read_in_pieces(reader, pieces), read_all(GetParam(), bytes, {kLimit, kLimit}));
  }
}

// Cuts at random places, the ends included.
std::vector<std::string_view> cut_at_random(std::string_view bytes) {
  auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  cuts.push_back(bytes.size());
  std::sort(cuts.begin(), cuts.end());
  std::vector<std::string_view> pieces;
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    pieces.push_back(bytes.substr(from, cut - from));
    from = cut;
  }
  return pieces;
}

std::string random_text() {
  std::string out;
  for (const auto character : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5))) {
    constexpr std::string_view kCharacters[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "some ASCII more"};
    out += kCharacters[character];
  }
  return out;
}

TEST_P(FrameReaderCutsTest, AnyMessagesFragmentedAndCutAtRandomComeOutTheSame) {
  EXPECT_TRUE(rc::check("any messages, any fragments, any pieces", [role = GetParam()] {
    std::string bytes;
    std::vector<Seen> sent;
    const auto append = [&](Opcode opcode, std::string_view payload, bool final) {
      FrameHeader header{final, opcode, 0, {}};
      if (role == Role::kServer) header.mask = *rc::gen::arbitrary<MaskKey>();
      append_frame(header, payload, bytes);
    };
    const int messages = *rc::gen::inRange(0, 6);
    for (int i = 0; i < messages; ++i) {
      const bool is_text = *rc::gen::arbitrary<bool>();
      const std::string message = is_text ? random_text() : *rc::gen::arbitrary<std::string>();
      const auto fragments = cut_at_random(message);
      for (std::size_t at = 0; at < fragments.size(); ++at) {
        const Opcode first = is_text ? Opcode::kText : Opcode::kBinary;
        append(at == 0 ? first : Opcode::kContinuation, fragments[at], at + 1 == fragments.size());
        if (at + 1 == fragments.size() || *rc::gen::inRange(0, 4) != 0) continue;
        const bool is_ping = *rc::gen::arbitrary<bool>();
        const auto payload = (*rc::gen::arbitrary<std::string>()).substr(0, kMostControlPayload);
        append(is_ping ? Opcode::kPing : Opcode::kPong, payload, true);
        sent.push_back(is_ping ? ping(payload) : pong(payload));
      }
      sent.push_back(is_text ? text(message) : binary(message));
    }
    FrameReader reader(role);
    RC_ASSERT(read_in_pieces(reader, cut_at_random(bytes)) == sent);
    RC_ASSERT(reader.held_bytes() == 0U);
  }));
}

// Bytes that begin like frames more often than chance would have it.
std::string random_frames(Role role) {
  std::string bytes;
  const int count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        bytes += *rc::gen::arbitrary<std::string>();
        break;
      case 1: {
        const EncodedHeader header =
            encode_header({*rc::gen::arbitrary<bool>(), static_cast<Opcode>(*rc::gen::inRange(0, 16)),
                           *rc::gen::inRange<std::uint64_t>(0, 2 * kLimit),
                           role == Role::kServer ? std::optional(kTestKey) : std::nullopt});
        bytes += tests::to_text(header.span());
        break;
      }
      default:
        bytes += frame_to(role, static_cast<Opcode>(*rc::gen::inRange(0, 11)), *rc::gen::arbitrary<std::string>(),
                          *rc::gen::arbitrary<bool>());
    }
  }
  return bytes;
}

TEST_P(FrameReaderCutsTest, RandomBytesAreHeldWithinTheLimitAndJudgedAlikeInAnyPieces) {
  EXPECT_TRUE(rc::check("random bytes", [role = GetParam()] {
    const std::string bytes = random_frames(role);
    FrameReader reader(role, {kLimit, kLimit});
    std::vector<Seen> seen;
    for (const auto piece : cut_at_random(bytes)) {
      const std::string copy(piece);
      for (auto& event : read_all(reader, copy)) seen.push_back(std::move(event));
      RC_ASSERT(reader.held_bytes() <= kLimit);
    }
    RC_ASSERT(seen == read_all(role, bytes, {kLimit, kLimit}));
    for (std::size_t i = 0; i + 1 < seen.size(); ++i) {
      RC_ASSERT(seen[i].kind != Event::Kind::kClose && seen[i].kind != Event::Kind::kFailure);
    }
  }));
}

}  // namespace
}  // namespace buzzer::client
