// The opaque words of the JSON protocol: positions in feeds, and where a further page begins. Base64url without padding
// of a few bytes, big-endian:
//
//   position = incarnation(8) life(8) number(8)
//   cursor   = "i" id(8) | "n" name
//
// What was not made here, or for another kind of page, is refused. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "proto/link.pb.h"

namespace buzzer::gateway {

// As proto::Position; light enough to be kept for every push that waits.
struct FeedPosition {
  std::uint64_t incarnation = 0;
  std::uint64_t life = 0;
  std::uint64_t number = 0;  // 0: before the first

  friend bool operator==(const FeedPosition&, const FeedPosition&) = default;
};

[[nodiscard]] FeedPosition to_feed_position(const proto::Position& position);
[[nodiscard]] proto::Position to_proto(const FeedPosition& position);

inline constexpr std::size_t kPositionChars = 32;

// Exactly kPositionChars.
void append_position(std::string& to, const FeedPosition& position);
[[nodiscard]] std::string encode_position(const FeedPosition& position);
[[nodiscard]] std::optional<FeedPosition> parse_position(std::string_view text);

// What a further page begins behind: the last buzz, or the last user.
struct IdCursor {
  std::uint64_t id = 0;
};
struct NameCursor {
  std::string name;
};
using Cursor = std::variant<IdCursor, NameCursor>;

[[nodiscard]] std::string encode_cursor(const Cursor& cursor);
[[nodiscard]] std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace buzzer::gateway
