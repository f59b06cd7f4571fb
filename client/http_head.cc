#include "client/http_head.h"

#include <algorithm>

namespace buzzer::client {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_token_character(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_control_character(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool equal_in_any_case(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || !is_control_character(c); });
}

std::size_t HeaderList::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      headers_.begin(), headers_.end(), [&](const Header& header) { return equal_in_any_case(header.name, name); }));
}

std::optional<std::string_view> HeaderList::only(std::string_view name) const {
  std::optional<std::string_view> value;
  for (const Header& header : headers_) {
    if (!equal_in_any_case(header.name, name)) continue;
    if (value) return std::nullopt;
    value = header.value;
  }
  return value;
}

std::vector<std::string_view> HeaderList::elements(std::string_view name) const {
  std::vector<std::string_view> elements;
  for (const Header& header : headers_) {
    if (!equal_in_any_case(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t size = std::min(rest.find(','), rest.size());
      const std::string_view element = trim(rest.substr(0, size));
      if (!element.empty()) elements.push_back(element);
      rest.remove_prefix(std::min(size + 1, rest.size()));
    }
  }
  return elements;
}

bool HeaderList::has_element(std::string_view name, std::string_view element) const {
  const auto all = elements(name);
  return std::any_of(all.begin(), all.end(),
                     [&](std::string_view candidate) { return equal_in_any_case(candidate, element); });
}

base::Result<Head> parse_head(std::string_view text) {
  Head head;
  std::size_t number = 0;
  while (true) {
    const std::size_t size = text.find(kLineEnd);
    if (size == std::string_view::npos) return base::fail("the head has no empty line at its end");
    const std::string_view line = text.substr(0, size);
    text.remove_prefix(size + kLineEnd.size());
    if (number++ == 0) {
      if (line.empty() || !is_header_value(line)) return base::fail("the first line of the head is none of HTTP");
      head.start = line;
      continue;
    }
    if (line.empty()) break;
    const std::string_view name = line.substr(0, line.find(':'));
    if (name.size() == line.size() || !is_token(name)) {
      return base::fail("line " + std::to_string(number) + " of the head has no proper header's name");
    }
    const Header header{name, trim(line.substr(name.size() + 1))};
    if (!is_header_value(header.value)) {
      return base::fail("line " + std::to_string(number) + " of the head holds a control character");
    }
    if (head.headers.size() == kMostHeaders) {
      return base::fail("the head has more than " + std::to_string(kMostHeaders) + " headers");
    }
    head.headers.push_back(header);
  }
  if (!text.empty()) return base::fail("something follows the head's empty line");
  return head;
}

base::Result<bool> HeadReader::read(std::span<const std::uint8_t>& input) {
  const std::size_t before = text_.size();
  // One byte past the limit shows that the head is longer.
  const std::size_t taken = std::min(limit_ + 1 - before, input.size());
  text_.append(reinterpret_cast<const char*>(input.data()), taken);
  const std::size_t at = text_.find(kHeadEnd, before - std::min(before, kHeadEnd.size() - 1));
  if (at == std::string::npos) {
    input = input.subspan(taken);
    if (text_.size() <= limit_) return false;
    return base::fail("a head of more than " + std::to_string(limit_) + " bytes");
  }
  const std::size_t size = at + kHeadEnd.size();
  if (size > limit_) return base::fail("a head of more than " + std::to_string(limit_) + " bytes");
  text_.resize(size);
  input = input.subspan(size - before);
  return true;
}

}  // namespace buzzer::client
