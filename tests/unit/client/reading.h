// Frames as a test writes them, and all that a FrameReader says about a stream of bytes.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "client/frame_reader.h"
#include "tests/support/bytes.h"

namespace buzzer::client {

inline constexpr MaskKey kTestKey{0x37, 0xfa, 0x21, 0x3d};

inline std::string name_of_role(const testing::TestParamInfo<Role>& tested) {
  return tested.param == Role::kServer ? "Server" : "Client";
}

// An event that outlives the reader's next call.
struct Seen {
  Event::Kind kind = Event::Kind::kText;
  std::string payload;
  std::uint16_t code = 0;

  friend bool operator==(const Seen&, const Seen&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    constexpr std::string_view kNames[] = {"text", "binary", "ping", "pong", "close", "failure"};
    return out << kNames[static_cast<int>(seen.kind)] << ' ' << seen.code << " '" << seen.payload << "'";
  }
};

inline Seen text(std::string payload) { return {Event::Kind::kText, std::move(payload), 0}; }
inline Seen binary(std::string payload) { return {Event::Kind::kBinary, std::move(payload), 0}; }
inline Seen ping(std::string payload) { return {Event::Kind::kPing, std::move(payload), 0}; }
inline Seen pong(std::string payload) { return {Event::Kind::kPong, std::move(payload), 0}; }
inline Seen closed(std::uint16_t code, std::string reason = {}) {
  return {Event::Kind::kClose, std::move(reason), code};
}

// A frame with the mask that this reader must see, or the lack of it.
inline std::string frame_to(Role reader, Opcode opcode, std::string_view payload, bool final = true) {
  FrameHeader header;
  header.final = final;
  header.opcode = opcode;
  if (reader == Role::kServer) header.mask = kTestKey;
  std::string out;
  append_frame(header, payload, out);
  return out;
}

// Hands the bytes to the reader and returns what it says, up to the end of the bytes.
inline std::vector<Seen> read_all(FrameReader& reader, std::string_view bytes) {
  std::vector<Seen> seen;
  std::span<const std::uint8_t> input = tests::to_bytes(bytes);
  while (const auto event = reader.next(input)) seen.push_back({event->kind, std::string(event->payload), event->code});
  return seen;
}

inline std::vector<Seen> read_all(Role own, std::string_view bytes, ReaderLimits limits = {}) {
  FrameReader reader(own, limits);
  return read_all(reader, bytes);
}

}  // namespace buzzer::client
