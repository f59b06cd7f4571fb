#include "base/http_request_line.h"

#include <cstddef>

namespace buzzer::base {

namespace {

// How many letters the method at the beginning has; 0 if there is none.
std::size_t method_length(std::string_view text) {
  const std::size_t length = text.find(' ');
  if (length == std::string_view::npos) return 0;
  for (const char c : text.substr(0, length)) {
    if (c < 'A' || c > 'Z') return 0;
  }
  return length;
}

}  // namespace

bool is_http_request(std::string_view line) {
  const std::size_t version = line.rfind(" HTTP/");
  const std::size_t method = method_length(line);
  return version != std::string_view::npos && method > 0 && method < version;
}

bool may_become_http_request(std::string_view beginning) {
  constexpr std::size_t kMostMethod = 32;  // so that it is told the same of any long beginning of a line
  const std::size_t method = method_length(beginning.substr(0, kMostMethod + 1));
  return method > 0 && beginning.substr(method + 1).starts_with('/');
}

}  // namespace buzzer::base
