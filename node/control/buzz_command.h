// The control port's lines about users and buzzes. Pure. docs/protocols/control-port.md is their manual.
//
//   as      = "as" SP user [SP "with" SP key] SP wish
//   wish    = "register" | "post" SP text | "edit" SP id SP text | "delete" SP id
//   author  = "author" SP user [SP ("before" | "after") SP id] [SP "limit" SP number]
//   users   = "users" [SP prefix] [SP "after" SP name] [SP "limit" SP number]
//   home    = "home" SP user
//
// The id of a place in a feed is not 0.
// A text is the rest of the line as it stands; in it \n stands for a newline and \\ for a backslash.
#pragma once

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
[[nodiscard]] ParsedLine<proto::Query> parse_author(std::string_view line);
[[nodiscard]] ParsedLine<proto::Query> parse_users(std::string_view line);
[[nodiscard]] ParsedLine<std::string> parse_home(std::string_view line);

// The one line that each is answered with.
[[nodiscard]] std::string format_reply(const proto::Command& command, const proto::Reply& reply);
[[nodiscard]] std::string format_answer(const proto::Query& query, const proto::Answer& answer);

}  // namespace buzzer::control
