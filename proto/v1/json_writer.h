// Writes the values of buzzer.v1.json at the end of a string, as RFC 8259 wants them. Pure; any thread.
//
// Nothing is checked that the caller can know: texts are valid UTF-8 (who takes them from outside has seen to that),
// and numbers are finite.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace buzzer::proto::v1 {

// With its quotation marks. Escaped is what must be: quotation marks, backslashes and control characters.
void append_string(std::string& out, std::string_view text);
// Without escapes: only for what is known to need none, such as tokens, cursors and names of values.
void append_plain(std::string& out, std::string_view text);
void append_integer(std::string& out, std::uint64_t number);
// The shortest digits that say this number and no other.
void append_number(std::string& out, double number);
void append_bool(std::string& out, bool value);
// A string of decimal digits.
void append_id(std::string& out, base::BuzzId id);
// ms since 1970-01-01 UTC, as a string: "2026-06-23T13:30:00.123Z". What lies outside of the years 1970 to 9999 is
// written as the first or last moment of them.
void append_time(std::string& out, std::int64_t time_ms);

// An array of what there is an append() for.
template <class Items>
void append_list(std::string& out, const Items& items) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    append(out, item);
  }
  out += ']';
}

}  // namespace buzzer::proto::v1
