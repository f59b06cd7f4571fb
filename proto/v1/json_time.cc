#include <algorithm>
#include <array>
#include <chrono>

#include "proto/v1/json_reader.h"
#include "proto/v1/json_writer.h"

namespace buzzer::proto::v1 {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kLatestMs = 253'402'300'799'999;  // the last of year 9999

// Writes `width` digits to `to`, with zeros in front.
void put_digits(char* to, std::uint64_t number, int width) {
  for (int at = width - 1; at >= 0; --at) {
    to[at] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

}  // namespace

void append_time(std::string& out, std::int64_t time_ms) {
  time_ms = std::clamp<std::int64_t>(time_ms, 0, kLatestMs);
  const std::chrono::sys_days day{std::chrono::days{time_ms / kDayMs}};
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<std::uint64_t>(time_ms % kDayMs);
  std::array<char, 27> text{"\"0000-00-00T00:00:00.000Z\""};
  put_digits(&text[1], static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  put_digits(&text[6], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[9], static_cast<unsigned>(date.day()), 2);
  put_digits(&text[12], in_day / 3'600'000, 2);
  put_digits(&text[15], in_day / 60'000 % 60, 2);
  put_digits(&text[18], in_day / 1000 % 60, 2);
  put_digits(&text[21], in_day % 1000, 3);
  out.append(text.data(), text.size() - 1);
}

std::optional<std::int64_t> read_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return {};
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool fits = kForm[at] == '0' ? text[at] >= '0' && text[at] <= '9' : text[at] == kForm[at];
    if (!fits) return {};
  }
  const auto number = [&text](std::size_t at, std::size_t width) {
    unsigned value = 0;
    for (const char digit : text.substr(at, width)) value = value * 10 + static_cast<unsigned>(digit - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{number(5, 2)}, std::chrono::day{number(8, 2)}};
  const unsigned hour = number(11, 2);
  const unsigned minute = number(14, 2);
  const unsigned second = number(17, 2);
  if (!date.ok() || date.year() < std::chrono::year{1970} || hour > 23 || minute > 59 || second > 59) return {};
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60'000 + std::int64_t{second} * 1000 + number(20, 3);
}

}  // namespace buzzer::proto::v1
