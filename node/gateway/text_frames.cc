#include "node/gateway/text_frames.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string_view>

namespace buzzer::gateway {
namespace {

using proto::Entity;

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_escape(std::string& to, std::uint32_t character) {
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to.push_back(kHexDigits[character >> shift & 0xfU]);
}

void append_string(std::string& to, std::string_view text) {
  // Line and paragraph separators, which JavaScript once took for ends of lines.
  constexpr std::string_view kLineSeparator = "\xe2\x80\xa8";
  constexpr std::string_view kParagraphSeparator = "\xe2\x80\xa9";
  to.push_back('"');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '"':
      case '\\':
        to.push_back('\\');
        to.push_back(c);
        break;
      case '\n':
        to += "\\n";
        break;
      case '\r':
        to += "\\r";
        break;
      case '\t':
        to += "\\t";
        break;
      case '<':
      case '>':
      case '&':
        append_escape(to, static_cast<unsigned char>(c));
        break;
      case '\xe2':
        if (text.substr(i, 3) == kLineSeparator || text.substr(i, 3) == kParagraphSeparator) {
          append_escape(to, text[i + 2] == kLineSeparator[2] ? 0x2028 : 0x2029);
          i += 2;
        } else {
          to.push_back(c);
        }
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          append_escape(to, static_cast<unsigned char>(c));
        } else {
          to.push_back(c);
        }
    }
  }
  to.push_back('"');
}

void append_digits(std::string& to, int number, int width) {
  const std::string digits = std::to_string(number);
  to.append(static_cast<std::size_t>(width) - std::min(digits.size(), static_cast<std::size_t>(width)), '0');
  to += digits;
}

// RFC 3339 in UTC; the fraction of the second is left out, or as short as it can be.
void append_time(std::string& to, std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  append_digits(to, static_cast<int>(date.year()), 4);
  to.push_back('-');
  append_digits(to, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  to.push_back('-');
  append_digits(to, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  to.push_back('T');
  append_digits(to, static_cast<int>(clock.hours().count()), 2);
  to.push_back(':');
  append_digits(to, static_cast<int>(clock.minutes().count()), 2);
  to.push_back(':');
  append_digits(to, static_cast<int>(clock.seconds().count()), 2);
  if (const auto fraction = static_cast<int>(clock.subseconds().count()); fraction != 0) {
    to.push_back('.');
    append_digits(to, fraction, 3);
    while (to.back() == '0') to.pop_back();
  }
  to.push_back('Z');
}

// The values of that kind, each once, in the order in which they stand in the text.
void append_values(std::string& to, std::string_view key, const proto::Buzz& buzz, Entity::Kind kind) {
  std::set<std::string_view> seen;
  for (const Entity& entity : buzz.entities()) {
    if (entity.kind() != kind || !seen.insert(entity.value()).second) continue;
    to += seen.size() == 1 ? ",\"" + std::string(key) + "\":[" : ",";
    append_string(to, entity.value());
  }
  if (!seen.empty()) to.push_back(']');
}

}  // namespace

std::string format_text_buzz(const proto::Buzz& buzz) {
  std::string frame = "buzz {\"id\":" + std::to_string(buzz.id()) + ",\"text\":";
  append_string(frame, buzz.text());
  frame += ",\"poster\":{\"username\":";
  append_string(frame, buzz.author());
  frame += "},\"posted\":\"";
  append_time(frame, buzz.posted_ms());
  frame.push_back('"');
  append_values(frame, "mentions", buzz, Entity::MENTION);
  append_values(frame, "tags", buzz, Entity::TOPIC);
  frame.push_back('}');
  return frame;
}

std::optional<std::string> format_text_entry(const proto::FeedEntry& entry) {
  switch (entry.kind()) {
    case proto::Arrival::POSTED:
      return format_text_buzz(entry.buzz());
    case proto::Arrival::FOLLOWED:
      return "follow " + entry.author();
    case proto::Arrival::UNFOLLOWED:
      return "unfollow " + entry.author();
    default:
      return std::nullopt;
  }
}

}  // namespace buzzer::gateway
