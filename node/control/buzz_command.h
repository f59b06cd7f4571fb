// The control port's lines about users and buzzes. Pure. docs/protocols/control-port.md is their manual.
//
//   as        = "as" SP user [SP "with" SP key] SP wish
//   wish      = "register" | "post" SP text | "reply" SP id SP text | "edit" SP id SP text | "delete" SP id
//             | ("follow" | "unfollow") SP user
//   author    = "author" SP user place limit               likewise "feed", "mentions", and "topic" with a tag
//   thread    = "thread" SP id [SP "after" SP id] limit
//   users     = "users" [SP prefix] [SP "after" SP name] limit
//   followers = "followers" SP user [SP "after" SP name] limit      likewise "followees"
//   user      = "user" SP user
//   home      = "home" SP user
//   owed      = "owed"
//   settle    = "settle" SP ms
//   place     = [SP ("before" | "after") SP id]
//   limit     = [SP "limit" SP number]
//
// The id of a place in a feed is not 0, nor that of a buzz that is replied to.
// A text is the rest of the line as it stands; in it \n stands for a newline and \\ for a backslash.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "proto/commands.pb.h"
#include "proto/queries.pb.h"

namespace buzzer::control {

// Entries of one answer unless the line says otherwise.
inline constexpr std::uint32_t kUsualLimit = 50;

// What is wrong with the line: the form that it should have.
template <class Parsed>
using ParsedLine = tl::expected<Parsed, const char*>;

// Without a key the command has an empty one, for who executes it to choose.
[[nodiscard]] ParsedLine<proto::Command> parse_as(std::string_view line);
// A line that reads, whose first word is "author", "feed" ... "owed"; nothing for any other line.
[[nodiscard]] std::optional<ParsedLine<proto::Query>> parse_read(std::string_view line);
[[nodiscard]] ParsedLine<std::string> parse_home(std::string_view line);
[[nodiscard]] ParsedLine<std::chrono::milliseconds> parse_settle(std::string_view line);

// The one line that each is answered with.
[[nodiscard]] std::string format_reply(const proto::Command& command, const proto::Reply& reply);
[[nodiscard]] std::string format_answer(const proto::Query& query, const proto::Answer& answer);
[[nodiscard]] std::string format_error(std::uint32_t error, const std::string& message);
// "<from>'>'<to> <rows>,...", in the order given; "nothing" if there is nothing.
[[nodiscard]] std::string format_owed(const proto::Answer& answer);

}  // namespace buzzer::control
